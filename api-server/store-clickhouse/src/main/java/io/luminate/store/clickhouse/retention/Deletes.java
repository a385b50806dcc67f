// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import io.luminate.model.TenantId;
import io.luminate.store.DeleteReceipt;
import io.luminate.store.DeleteReceipt.Status;
import io.luminate.store.DeleteRequest;
import io.luminate.store.ErrorCode;
import io.luminate.store.StoreException;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.ClickHouseFailure;
import io.luminate.store.clickhouse.client.RowReader;
import io.luminate.store.clickhouse.client.Statement;
import io.luminate.store.clickhouse.schema.Slots;
import io.luminate.store.clickhouse.schema.SqlText;
import io.luminate.store.clickhouse.schema.Tables;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

  /** Of one tenant: others shall find a place. */
  static final int PENDING_PER_TENANT_MAX = 5;

  /** A delete waits for it. */
  private static final Duration COUNT_WITHIN = Duration.ofSeconds(20);

  private static final Logger LOG = LoggerFactory.getLogger(Deletes.class);

  /** How long a small delete may take, so that its answer says that it is done. */
  private static final Duration DONE_WITHIN = Duration.ofSeconds(2);

  private static final Duration POLL = Duration.ofMillis(50);

  private final ClickHouseClient client;
  private final Tables tables;
  private final Slots slots;
  private final InstantSource clock;
  private final Duration countWithin;
  private final Receipts receipts;

  public Deletes(ClickHouseClient client, Tables tables, Slots slots, InstantSource clock) {
    this(client, tables, slots, clock, COUNT_WITHIN);
  }

  Deletes(
      ClickHouseClient client,
      Tables tables,
      Slots slots,
      InstantSource clock,
      Duration countWithin) {
    this.countWithin = countWithin;
    this.client = client;
    this.tables = tables;
    this.slots = slots;
    this.clock = clock;
    this.receipts = new Receipts(client, tables);
  }

  /**
   * Removes the points that are there now.
   *
   * @param visibleFromMillis of which points the receipt counts, inclusive
   */
  public DeleteReceipt deleteBefore(DeleteRequest request, long visibleFromMillis) {
    requireFewPending("_row_exists", PENDING_MAX);
    requireFewPending(ofTenant(request.tenant()), PENDING_PER_TENANT_MAX);
    Rows rows = new Rows(request, slots.rereadToChange(request.tenant(), request.metricName()));
    Instant now = clock.instant();
    String operation =
        "delete-%011x%08x".formatted(now.toEpochMilli(), UUID.randomUUID().hashCode());
    OptionalLong points = count(rows, visibleFromMillis);
    client.execute(new Alterations(tables).delete(rows, named(operation, request.tenant())));
    DeleteReceipt receipt = new DeleteReceipt(operation, request, points, now, Optional.empty());
    receipts.trim(request.tenant());
    receipts.insert(receipt);
    return settled(receipt, statusSoon(operation));
  }

  /** Of an operation of any process. */
  public Optional<DeleteReceipt> find(TenantId tenant, String operation) {
    return receipts
        .find(tenant, operation)
        .map(found -> found.doneAt().isPresent() ? found : settled(found, status(operation)));
  }

  private DeleteReceipt settled(DeleteReceipt receipt, Status status) {
    return switch (status) {
      case RUNNING -> receipt;
      case DONE -> {
        DeleteReceipt done = receipt.done(clock.instant());
        receipts.insert(done);
        yield done;
      }
    };
  }

  /**
   * Of points that queries see, unless it takes too long. What is inserted between this and the
   * delete is not counted.
   */
  private OptionalLong count(Rows rows, long visibleFromMillis) {
    try {
      return OptionalLong.of(counted(rows, visibleFromMillis));
    } catch (ClickHouseFailure e) {
      LOG.info("points to be deleted are not counted: {}", e.getMessage());
      return OptionalLong.empty();
    }
  }

  private long counted(Rows rows, long visibleFromMillis) {
    return client
        .query(
            rows.bind(
                    Statement.of(
                        "SELECT toInt64(count()) FROM "
                            + tables.points()
                            + " WHERE "
                            + rows.condition()
                            + " AND timestamp >= {visibleFrom:Int64}"))
                .with("visibleFrom", visibleFromMillis)
                .withSetting(Tables.ON_THE_FLY, "1")
                .withSetting("max_execution_time", String.valueOf(countWithin.toSeconds()))
                .within(countWithin.plusSeconds(1)),
            RowReader::int64)
        .value();
  }

  /** Always true; the operation is found again by it, and how many the tenant has. */
  static String named(String operation, TenantId tenant) {
    return SqlText.literal(operation + " of " + tenant.value()) + " != ''";
  }

  /** In the text of each of the tenant's deletes. */
  private static String ofTenant(TenantId tenant) {
    return " of " + tenant.value() + "'";
  }

  private void requireFewPending(String text, int max) {
    long pending = pending(text);
    if (pending >= max) {
      throw new StoreException(
          ErrorCode.OVERLOADED,
          pending + " deletes are under way, and at most " + max + " may be",
          Map.of("limit", max, "current", pending));
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
