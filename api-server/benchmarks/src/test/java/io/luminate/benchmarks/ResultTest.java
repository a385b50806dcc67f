// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.benchmarks.load.LoadResult;
import io.luminate.benchmarks.query.QueryName;
import io.luminate.benchmarks.query.QueryTiming;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ResultTest {
  private static Measured measured(String name, Duration wall, double queryMillis) {
    List<QueryTiming> queries =
        Stream.of(QueryName.values())
            .map(query -> new QueryTiming(query, 2 * queryMillis, queryMillis, 9, ""))
            .toList();
    LoadResult load = new LoadResult(1_000_000, 200_000_000, wall, 5, 20);
    return new Measured(
        name,
        load,
        Duration.ofMillis(1_500),
        true,
        500_000_000,
        600_000_000,
        9_000_000,
        6_000_000,
        Duration.ofSeconds(2),
        queries,
        List.of());
  }

  @Test
  void markdown_withinFloors_passes() {
    ResultTable table = new ResultTable(List.of(measured("Luminate", Duration.ofSeconds(1), 1)));
    assertThat(table.missed()).isZero();
    assertThat(table.markdown())
        .contains("| ingest, points/s (wall) | 1 000 000 | ≥ 650 000 | pass |")
        .contains("| server CPU, µs/point | 1.50 | ≤ 1.80 | pass |")
        .contains("| disk, bytes/point, all sealed | 6.00 | ≤ 6.50 | pass |")
        .contains("| raw range, one customer, ms | 1.00 | ≤ 3.00 | pass |");
  }

  @Test
  void markdown_missedAndPeer_saysSoAndCompares() {
    ResultTable table =
        new ResultTable(
            List.of(
                measured("Luminate", Duration.ofSeconds(2), 4),
                measured("Other", Duration.ofSeconds(4), 12)));
    assertThat(table.missed()).isEqualTo(2);
    assertThat(table.markdown())
        .contains("| ingest, points/s (wall) | 500 000 | ≥ 650 000 | MISS | 250 000 | 2.00 |")
        .contains("| raw range, one customer, ms | 4.00 | ≤ 3.00 | MISS | 12.0 | 3.00 |");
  }

  @Test
  void replaced_keepsTheRestOfTheDocument() {
    String once = ResultsDocument.replaced("# Title\n", "1m", "old");
    String twice = ResultsDocument.replaced(once + "after\n", "1m", "new");
    assertThat(twice)
        .isEqualTo("# Title\n\n<!-- results 1m -->\nnew\n<!-- end of results 1m -->\nafter\n");
  }

  @Test
  void parse_flagsBeforeEnvironment() {
    BenchOptions options =
        BenchOptions.parse(
            Map.of("POINTS", "1m", "PEERS", "victoriametrics", "OUT", ""), "--points", "100m");
    assertThat(options.points()).isEqualTo("100m");
    assertThat(options.peers()).containsExactly("victoriametrics");
    assertThat(options.resultsFile()).isEmpty();
    assertThatThrownBy(() -> BenchOptions.parse(Map.of(), "--pionts", "1m"))
        .hasMessageContaining("--pionts");
  }

  @Test
  void section_namesTheStoreInFront() {
    Map<String, String> sized = Map.of("POINTS", "1m");
    assertThat(BenchOptions.parse(sized).section("fairness")).isEqualTo("fairness-1m");
    assertThat(BenchOptions.parse(sized, "--backend", "clickhouse").section("fairness"))
        .isEqualTo("fairness-clickhouse-1m");
  }
}
