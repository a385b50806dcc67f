// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.benchmarks.clickhouse.ServerRounds.Piece;
import io.luminate.benchmarks.load.LoadResult;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundsTableTest {
  private static final long POINTS = 1_000_000;

  private final RoundsTable table = new RoundsTable();

  @Test
  void ratio_isWithinRounds_andTheMedianOfThereAndBack() {
    table.add(List.of(piece(1, 2, 500), piece(4, 4, 500)));
    table.add(List.of(piece(1, 6, 500), piece(4, 3, 500)));
    table.add(List.of(piece(1, 2, 500), piece(4, 2.1, 500)));
    table.add(List.of(piece(1, 6, 500), piece(4, 6.3, 500)));
    table.add(List.of(piece(1, 2, 500), piece(4, 5, 500)));
    table.add(List.of(piece(1, 2, 500), piece(4, 5, 500)));
    assertThat(table.missed()).isZero();
    assertThat(table.notes().getLast()).contains("ratios 2.00, 0.50, 1.05, 1.05, 2.50, 2.50");
    assertThat(table.markdown()).contains("| 1.05 | ≤ 1.1 | pass |");
  }

  @Test
  void ratio_isOfYardsticks() {
    table.add(List.of(piece(1, 2, 500), piece(4, 4, 1_000)));
    assertThat(table.markdown()).contains("| 1.00 | ≤ 1.1 | pass |");
  }

  @Test
  void tooMuch_isMissed_andSoAreLostPoints() {
    table.add(List.of(piece(1, 2, 500), piece(2, 2.3, 500), piece(4, 2.3, 500)));
    assertThat(table.missed()).isEqualTo(2);
    table.wrong();
    assertThat(table.missed()).isEqualTo(3);
  }

  private static Piece piece(int servers, double databaseSeconds, double yardstickMicros) {
    return new Piece(
        servers,
        new LoadResult(POINTS, 1, Duration.ofSeconds(1), 1, 1),
        yardstickMicros,
        Duration.ofMillis((long) (databaseSeconds * 1_000)),
        Duration.ofSeconds(1),
        new PartFigures(100_000, 1, 1, 1, 1),
        "");
  }
}
