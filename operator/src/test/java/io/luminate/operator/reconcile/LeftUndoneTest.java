// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.operator.publishing.Outcome;
import io.luminate.operator.publishing.PodReport;
import io.luminate.operator.publishing.Publication;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class LeftUndoneTest {
  private static Optional<String> of(Outcome outcome, PodReport.State... pods) {
    return LeftUndone.of(
        new Publication(
            outcome,
            null,
            Optional.empty(),
            List.of(),
            Stream.of(pods)
                .map(state -> new PodReport("main-0", state, Optional.empty(), Optional.empty()))
                .toList(),
            Optional.empty()));
  }

  @Test
  void publication_thatAllPodsHave_leavesNothing() {
    assertThat(of(new Outcome.Published())).isEmpty();
    assertThat(of(new Outcome.Published(), new PodReport.State.Applied())).isEmpty();
    assertThat(of(new Outcome.Paused(true), new PodReport.State.Behind())).isEmpty();
  }

  @Test
  void podsThatLackIt_areSaid_withoutTheirNumber() {
    String one =
        of(new Outcome.Published(), new PodReport.State.Behind(), new PodReport.State.Applied())
            .orElseThrow();
    assertThat(one).isEqualTo("not all pods go by the limits document: some are behind");
    assertThat(
            of(new Outcome.Published(), new PodReport.State.Behind(), new PodReport.State.Behind()))
        .contains(one);
    assertThat(of(new Outcome.Published(), new PodReport.State.Unreachable("it timed out")))
        .contains("not all pods go by the limits document: some cannot be asked: it timed out");
  }

  @Test
  void objectsOfOthers_areSaid() {
    assertThat(of(new Outcome.NameConflict("Secret/main-internal")))
        .contains("Secret/main-internal is somebody else's");
    assertThat(of(new Outcome.Overtaken("ConfigMap/main-limits")))
        .contains("somebody else has just written ConfigMap/main-limits");
  }
}
