// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.fairness;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.benchmarks.fairness.PacedClient.Seen;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class FairnessResultTest {
  private static final long LATE = 2;

  /** A hundred requests, the slowest of which took so many times a millisecond. */
  private static Seen seen(double slowest, long refused) {
    long[] nanos = LongStream.rangeClosed(1, 101).map(i -> (long) (i * slowest * 10_000)).toArray();
    return new Seen(nanos, 0, refused, 0, LATE, "");
  }

  private static FairnessResult result(double writeRatio, double queryRatio, long refused) {
    Seen some = seen(3, 1_900);
    Seen over = new Seen(some.nanos(), 50, some.refused(), 0, 0, "");
    return new FairnessResult(
        new FairnessResult.Side(seen(2, 0), seen(4, 0)),
        new FairnessResult.Side(seen(2 * writeRatio, refused), seen(4 * queryRatio, 0)),
        new FairnessResult.Other(over, over, 2_000, 1_000));
  }

  @Test
  void markdown_withinTheFloor_passes() {
    FairnessResult result = result(1.5, 0.5, 0);
    assertThat(result.missed()).isZero();
    assertThat(result.markdown())
        .contains("| write p99, ms | 2.00 | 3.00 | 1.50 | ≤ 1.50 | pass |")
        .contains("| query p50, ms | 2.04 | 1.02 | 0.50 |  |  |")
        .contains("| query p99, ms | 4.00 | 2.00 | 0.50 | ≤ 1.50 | pass |");
    assertThat(result.notes())
        .contains(
            "the other tenant: 2000 writes/s and 1000 queries/s sent; of its writes 101 granted,"
                + " 50 of them without a new series, 1,900 refused; of its queries 101 and 1,900");
  }

  @Test
  void markdown_overTheFloor_orRefused_misses() {
    FairnessResult result = result(1.51, 1.6, 1);
    assertThat(result.missed()).isEqualTo(3);
    assertThat(result.markdown())
        .contains("| write p99, ms | 2.00 | 3.02 | 1.51 | ≤ 1.50 | MISS |")
        .contains("| query p99, ms | 4.00 | 6.40 | 1.60 | ≤ 1.50 | MISS |");
    assertThat(result.notes().get(1))
        .endsWith("1 refused or failed; of 4 and 4 the connection was not free when they were due");
  }

  /** Who is within all limits has each point stored. */
  @Test
  void missed_rejectedPoints_missAFloor() {
    Seen whole = seen(2, 0);
    Seen partial = new Seen(whole.nanos(), 1, 0, 0, 0, "");
    FairnessResult.Other other = new FairnessResult.Other(whole, whole, 1, 1);
    FairnessResult.Side side = new FairnessResult.Side(whole, whole);
    assertThat(new FairnessResult(side, side, other).missed()).isZero();
    FairnessResult.Side rejected = new FairnessResult.Side(partial, whole);
    assertThat(new FairnessResult(side, rejected, other).missed()).isEqualTo(1);
  }

  @Test
  void together_isSorted() {
    Seen both =
        Seen.together(
            List.of(
                new Seen(new long[] {3, 5}, 1, 1, 0, 0, ""),
                new Seen(new long[] {4}, 1, 2, 1, 2, "500 x")));
    assertThat(both.nanos()).containsExactly(3, 4, 5);
    assertThat(both.sent()).isEqualTo(7);
    assertThat(both.partial()).isEqualTo(2);
    assertThat(both.late()).isEqualTo(2);
    assertThat(both.example()).isEqualTo("500 x");
  }
}
