// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.luminate.crd.LuminateCluster;
import io.luminate.crd.LuminateClusterSpec;

/** A cluster and its pods as an API server has them. */
final class TestCluster {
  private TestCluster() {}

  static LuminateCluster cluster() {
    LuminateCluster cluster = new LuminateCluster();
    cluster.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace("metrics")
            .withName("main")
            .withUid("cluster-uid")
            .build());
    cluster.setSpec(Serialization.unmarshal("backend: clickhouse", LuminateClusterSpec.class));
    return cluster;
  }

  /** Ready, and of whoever has this UID. */
  static Pod pod(String name, String ip, String ownerUid) {
    return owned(
        new PodBuilder()
            .withNewMetadata()
            .withName(name)
            .withUid(name + "-uid")
            .endMetadata()
            .withNewStatus()
            .withPodIP(ip)
            .addNewCondition()
            .withType("Ready")
            .withStatus("True")
            .endCondition()
            .addNewContainerStatus()
            .withName("server")
            .withContainerID("containerd://" + name)
            .endContainerStatus()
            .endStatus()
            .build(),
        ownerUid);
  }

  static <T extends HasMetadata> T named(T object, String uid, String ownerUid) {
    object.setMetadata(new ObjectMetaBuilder().withName(uid).withUid(uid).build());
    return owned(object, ownerUid);
  }

  private static <T extends HasMetadata> T owned(T object, String ownerUid) {
    object
        .getMetadata()
        .getOwnerReferences()
        .add(new OwnerReferenceBuilder().withUid(ownerUid).withController(true).build());
    return object;
  }
}
