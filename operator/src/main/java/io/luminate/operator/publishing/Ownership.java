// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.luminate.crd.LuminateCluster;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Whose an object is, by the UID of its controller: names come again, and labels are anybody's. */
final class Ownership {
  private Ownership() {}

  /** The UID of what it is owned by as a controller. */
  static Optional<String> controller(HasMetadata object) {
    return Objects.requireNonNullElse(
            object.getMetadata().getOwnerReferences(), List.<OwnerReference>of())
        .stream()
        .filter(reference -> Boolean.TRUE.equals(reference.getController()))
        .map(OwnerReference::getUid)
        .findFirst();
  }

  static boolean isOf(LuminateCluster cluster, HasMetadata object) {
    return controller(object).equals(Optional.of(cluster.getMetadata().getUid()));
  }

  /** Of an object that the cluster is to have. */
  static ObjectMeta meta(LuminateCluster cluster, String name) {
    String clusterName = cluster.getMetadata().getName();
    return new ObjectMetaBuilder()
        .withNamespace(cluster.getMetadata().getNamespace())
        .withName(name)
        .addToLabels("app.kubernetes.io/name", "luminate")
        .addToLabels("app.kubernetes.io/instance", clusterName)
        .addToLabels("app.kubernetes.io/component", "server")
        .addToLabels("app.kubernetes.io/managed-by", "luminate-operator")
        .addToLabels("luminate.io/watch", "true")
        .addNewOwnerReference()
        .withApiVersion(cluster.getApiVersion())
        .withKind(cluster.getKind())
        .withName(clusterName)
        .withUid(cluster.getMetadata().getUid())
        .withController(true)
        .withBlockOwnerDeletion(true)
        .endOwnerReference()
        .build();
  }
}
