// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class BackoffTest {
  private final Backoff backoff = new Backoff();

  @Test
  void failed_doublesUpToAMinute_andNeverEnds() {
    assertThat(IntStream.range(0, 9).mapToObj(_ -> backoff.failed("one").toSeconds()))
        .containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
  }

  @Test
  void succeeded_beginsAnew_forThatClusterAlone() {
    backoff.failed("one");
    backoff.failed("one");
    backoff.failed("other");
    backoff.succeeded("one");
    assertThat(backoff.failed("one")).isEqualTo(Duration.ofSeconds(1));
    assertThat(backoff.failed("other")).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void keep_forgetsOthers() {
    backoff.failed("one");
    backoff.failed("gone");
    backoff.keep(List.of("one"));
    assertThat(backoff.failed("one")).isEqualTo(Duration.ofSeconds(2));
    assertThat(backoff.failed("gone")).isEqualTo(Duration.ofSeconds(1));
  }
}
