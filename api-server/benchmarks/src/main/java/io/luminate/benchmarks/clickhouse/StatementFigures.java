// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.clickhouse;

import io.luminate.clickhouse.testkit.ClickHouseServer;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What ClickHouse's statements took besides those that insert points, by its log of queries: what
 * servers ask by themselves, and the loader's looks at whether it still merges.
 */
final class StatementFigures {
  private static final int SHOWN = 8;

  private StatementFigures() {}

  /**
   * The costliest kinds first, such as {@code Select counts ×24 0.31 s}: of processor time in all.
   *
   * @param since of the load, by a clock that is ClickHouse's too
   */
  static String of(ClickHouseServer clickHouse, String pointsTable, Instant since) {
    clickHouse.execute("SYSTEM FLUSH LOGS");
    String sql =
        "SELECT query_kind, arrayStringConcat(arrayMap(t -> splitByChar('.', t)[-1], tables), '+'),"
            + " count(), sum(ProfileEvents['OSCPUVirtualTimeMicroseconds']) / 1e6 AS seconds"
            + " FROM system.query_log WHERE type != 'QueryStart'"
            + " AND NOT (query_kind = 'Insert' AND has(tables, '%s')) AND %s"
                .formatted(pointsTable, PartFigures.after(since))
            + " GROUP BY ALL ORDER BY seconds DESC LIMIT "
            + SHOWN;
    List<String> rows = clickHouse.query(sql);
    return rows.stream().map(StatementFigures::shown).collect(Collectors.joining(", "));
  }

  private static String shown(String row) {
    String[] columns = row.split("\t", -1);
    return "%s %s ×%s %.2f s"
        .formatted(columns[0], columns[1], columns[2], Double.parseDouble(columns[3]));
  }
}
