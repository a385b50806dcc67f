// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.applying;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.luminate.crd.LuminateCluster;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A pod that is broken by a template which was put right since. */
final class StuckPodTest {
  private static StatefulSet set(long generation, long observed) {
    return new StatefulSetBuilder()
        .withNewMetadata()
        .withName("main")
        .withUid("set-uid")
        .withGeneration(generation)
        .endMetadata()
        .withNewStatus()
        .withObservedGeneration(observed)
        .withUpdateRevision("main-good")
        .endStatus()
        .build();
  }

  private static PodBuilder pod(String ownerUid, String revision, String ready) {
    return new PodBuilder()
        .withNewMetadata()
        .withName("main-0")
        .withLabels(Map.of("controller-revision-hash", revision, "luminate.io/watch", "true"))
        .addNewOwnerReference()
        .withApiVersion("apps/v1")
        .withKind("StatefulSet")
        .withName("main")
        .withUid(ownerUid)
        .withController(true)
        .endOwnerReference()
        .endMetadata()
        .withNewStatus()
        .addNewCondition()
        .withType("Ready")
        .withStatus(ready)
        .endCondition()
        .endStatus();
  }

  @Test
  void isIt_notReadyAndOfAnOlderRevision() {
    StatefulSet set = set(2, 2);
    assertThat(StuckPod.isIt(set, pod("set-uid", "main-bad", "False").build())).isTrue();
    assertThat(StuckPod.isIt(set, pod("set-uid", "main-bad", "True").build()))
        .as("its controller updates it")
        .isFalse();
    assertThat(StuckPod.isIt(set, pod("set-uid", "main-good", "False").build()))
        .as("it would come back as it is")
        .isFalse();
    assertThat(StuckPod.isIt(set, pod("another-uid", "main-bad", "False").build()))
        .as("another's")
        .isFalse();
    Pod going =
        pod("set-uid", "main-bad", "False")
            .editMetadata()
            .withDeletionTimestamp("2026-03-11T12:00:00Z")
            .endMetadata()
            .build();
    assertThat(StuckPod.isIt(set, going)).as("it goes already").isFalse();
  }

  @Test
  void isIt_onlyOnceTheControllerHasSeenTheTemplate() {
    Pod broken = pod("set-uid", "main-bad", "False").build();
    assertThat(StuckPod.isIt(set(3, 2), broken)).isFalse();
    StatefulSet unseen = set(1, 1);
    unseen.setStatus(null);
    assertThat(StuckPod.isIt(unseen, broken)).isFalse();
  }

  @Test
  void stuckPod_isDeleted_andAHealthyOneIsNot() {
    TestNamespace place = new TestNamespace();
    LuminateCluster cluster = place.cluster(TestNamespace.ROCKSDB, TestNamespace.OPEN);
    place.pass(cluster);
    StatefulSet set = observed(place);
    String uid = set.getMetadata().getUid();
    make(place, pod(uid, "main-good", "False"));
    place.pass(cluster);
    Pod starting = place.get(Pod.class, "main-0");
    assertThat(starting).isNotNull();
    place.person.resource(starting).withGracePeriod(0).delete();
    make(place, pod(uid, "main-bad", "False"));
    assertThat(place.pass(cluster).isChanged()).isTrue();
    assertThat(place.get(Pod.class, "main-0")).isNull();
  }

  @Test
  void stuckPodOfAPausedCluster_stays() {
    TestNamespace place = new TestNamespace();
    place.pass(place.cluster(TestNamespace.ROCKSDB, TestNamespace.OPEN));
    make(place, pod(observed(place).getMetadata().getUid(), "main-bad", "False"));
    place.pass(place.cluster(TestNamespace.ROCKSDB, TestNamespace.OPEN, "paused: true"));
    assertThat(place.get(Pod.class, "main-0")).isNotNull();
  }

  /** As its controller says that it has seen the template. */
  private static StatefulSet observed(TestNamespace place) {
    StatefulSet set = place.get(StatefulSet.class);
    return place
        .person
        .resource(
            new StatefulSetBuilder(set)
                .withNewStatus()
                .withReplicas(1)
                .withObservedGeneration(set.getMetadata().getGeneration())
                .withUpdateRevision("main-good")
                .endStatus()
                .build())
        .updateStatus();
  }

  private static void make(TestNamespace place, PodBuilder pod) {
    Pod made =
        pod.withNewSpec()
            .withServiceAccountName("main")
            .withAutomountServiceAccountToken(false)
            .addNewContainer()
            .withName("server")
            .withImage("none")
            .endContainer()
            .endSpec()
            .build();
    place.person.pods().inNamespace(place.namespace).resource(made).create();
  }
}
