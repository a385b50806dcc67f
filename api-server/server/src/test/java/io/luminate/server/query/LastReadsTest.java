// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.TenantId;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class LastReadsTest {
  private static final TenantId A = new TenantId("a");
  private static final TenantId B = new TenantId("b");
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final LastReads reads = new LastReads(now::get, 2);

  private boolean readAfter(long seconds, TenantId tenant, String metric) {
    now.set(START.plusSeconds(seconds));
    return reads.read(tenant, metric);
  }

  @Test
  void of_isTheLastReadOfThatTenantsMetric() {
    readAfter(1, A, "m");
    readAfter(2, A, "m");
    readAfter(3, B, "m");
    assertThat(reads.of(A, "m")).contains(START.plusSeconds(2));
    assertThat(reads.of(B, "m")).contains(START.plusSeconds(3));
    assertThat(reads.of(A, "n")).isEmpty();
    assertThat(reads.since()).isEqualTo(START);
  }

  @Test
  void read_oneTooMany_forgetsTheOneReadLongestAgo_andSaysSinceWhen() {
    readAfter(1, A, "m");
    readAfter(2, A, "n");
    readAfter(3, A, "m");
    readAfter(4, A, "o");
    assertThat(reads.of(A, "n")).isEmpty();
    assertThat(reads.of(A, "m")).contains(START.plusSeconds(3));
    assertThat(reads.of(A, "o")).contains(START.plusSeconds(4));
    assertThat(reads.since()).isEqualTo(START.plusSeconds(2));
  }

  @Test
  void read_isToldToOthers_onceAnHour() {
    assertThat(readAfter(0, A, "m")).isTrue();
    assertThat(readAfter(1, B, "m")).isTrue();
    assertThat(readAfter(1_800, A, "m")).isFalse();
    assertThat(readAfter(3_599, A, "m")).isFalse();
    assertThat(readAfter(3_600, A, "m")).isTrue();
    assertThat(readAfter(7_199, A, "m")).isFalse();
  }
}
