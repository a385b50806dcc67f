// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.schema;

import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.RowFunction;
import io.luminate.store.clickhouse.client.Statement;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** A small table that every server of a cluster has whole. */
public final class SharedTable {
  private static final int ATTEMPTS = 10;

  private final ClickHouseClient client;
  private final Tables tables;
  private final String name;

  public SharedTable(ClickHouseClient client, Tables tables, String name) {
    this.client = client;
    this.tables = tables;
    this.name = name;
  }

  /** Asks for what has been inserted anywhere. */
  public <T> T read(Statement question, RowFunction<T> rows) {
    Statement repeatable = question.asRepeatable();
    if (tables.topology() instanceof Topology.Cluster) {
      client.execute(repeatable.preceding("sync", sync(tables, name)));
    }
    return client.query(repeatable, rows).value();
  }

  /** Has the server that is asked fetch what others have. */
  static String sync(Tables tables, String name) {
    return "SYSTEM SYNC REPLICA " + tables.named(name) + " LIGHTWEIGHT";
  }

  public void insert(Statement row) {
    client.execute(row);
  }

  /**
   * Inserts a row of a version, of which the first counts. The statement has the condition that its
   * version is the next, and of those that ran at the same time and found it met ClickHouse
   * silently drops all but the first under the token.
   *
   * <p>A single server that is killed in between remembers the token of a row that it lost. So
   * there is another token for the next attempt, the same one for everybody.
   *
   * @param newest reads what is there now
   * @param isThere whether that has the version, somebody's
   * @return the newest after the insert
   */
  public <T> T insertFirst(Statement row, String token, Supplier<T> newest, Predicate<T> isThere) {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      client.execute(row.withSetting("insert_deduplication_token", token + "/" + attempt));
      T found = newest.get();
      if (isThere.test(found)) {
        return found;
      }
    }
    throw new IllegalStateException("no row in " + name + " after inserts under " + token);
  }
}
