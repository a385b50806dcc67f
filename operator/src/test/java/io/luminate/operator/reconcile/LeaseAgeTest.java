// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class LeaseAgeTest {
  private static final Duration MOST = Duration.ofSeconds(10);

  private long nanos = -5;
  private Instant instant = Instant.parse("2026-03-11T12:00:00Z");
  private final LeaseAge age = new LeaseAge(() -> nanos, () -> instant);

  private void pass(Duration awake, Duration onTheWall) {
    nanos += awake.toNanos();
    instant = instant.plus(onTheWall);
  }

  @Test
  void lease_isCertainAsLongAsItIsRenewed() {
    assertThat(age.isWithin(MOST)).as("never had").isFalse();
    age.renewed(age.now());
    pass(MOST, MOST);
    assertThat(age.isWithin(MOST)).isTrue();
    pass(Duration.ofNanos(1), Duration.ofNanos(1));
    assertThat(age.isWithin(MOST)).isFalse();
    age.renewed(age.now());
    assertThat(age.isWithin(MOST)).isTrue();
    age.ended();
    assertThat(age.isWithin(MOST)).isFalse();
  }

  @Test
  void renewal_countsFromWhenItWasAskedFor() {
    LeaseAge.Moment asked = age.now();
    pass(MOST.plusNanos(1), MOST.plusNanos(1));
    age.renewed(asked);
    assertThat(age.isWithin(MOST)).isFalse();
  }

  @Test
  void machineThatSlept_isNotCertain() {
    age.renewed(age.now());
    pass(Duration.ofMillis(1), Duration.ofHours(8));
    assertThat(age.isWithin(MOST)).isFalse();
  }

  @Test
  void clockThatWasSetBack_hidesNothing() {
    age.renewed(age.now());
    pass(Duration.ofSeconds(11), Duration.ofHours(-1));
    assertThat(age.isWithin(MOST)).isFalse();
  }
}
