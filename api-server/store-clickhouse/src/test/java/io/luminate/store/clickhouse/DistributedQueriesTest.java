// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.model.Dimensions;
import io.luminate.model.Filter;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.store.AggregateQuery;
import io.luminate.store.Aggregation;
import io.luminate.store.ErrorCode;
import io.luminate.store.PointBatch;
import io.luminate.store.QueryControl;
import io.luminate.store.StoreException;
import io.luminate.store.WriteRequest;
import io.luminate.store.clickhouse.read.ReadLimits;
import io.luminate.store.clickhouse.write.WriteOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a question on the shards behind the one that is asked. */
class DistributedQueriesTest {
  private static final TenantId TENANT = new TenantId("acme");
  private static final TenantId OTHER = new TenantId("other");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String DATABASE = "spread";

  /** So many that each shard has some. */
  private static final int ENTITIES = 20;

  /**
   * The statement that finds out whether points are many has done so after a block, in good time
   * for the one that is stopped.
   */
  private static final ReadLimits READING = new ReadLimits(1L << 30, 1, 1_000_000, 20_000);

  @TempDir private Path folder;

  private final long nowMillis = System.currentTimeMillis();
  private final TimeRange range = new TimeRange(nowMillis - 3_600_000, nowMillis);
  private final String requestId = UUID.randomUUID().toString();
  private Shards shards;
  private ClickHouseStore store;

  @BeforeEach
  void open() {
    shards = Shards.start(folder, 2);
    store =
        ClickHouseStore.open(
            Shards.inFront(ClickHouseStoreOptions.defaults(shards.access(DATABASE)))
                .withWork(WriteOptions.DEFAULT, READING));
    for (TenantId tenant : List.of(TENANT, OTHER)) {
      PointBatch batch = new PointBatch(tenant, ENTITIES);
      for (int i = 0; i < ENTITIES; i++) {
        Dimensions dimensions = Dimensions.of("customer_id", "c" + i, "k", "v");
        batch.add(store.seriesHandle(tenant, "m", dimensions), nowMillis - 1_000, 1);
      }
      store.write(WriteRequest.unkeyed(batch));
    }
  }

  @AfterEach
  void close() {
    store.close();
    shards.close();
  }

  /** By everything that a shard did for the request, whoever sent it there. */
  private static long count(ClickHouseServer shard, String what) {
    return Long.parseLong(shard.query("SELECT count() FROM " + what).getFirst());
  }

  private boolean runsOn(ClickHouseServer shard) {
    return count(shard, ofRequest()) > 0;
  }

  private String ofRequest() {
    return "system.processes WHERE startsWith(initial_query_id, '" + requestId + "/')";
  }

  /** The first statement about points only finds out whether they are many, and ends by itself. */
  private boolean runsWithoutEndOn(ClickHouseServer shard) {
    return count(shard, ofRequest() + " AND NOT mapContains(Settings, 'max_rows_to_read')") > 0;
  }

  private boolean wasStoppedOn(ClickHouseServer shard) {
    shard.execute("SYSTEM FLUSH LOGS query_log");
    // TIMEOUT_EXCEEDED, QUERY_WAS_CANCELLED, QUERY_WAS_CANCELLED_BY_CLIENT.
    return count(
            shard,
            "system.query_log WHERE exception_code IN (159, 394, 735) AND"
                + " startsWith(initial_query_id, '"
                + requestId
                + "/')")
        > 0;
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    Instant giveUp = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).as(what).isBefore(giveUp);
      Thread.sleep(20);
    }
  }

  /** Points without end on each shard, so that a question goes on until it is stopped. */
  private void makePointsEndless() {
    String points = DATABASE + ".points_local";
    shards.execute("DROP TABLE " + points + " SYNC");
    shards.execute(
        "CREATE VIEW "
            + points
            + " AS SELECT 'acme' AS tenant, 'm' AS metric, '' AS entity, toUInt128(number) AS series,"
            + " toInt64("
            + (nowMillis - 1_000)
            + ") AS timestamp, toFloat64(number % 7) AS value, toString(number % 3) AS s01,"
            + " toString(number % 3) AS s02 FROM system.numbers WHERE sleepEachRow(0.000001) = 0");
  }

  private ErrorCode failure(QueryControl control) {
    AggregateQuery sum =
        new AggregateQuery(
            TENANT, "m", range, List.of(), Aggregation.SUM, List.of("k"), Optional.empty(), 10);
    return catchThrowableOfType(StoreException.class, () -> store.aggregate(sum, control)).code();
  }

  private void assertStoppedEverywhere() throws InterruptedException {
    for (ClickHouseServer shard : shards.all()) {
      await("nothing runs on " + shard.httpUrl(), () -> !runsOn(shard));
      await("a statement was stopped on " + shard.httpUrl(), () -> wasStoppedOn(shard));
    }
  }

  @Test
  void cancelled_endsOnEveryShard() throws Exception {
    makePointsEndless();
    QueryControl control = QueryControl.withTimeout(Duration.ofMinutes(2), requestId);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<ErrorCode> failure = threads.submit(() -> failure(control));
      for (ClickHouseServer shard : shards.all()) {
        await("a statement runs on " + shard.httpUrl(), () -> runsWithoutEndOn(shard));
      }
      control.cancel();
      assertThat(failure.get()).isEqualTo(ErrorCode.QUERY_CANCELLED);
    }
    assertStoppedEverywhere();
  }

  @Test
  void timedOut_endsOnEveryShard() throws Exception {
    makePointsEndless();
    assertThat(failure(QueryControl.withTimeout(Duration.ofSeconds(3), requestId)))
        .isEqualTo(ErrorCode.QUERY_TIMEOUT);
    assertStoppedEverywhere();
  }

  /** The statements that ClickHouse makes of a question for the shards, as each has logged them. */
  @Test
  void everyStatementOnAShard_readsRowsOfTheTenantThatAsks() {
    List<String> began =
        shards.all().stream().map(shard -> shard.query("SELECT now64(6)").getFirst()).toList();
    EveryQuestion questions = new EveryQuestion(store, TENANT, "m", range);
    for (String key : List.of("k", "customer_id")) {
      QueryControl control = QueryControl.withTimeout(PATIENCE, requestId);
      questions.askWith(control, key, List.of(new Filter(key, List.of("v", "c1", "c2", ""))));
      questions.askWith(control, key, List.of());
    }
    assertThat(questions.store().stats(TENANT).points()).isEqualTo(ENTITIES);
    List<String> fromOtherShards = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      ClickHouseServer shard = shards.all().get(i);
      List<String> fromOthers =
          TenantConditions.loggedForOthers(shard, List.of(DATABASE), began.get(i));
      TenantConditions conditions = new TenantConditions(shard, List.of(DATABASE), "'acme'");
      assertThat(conditions.without(fromOthers)).isEmpty();
      assertThat(
              conditions.without(TenantConditions.logged(shard, List.of(DATABASE), began.get(i))))
          .isEmpty();
      fromOtherShards.addAll(conditions.read(fromOthers));
    }
    assertThat(fromOtherShards)
        .as("tables that one shard read for another; else it would all be about one of them")
        .contains("points_local");
  }
}
