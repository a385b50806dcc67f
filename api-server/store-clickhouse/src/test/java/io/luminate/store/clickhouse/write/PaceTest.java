// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final long GAP = 100;
  private static final long LONG = 1_000_000;

  private final Pace pace = new Pace();
  private long now = Long.MAX_VALUE - 5 * GAP;

  private void comes(int times) {
    for (int i = 0; i < times; i++) {
      now += GAP;
      pace.came(now);
    }
  }

  private Duration toNext() {
    return pace.toNext(now, now + LONG);
  }

  @Test
  void first_nobodyKnowsWhenTheNextComes() {
    comes(1);
    assertThat(toNext()).isZero();
  }

  @Test
  void several_theNextIsWaitedForAndEachAfterIt() {
    comes(2);
    for (int i = 0; i < 10; i++) {
      assertThat(toNext()).isEqualTo(Duration.ofNanos(3 * GAP));
      comes(1);
    }
  }

  @Test
  void next_dueAfterTheWaitHasToEnd_isNotWaitedFor() {
    comes(2);
    assertThat(pace.toNext(now, now + 3 * GAP - 1)).isZero();
    assertThat(pace.toNext(now, now + 3 * GAP)).isPositive();
  }

  @Test
  void inVain_restsForAThirtiethOfTheTime() {
    comes(2);
    assertThat(toNext()).isPositive();
    now += 3 * GAP;
    assertThat(toNext()).isZero();
    long rested = now + 32 * 3 * GAP;
    while (now + GAP - rested < 0) {
      comes(1);
      assertThat(toNext()).isZero();
    }
    comes(1);
    assertThat(toNext()).isPositive();
  }

  @Test
  void inVain_afterManyThatCame_needsNoRest() {
    comes(2);
    for (int i = 0; i < 4; i++) {
      toNext();
      comes(1);
    }
    toNext();
    now += 3 * GAP;
    assertThat(toNext()).isZero();
    pace.came(now);
    assertThat(toNext()).isPositive();
  }

  @Test
  void silence_isForgotten() {
    comes(2);
    now += Duration.ofHours(1).toNanos();
    comes(100);
    assertThat(toNext()).isLessThan(Duration.ofMillis(1));
  }
}
