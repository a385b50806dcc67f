// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.clickhouse;

import io.luminate.clickhouse.testkit.ClickHouseServer;

/** What a load meant for ClickHouse, by its own log of parts. */
record PartFigures(double rowsPerPart, double timesMerged) {
  static PartFigures of(ClickHouseServer clickHouse, String database, String table) {
    clickHouse.execute("SYSTEM FLUSH LOGS");
    String[] row =
        clickHouse
            .query(
                """
                SELECT avgIf(rows, event_type = 'NewPart'),
                  sumIf(rows, event_type = 'MergeParts') / sumIf(rows, event_type = 'NewPart')
                FROM system.part_log WHERE database = '%s' AND table = '%s'"""
                    .formatted(database, table))
            .getFirst()
            .split("\t");
    return new PartFigures(Double.parseDouble(row[0]), Double.parseDouble(row[1]));
  }
}
