// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import io.luminate.model.TenantId;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.RowReader;
import io.luminate.store.clickhouse.client.Statement;
import io.luminate.store.clickhouse.schema.SharedTable;
import io.luminate.store.clickhouse.schema.Tables;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The table of what was set for single metrics, which all processes share. The last row wins. */
final class KeptRetentions {
  private final SharedTable rows;
  private final String table;

  KeptRetentions(ClickHouseClient client, Tables tables) {
    this.rows = new SharedTable(client, tables, Tables.RETENTION);
    this.table = tables.retention();
  }

  /** Ordered, so that the same rows make the same expression. */
  List<KeptRetention> read() {
    return rows.read(
        Statement.of(
            "SELECT tenant, metric, argMax(retention_millis, at) FROM "
                + table
                + " GROUP BY tenant, metric ORDER BY tenant, metric"),
        KeptRetentions::all);
  }

  private static List<KeptRetention> all(RowReader rows) throws IOException {
    List<KeptRetention> all = new ArrayList<>();
    while (rows.hasNext()) {
      all.add(
          new KeptRetention(
              new TenantId(rows.string()), rows.string(), Duration.ofMillis(rows.int64())));
    }
    return List.copyOf(all);
  }

  void insert(KeptRetention kept) {
    rows.insert(
        Statement.of(
                "INSERT INTO "
                    + table
                    + " (tenant, metric, retention_millis)"
                    + " SELECT {tenant:String}, {metric:String}, {millis:Int64}")
            .with("tenant", kept.tenant().value())
            .with("metric", kept.metric())
            .with("millis", kept.retention().toMillis()));
  }
}
