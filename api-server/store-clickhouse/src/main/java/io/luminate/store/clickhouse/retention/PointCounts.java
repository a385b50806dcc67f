// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import io.luminate.store.ErrorCode;
import io.luminate.store.StoreException;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.RowReader;
import io.luminate.store.clickhouse.client.Statement;
import io.luminate.store.clickhouse.schema.Tables;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what deletes remove. A statement sees the parts and the deletes that are there when it
 * begins, however long it takes: a count that is under way goes on beside its delete and is still
 * of what was there before.
 */
final class PointCounts implements AutoCloseable {
  /** Then ClickHouse gives a count up. */
  static final Duration LONGEST = Duration.ofMinutes(10);

  /** Each has a connection as long as it takes. */
  static final int UNDER_WAY_MAX = Deletes.PENDING_MAX;

  /** From when a statement begins, the same for all of its rows. */
  private static final String NOW_MILLIS = "toUnixTimestamp64Milli(now64(3))";

  private static final Logger LOG = LoggerFactory.getLogger(PointCounts.class);

  private final ClickHouseClient client;
  private final Tables tables;
  private final Semaphore free = new Semaphore(UNDER_WAY_MAX);
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("delete-count-", 0).factory());

  /**
   * @param beganMillis by ClickHouse's clock
   */
  private record Counted(long points, long beganMillis) {}

  PointCounts(ClickHouseClient client, Tables tables) {
    this.client = client;
    this.tables = tables;
  }

  /** One count. */
  final class Count {
    private final Statement statement;
    private CompletableFuture<Counted> counting;
    private long beginsBeforeMillis = Long.MAX_VALUE;

    private Count(Statement statement) {
      this.statement = statement;
      this.counting = begin(statement);
    }

    /** The points, if they are there in time; one that fails is begun once more. */
    OptionalLong await(Duration time) {
      try {
        Optional<Counted> counted = get(time);
        if (counted.isEmpty() && hasFailed()) {
          counting = begin(statement);
          counted = get(time);
        }
        return counted.map(Counted::points).map(OptionalLong::of).orElseGet(OptionalLong::empty);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return OptionalLong.empty();
      }
    }

    /** Empty while it is under way, and where it failed. */
    private Optional<Counted> get(Duration time) throws InterruptedException {
      try {
        return Optional.of(counting.get(time.toMillis(), TimeUnit.MILLISECONDS));
      } catch (TimeoutException e) {
        return Optional.empty();
      } catch (ExecutionException e) {
        LOG.info("points to be deleted cannot be counted: {}", String.valueOf(e.getCause()));
        return Optional.empty();
      }
    }

    boolean hasFailed() {
      return counting.isCompletedExceptionally();
    }

    /** What it counts is about to be deleted: if it has not begun by now, it comes too late. */
    void closeBeginning() {
      beginsBeforeMillis =
          client
              .query(Statement.of("SELECT " + NOW_MILLIS).asRepeatable(), RowReader::int64)
              .value();
    }

    /** Tells how it ends, later; empty: nobody knows how many there were. */
    void whenDone(Consumer<OptionalLong> told) {
      var unused =
          counting.whenComplete(
              (counted, failure) ->
                  told.accept(
                      failure == null && counted.beganMillis() <= beginsBeforeMillis
                          ? OptionalLong.of(counted.points())
                          : OptionalLong.empty()));
    }
  }

  /**
   * @throws StoreException OVERLOADED while too many are under way
   */
  Count begin(Rows rows, long visibleFromMillis) {
    return new Count(
        rows.bind(
                Statement.of(
                    "SELECT toInt64(count()), "
                        + NOW_MILLIS
                        + " FROM "
                        + tables.points()
                        + " WHERE "
                        + rows.condition()
                        + " AND timestamp >= {visibleFrom:Int64}"))
            .with("visibleFrom", visibleFromMillis)
            .withSetting(Tables.ON_THE_FLY, "1")
            .withSetting("max_execution_time", String.valueOf(LONGEST.toSeconds()))
            .within(LONGEST.plusSeconds(1)));
  }

  private CompletableFuture<Counted> begin(Statement statement) {
    if (!free.tryAcquire()) {
      throw new StoreException(
          ErrorCode.OVERLOADED,
          "the points of " + UNDER_WAY_MAX + " deletes are being counted, and no more may be",
          Map.of("limit", UNDER_WAY_MAX, "current", UNDER_WAY_MAX));
    }
    return CompletableFuture.supplyAsync(() -> counted(statement), threads)
        .whenComplete((counted, failure) -> free.release());
  }

  private Counted counted(Statement statement) {
    return client.query(statement, rows -> new Counted(rows.int64(), rows.int64())).value();
  }

  /** Those under way end without a result. */
  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }
}
