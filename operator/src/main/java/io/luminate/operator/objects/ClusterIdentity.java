// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.luminate.crd.LuminateCluster;
import java.util.Map;

/** Whose objects are made. */
public record ClusterIdentity(LuminateCluster cluster, ObjectNames names) {
  public static ClusterIdentity of(LuminateCluster cluster) {
    return new ClusterIdentity(cluster, ObjectNames.of(cluster));
  }

  String name() {
    return names.cluster();
  }

  String namespace() {
    return cluster.getMetadata().getNamespace();
  }

  String uid() {
    return cluster.getMetadata().getUid();
  }

  /** Of an object that belongs to the servers. */
  public ObjectMeta meta(String name) {
    return meta(name, ObjectLabels.SERVER);
  }

  ObjectMeta meta(String name, String component) {
    return new ObjectMetaBuilder()
        .withNamespace(namespace())
        .withName(name)
        .withLabels(ObjectLabels.watched(name(), component))
        .withOwnerReferences(
            new OwnerReferenceBuilder()
                .withApiVersion(cluster.getApiVersion())
                .withKind(cluster.getKind())
                .withName(name())
                .withUid(uid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .build())
        .build();
  }

  Map<String, String> selector() {
    return ObjectLabels.selector(name());
  }
}
