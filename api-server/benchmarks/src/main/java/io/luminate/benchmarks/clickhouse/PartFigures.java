// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.clickhouse;

import io.luminate.clickhouse.testkit.ClickHouseServer;
import java.time.Instant;

/**
 * What a load meant for ClickHouse, by its own logs.
 *
 * @param rowsPerPart of the parts that inserts made: decides how much there is to merge
 * @param timesMerged how often a row was rewritten on average
 * @param insertMicrosPerRow processor time of the statements that insert
 * @param mergeMicrosPerRow processor time of merges, per row inserted
 * @param active parts that there are
 */
record PartFigures(
    double rowsPerPart,
    double timesMerged,
    double insertMicrosPerRow,
    double mergeMicrosPerRow,
    long active) {
  private static final String CPU = "ProfileEvents['OSCPUVirtualTimeMicroseconds']";

  /**
   * @param since of the load, by a clock that is ClickHouse's too
   */
  static PartFigures of(ClickHouseServer clickHouse, String database, String table, Instant since) {
    clickHouse.execute("SYSTEM FLUSH LOGS");
    String parts =
        "SELECT avgIf(rows, event_type = 'NewPart'), sumIf(rows, event_type = 'NewPart') AS inserted,"
            + " sumIf(rows, event_type = 'MergeParts') / inserted,"
            + " sumIf("
            + CPU
            + ", event_type = 'MergeParts') / inserted"
            + " FROM system.part_log WHERE database = '%s' AND table = '%s' AND %s"
                .formatted(database, table, after(since));
    String[] row = clickHouse.query(parts).getFirst().split("\t");
    String inserts =
        "SELECT sum("
            + CPU
            + ") FROM system.query_log WHERE type = 'QueryFinish' AND query_kind = 'Insert'"
            + " AND has(tables, '%s.%s') AND %s".formatted(database, table, after(since));
    double insertMicros = Double.parseDouble(clickHouse.query(inserts).getFirst());
    String active =
        "SELECT count() FROM system.parts WHERE active AND database = '%s' AND table = '%s'"
            .formatted(database, table);
    return new PartFigures(
        Double.parseDouble(row[0]),
        Double.parseDouble(row[2]),
        insertMicros / Double.parseDouble(row[1]),
        Double.parseDouble(row[3]),
        Long.parseLong(clickHouse.query(active).getFirst()));
  }

  static String after(Instant since) {
    return "event_time_microseconds >= fromUnixTimestamp64Milli(" + since.toEpochMilli() + ")";
  }

  /**
   * @param table with its database
   */
  static long diskBytes(ClickHouseServer clickHouse, String table) {
    String bytes =
        "SELECT sum(bytes_on_disk) FROM system.parts WHERE active"
            + " AND concat(database, '.', table) = '%s'".formatted(table);
    return Long.parseLong(clickHouse.query(bytes).getFirst());
  }
}
