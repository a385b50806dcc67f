// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.junit.jupiter.api.Test;

final class PodChangeTest {
  private static final Pod POD =
      new PodBuilder()
          .withNewMetadata()
          .withName("main-0")
          .withResourceVersion("1")
          .endMetadata()
          .withNewStatus()
          .withPhase("Running")
          .withPodIP("10.0.0.1")
          .addNewCondition()
          .withType("Ready")
          .withStatus("False")
          .withLastProbeTime("2026-03-01T12:00:00Z")
          .endCondition()
          .addNewContainerStatus()
          .withName("server")
          .withContainerID("containerd://1")
          .withRestartCount(0)
          .endContainerStatus()
          .endStatus()
          .build();

  @Test
  void isBetween_whatAKubeletMerelyRepeats_isNone() {
    Pod later =
        new PodBuilder(POD)
            .editMetadata()
            .withResourceVersion("2")
            .endMetadata()
            .editStatus()
            .editCondition(0)
            .withLastProbeTime("2026-03-01T12:00:10Z")
            .endCondition()
            .endStatus()
            .build();
    assertThat(PodChange.isBetween(POD, later)).isFalse();
  }

  @Test
  void isBetween_readiness_restart_andEnd() {
    Pod ready =
        new PodBuilder(POD)
            .editStatus()
            .editCondition(0)
            .withStatus("True")
            .endCondition()
            .endStatus()
            .build();
    Pod readyAgain =
        new PodBuilder(ready)
            .editStatus()
            .editCondition(0)
            .withLastTransitionTime("2026-03-01T12:00:10Z")
            .endCondition()
            .endStatus()
            .build();
    Pod restarted =
        new PodBuilder(POD)
            .editStatus()
            .editContainerStatus(0)
            .withContainerID("containerd://2")
            .endContainerStatus()
            .endStatus()
            .build();
    Pod ending =
        new PodBuilder(POD)
            .editMetadata()
            .withDeletionTimestamp("2026-03-01T12:00:00Z")
            .endMetadata()
            .build();
    assertThat(PodChange.isBetween(POD, ready)).isTrue();
    assertThat(PodChange.isBetween(ready, readyAgain)).isTrue();
    assertThat(PodChange.isBetween(POD, restarted)).isTrue();
    assertThat(PodChange.isBetween(POD, ending)).isTrue();
  }

  @Test
  void isBetween_podWithoutStatus_isSeen() {
    Pod fresh = new PodBuilder(POD).withStatus(null).build();
    assertThat(PodChange.isBetween(fresh, POD)).isTrue();
  }
}
