// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import static io.luminate.operator.publishing.TestCluster.named;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class PodsTest {
  private static final String CLUSTER = "cluster-uid";
  private static final List<HasMetadata> WORKLOADS =
      List.of(
          named(new StatefulSet(), "own-set", CLUSTER),
          named(new StatefulSet(), "foreign-set", "another-cluster-uid"),
          named(new Deployment(), "own-deployment", CLUSTER),
          named(new ReplicaSet(), "own-replicas", "own-deployment"),
          named(new ReplicaSet(), "lost-replicas", "deployment-that-is-gone"),
          named(new Job(), "own-job", CLUSTER));

  private static Pod pod(String name, String ownerUid) {
    return TestCluster.pod(name, "10.0.0.1", ownerUid);
  }

  private static List<String> chosen(Pod... pods) {
    return Pods.of(CLUSTER, List.of(pods), WORKLOADS).stream().map(ClusterPod::name).toList();
  }

  private static Pod changed(UnaryOperator<PodBuilder> change) {
    return change.apply(new PodBuilder(pod("a", "own-set"))).build();
  }

  @Test
  void pods_ofStatefulSetsAndDeployments_inTheOrderOfNames() {
    assertThat(chosen(pod("b", "own-set"), pod("a", "own-replicas"))).containsExactly("a", "b");
  }

  @Test
  void pods_ofAnybodyElse_areNotChosen() {
    Pod labelled =
        new PodBuilder(pod("a", "foreign-set"))
            .editMetadata()
            .addToLabels("app.kubernetes.io/instance", "main")
            .endMetadata()
            .build();
    assertThat(
            chosen(
                labelled,
                pod("b", "lost-replicas"),
                pod("c", "nobody"),
                pod("d", "own-job"),
                pod("e", CLUSTER),
                changed(p -> p.editMetadata().withOwnerReferences(List.of()).endMetadata()),
                changed(
                    p ->
                        p.editMetadata()
                            .editFirstOwnerReference()
                            .withController(false)
                            .endOwnerReference()
                            .endMetadata())))
        .isEmpty();
  }

  @Test
  void pods_thatDoNotServe_areNotChosen() {
    assertThat(
            chosen(
                changed(
                    p ->
                        p.editMetadata()
                            .withDeletionTimestamp("2026-03-11T12:00:00Z")
                            .endMetadata()),
                changed(
                    p ->
                        p.editStatus()
                            .editFirstCondition()
                            .withStatus("False")
                            .endCondition()
                            .endStatus()),
                changed(p -> p.editStatus().withConditions(List.of()).endStatus()),
                changed(p -> p.editStatus().withPodIP(null).endStatus())))
        .isEmpty();
  }

  @Test
  void container_thatWasStartedAgain_isAnother() {
    Pod restarted =
        changed(
            p ->
                p.editStatus()
                    .editFirstContainerStatus()
                    .withContainerID("containerd://again")
                    .endContainerStatus()
                    .endStatus());
    List<ClusterPod> pods = Pods.of(CLUSTER, List.of(pod("a", "own-set"), restarted), WORKLOADS);
    assertThat(pods).extracting(ClusterPod::container).doesNotHaveDuplicates().hasSize(2);
  }
}
