// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import io.luminate.model.TenantId;
import io.luminate.store.DeleteReceipt;
import io.luminate.store.DeleteRequest;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.RowReader;
import io.luminate.store.clickhouse.client.Statement;
import io.luminate.store.clickhouse.schema.SharedTable;
import io.luminate.store.clickhouse.schema.Tables;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The table of deletes that somebody asked for, which all processes share. Of an id's rows that of
 * the latest step wins; ids begin with the time, so that a tenant's are in order.
 */
final class Receipts {
  /** Kept ones past their number that are worth a delete. */
  private static final int SPARE = 100;

  /** In place of the time when it was done; an earlier program takes both for begun. */
  private static final long ASKED = -2;

  private static final long BEGUN = -1;

  /** In place of points that were not counted; an earlier program takes both for that. */
  private static final long UNCOUNTED = -1;

  private static final long COUNTING = -2;

  /**
   * @param begun whether that is noted; else it may have begun all the same
   * @param counting whether its points are still being counted, if whoever does so still lives
   */
  record Kept(DeleteReceipt receipt, boolean begun, boolean counting) {}

  private final ClickHouseClient client;
  private final SharedTable rows;
  private final String table;

  Receipts(ClickHouseClient client, Tables tables) {
    this.client = client;
    this.rows = new SharedTable(client, tables, Tables.OPERATIONS);
    this.table = tables.operations();
  }

  /** As far as it has come. */
  void insert(Kept kept) {
    DeleteReceipt receipt = kept.receipt();
    long notDoneMillis = kept.begun() ? BEGUN : ASKED;
    long doneMillis = receipt.doneAt().map(Instant::toEpochMilli).orElse(notDoneMillis);
    long points = receipt.points().orElse(kept.counting() ? COUNTING : UNCOUNTED);
    DeleteRequest request = receipt.request();
    rows.insert(
        Statement.of(
                "INSERT INTO "
                    + table
                    + " (tenant, operation, metric, before_millis, filters, requested_millis, points,"
                    + " done_millis) SELECT {tenant:String}, {operation:String}, {metric:String},"
                    + " {before:Int64}, {filters:String}, {requested:Int64}, {points:Int64},"
                    + " {done:Int64}")
            .with("tenant", request.tenant().value())
            .with("operation", receipt.operationId())
            .with("metric", request.metricName())
            .with("before", request.beforeMillis())
            .with("filters", FilterText.write(request.filters()))
            .with("requested", receipt.requestedAt().toEpochMilli())
            .with("points", points)
            .with("done", doneMillis));
  }

  Optional<Kept> find(TenantId tenant, String operation) {
    return rows.read(
        Statement.of(
                "SELECT metric, before_millis, filters, requested_millis, points, done_millis FROM "
                    + table
                    + " WHERE tenant = {tenant:String} AND operation = {operation:String}"
                    + " ORDER BY done_millis DESC, at DESC LIMIT 1")
            .with("tenant", tenant.value())
            .with("operation", operation),
        found -> kept(tenant, operation, found));
  }

  private static Optional<Kept> kept(TenantId tenant, String operation, RowReader rows)
      throws IOException {
    if (!rows.hasNext()) {
      return Optional.empty();
    }
    String metric = rows.string();
    long beforeMillis = rows.int64();
    String filters = rows.string();
    Instant requestedAt = Instant.ofEpochMilli(rows.int64());
    long points = rows.int64();
    long doneMillis = rows.int64();
    DeleteReceipt receipt =
        new DeleteReceipt(
            operation,
            new DeleteRequest(tenant, metric, beforeMillis, FilterText.read(filters)),
            points < 0 ? OptionalLong.empty() : OptionalLong.of(points),
            requestedAt,
            doneMillis < 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(doneMillis)));
    return Optional.of(new Kept(receipt, doneMillis != ASKED, points == COUNTING));
  }

  /** Drops the tenant's oldest ones, of which none has been under way for long. */
  void trim(TenantId tenant) {
    long kept = count(tenant);
    if (kept >= DeleteReceipt.KEPT_MAX + SPARE) {
      client.execute(
          Statement.of(
                  "DELETE FROM "
                      + table
                      + " WHERE tenant = {tenant:String} AND operation < (SELECT operation FROM"
                      + " (SELECT DISTINCT operation FROM "
                      + table
                      + " WHERE tenant = {tenant:String} ORDER BY operation DESC LIMIT 1 OFFSET "
                      + (DeleteReceipt.KEPT_MAX - 1)
                      + "))")
              .with("tenant", tenant.value()));
    }
  }

  private long count(TenantId tenant) {
    return client
        .query(
            Statement.of(
                    "SELECT toInt64(uniqExact(operation)) FROM "
                        + table
                        + " WHERE tenant = {tenant:String}")
                .with("tenant", tenant.value()),
            RowReader::int64)
        .value();
  }
}
