// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.luminate.crd.LuminateCluster;
import io.luminate.operator.document.PublishedDocument;
import io.luminate.operator.objects.ObjectNames;
import io.luminate.operator.objects.PodFiles;
import io.luminate.operator.publishing.GuardedObjects.Seen;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * The ConfigMap {@code <cluster>-limits}: the document that was published last, and how many pods a
 * pod that starts is to share with.
 */
final class LimitsConfigMap {
  private final GuardedObjects<ConfigMap> objects;

  LimitsConfigMap(KubernetesClient kubernetes) {
    this.objects = new GuardedObjects<>(kubernetes, ConfigMap.class);
  }

  Seen<ConfigMap> read(LuminateCluster cluster) {
    return objects.read(cluster, ObjectNames.of(cluster).limits());
  }

  /** The document in it; empty also for one that cannot be read, which is as good as lost. */
  static Optional<PublishedDocument> document(Seen<ConfigMap> seen) {
    try {
      return seen.own()
          .map(ConfigMap::getBinaryData)
          .map(data -> data.get(PodFiles.LIMITS_KEY))
          .map(base64 -> PublishedDocument.read(Base64.getDecoder().decode(base64)));
    } catch (IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }

  /**
   * Has it say this, over what was seen.
   *
   * @return whether it does; false if somebody else wrote it meanwhile
   */
  boolean write(
      LuminateCluster cluster, Seen<ConfigMap> seen, PublishedDocument document, int replicas) {
    boolean isDone =
        says(seen, document, replicas) && seen.own().filter(meta(cluster)::isOn).isPresent();
    return isDone || objects.write(wanted(cluster, seen, document, replicas)).isPresent();
  }

  private static boolean says(Seen<ConfigMap> seen, PublishedDocument document, int replicas) {
    boolean isSameNumber =
        seen.own()
            .map(ConfigMap::getData)
            .filter(data -> Integer.toString(replicas).equals(data.get(PodFiles.REPLICAS_KEY)))
            .isPresent();
    return isSameNumber
        && document(seen).filter(last -> last.text().equals(document.text())).isPresent();
  }

  /** What others have added to its labels and annotations stays; labels of ours are put right. */
  private static ConfigMap wanted(
      LuminateCluster cluster, Seen<ConfigMap> seen, PublishedDocument document, int replicas) {
    OwnMeta meta = meta(cluster);
    return seen.own()
        .map(ConfigMapBuilder::new)
        .orElseGet(() -> new ConfigMapBuilder().withMetadata(meta.whole()))
        .editMetadata()
        .addToLabels(meta.labels())
        .endMetadata()
        .withData(Map.of(PodFiles.REPLICAS_KEY, Integer.toString(replicas)))
        .withBinaryData(
            Map.of(PodFiles.LIMITS_KEY, Base64.getEncoder().encodeToString(document.gzip())))
        .build();
  }

  private static OwnMeta meta(LuminateCluster cluster) {
    return OwnMeta.of(cluster, ObjectNames.of(cluster).limits());
  }
}
