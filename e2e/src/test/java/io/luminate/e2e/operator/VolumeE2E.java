// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.luminate.crd.ConditionStatus;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import org.junit.jupiter.api.Test;

/** Volumes that are to be larger. */
@OnKubernetes
final class VolumeE2E {

  @Test
  void volume_growsUnderItsPod_andOutlivesTheStatefulSet(@LookedAfter TestNamespace namespace)
      throws Exception {
    Cluster cluster = new Cluster(namespace, "edge");
    Cluster.createSecret(namespace);
    cluster.apply(Texts.rocksDb("edge"));
    cluster.awaitReady(1);
    cluster.service("acme").write("requests", 1);
    String pod = cluster.pods().getFirst().getMetadata().getUid();
    String set = set(namespace).getMetadata().getUid();

    cluster.apply(larger());
    cluster.soon(
        () -> asked(namespace).equals("2Gi"),
        "a larger volume is asked for",
        () -> claim(namespace).toString());
    awaitProgressing(cluster, ConditionStatus.TRUE, "VolumeGrowing");
    resize(namespace);
    awaitProgressing(cluster, ConditionStatus.FALSE, "Settled");
    assertThat(cluster.pods().getFirst().getMetadata().getUid()).isEqualTo(pod);
    assertThat(set(namespace).getMetadata().getUid()).isEqualTo(set);
    assertThat(templateSize(namespace)).as("it is immutable").isEqualTo("1Gi");
    assertThatThrownBy(() -> cluster.apply(Texts.rocksDb("edge")))
        .hasMessageContaining("only grows");

    namespace.client().resource(set(namespace)).delete();
    cluster.soon(
        () -> templateSize(namespace).equals("2Gi"),
        "a StatefulSet that was deleted is back, with the size of today",
        () -> "nothing of it");
    cluster.inTheEnd(
        () -> cluster.readyPods().stream().anyMatch(one -> !one.getMetadata().getUid().equals(pod)),
        "another pod",
        () -> cluster.pods().toString());
    cluster.awaitReady(1);
    assertThat(MetricsClient.expect200(cluster.service("acme").count("requests", 1)))
        .contains("\"value\":1");
  }

  /** Its pod finds no node, as none is needed to see what becomes of the claim. */
  @Test
  void classThatDoesNotGrow_isReported(@LookedAfter TestNamespace namespace) throws Exception {
    Cluster cluster = new Cluster(namespace, "edge");
    Cluster.createSecret(namespace);
    String storageClass = "fixed-" + namespace.name();
    namespace.client().resource(fixed(storageClass)).create();
    try {
      String text = Texts.rocksDb("edge", "pod: {nodeSelector: {example.com/none: \"true\"}}");
      String small = text.replace("1Gi", "1Gi, storageClassName: " + storageClass);
      cluster.apply(small);
      cluster.soon(
          () -> claim(namespace).getStatus().getPhase().equals("Bound"),
          "a volume is there",
          () -> "none");
      cluster.apply(small.replace("1Gi", "2Gi"));
      cluster.awaitCondition(
          () -> cluster.resource().getStatus().conditions(),
          "Stalled",
          ConditionStatus.TRUE,
          "VolumeNotGrown");
      assertThat(cluster.resource().getStatus().conditions().toString())
          .contains("The volume cannot have 2Gi");
      assertThat(asked(namespace)).isEqualTo("1Gi");
    } finally {
      namespace.client().storage().v1().storageClasses().withName(storageClass).delete();
    }
  }

  private static String larger() {
    return Texts.rocksDb("edge").replace("1Gi", "2Gi");
  }

  private static void awaitProgressing(Cluster cluster, ConditionStatus status, String reason) {
    cluster.awaitCondition(
        () -> cluster.resource().getStatus().conditions(), "Progressing", status, reason);
  }

  private static StorageClass fixed(String name) {
    return new StorageClassBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withProvisioner("kubernetes.io/host-path")
        .withVolumeBindingMode("Immediate")
        .withAllowVolumeExpansion(false)
        .build();
  }

  /** As the volume's driver does it. */
  private static void resize(TestNamespace namespace) {
    namespace
        .client()
        .resource(claim(namespace))
        .editStatus(
            live -> {
              live.getStatus().getCapacity().put("storage", new Quantity("2Gi"));
              return live;
            });
  }

  private static PersistentVolumeClaim claim(TestNamespace namespace) {
    return namespace
        .client()
        .persistentVolumeClaims()
        .inNamespace(namespace.name())
        .withName("data-edge-0")
        .require();
  }

  private static String asked(TestNamespace namespace) {
    return claim(namespace).getSpec().getResources().getRequests().get("storage").toString();
  }

  private static StatefulSet set(TestNamespace namespace) {
    return namespace
        .client()
        .apps()
        .statefulSets()
        .inNamespace(namespace.name())
        .withName("edge")
        .require();
  }

  private static String templateSize(TestNamespace namespace) {
    return set(namespace)
        .getSpec()
        .getVolumeClaimTemplates()
        .getFirst()
        .getSpec()
        .getResources()
        .getRequests()
        .get("storage")
        .toString();
  }
}
