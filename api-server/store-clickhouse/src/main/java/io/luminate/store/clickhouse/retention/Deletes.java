// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import io.luminate.model.TenantId;
import io.luminate.store.DeleteReceipt;
import io.luminate.store.DeleteReceipt.Status;
import io.luminate.store.ErrorCode;
import io.luminate.store.StoreException;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.Statement;
import io.luminate.store.clickhouse.schema.SqlText;
import io.luminate.store.clickhouse.schema.Tables;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/**
 * Deletes points as mutations that mark rows as gone. A mutation reaches the rows that were there
 * when it was made, never later ones, and outlives a restart of ClickHouse. Until it has come to
 * all parts, queries with {@link Tables#ON_THE_FLY} leave its rows out all the same; merges free
 * them.
 */
public final class Deletes {
  /**
   * Deletes under way: each of them is looked at for every row that a query reads, which costs
   * about as much as reading two columns more.
   */
  static final int PENDING_MAX = 10;

  /** How long a small delete may take, so that its answer says that it is done. */
  private static final Duration DONE_WITHIN = Duration.ofSeconds(2);

  private static final Duration POLL = Duration.ofMillis(50);

  private final ClickHouseClient client;
  private final Tables tables;

  public Deletes(ClickHouseClient client, Tables tables) {
    this.client = client;
    this.tables = tables;
  }

  /** Removes the metric's points below the instant that are there now. */
  public DeleteReceipt deleteBefore(TenantId tenant, String metric, long beforeMillis) {
    requireFewPending();
    String operation = UUID.randomUUID().toString();
    client.execute(
        Statement.of(
                "ALTER TABLE "
                    + tables.storedPoints()
                    + tables.onCluster()
                    + " UPDATE _row_exists = 0 WHERE tenant = {tenant:String}"
                    + " AND metric = {metric:String} AND timestamp < {before:Int64} AND "
                    + named(operation))
            .with("tenant", tenant.value())
            .with("metric", metric)
            .with("before", beforeMillis)
            .withSetting("mutations_sync", "0"));
    return new DeleteReceipt(operation, statusSoon(operation));
  }

  /** Always true; the operation is found again by it. */
  private static String named(String operation) {
    return SqlText.literal(operation) + " != ''";
  }

  private void requireFewPending() {
    long pending = pending("_row_exists");
    if (pending >= PENDING_MAX) {
      throw new StoreException(
          ErrorCode.OVERLOADED,
          pending + " deletes are under way, and at most " + PENDING_MAX + " may be",
          Map.of("limit", PENDING_MAX, "current", pending));
    }
  }

  private Status statusSoon(String operation) {
    long giveUpNanos = System.nanoTime() + DONE_WITHIN.toNanos();
    Status status = status(operation);
    while (status == Status.RUNNING && System.nanoTime() < giveUpNanos) {
      pause();
      status = status(operation);
    }
    return status;
  }

  /** Of an operation of any process. */
  Status status(String operation) {
    return pending(operation) > 0 ? Status.RUNNING : Status.DONE;
  }

  private long pending(String text) {
    return client
        .query(
            Statement.of(
                    "SELECT toInt64(uniqExact(command)) FROM "
                        + tables.system("mutations")
                        + " WHERE database = {database:String} AND table = {table:String}"
                        + " AND NOT is_done AND position(command, {text:String}) > 0")
                .with("database", tables.database())
                .with("table", tables.storedName(Tables.POINTS))
                .with("text", text),
            rows -> rows.int64())
        .value();
  }

  private static void pause() {
    try {
      Thread.sleep(POLL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(ErrorCode.QUERY_CANCELLED, "interrupted while a delete ran", e);
    }
  }
}
