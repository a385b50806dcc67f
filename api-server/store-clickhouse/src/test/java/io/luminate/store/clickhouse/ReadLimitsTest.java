// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.Dimensions;
import io.luminate.model.Filter;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.store.AggregateQuery;
import io.luminate.store.Aggregation;
import io.luminate.store.MetricsStore;
import io.luminate.store.PointBatch;
import io.luminate.store.QueryControl;
import io.luminate.store.ScanStats;
import io.luminate.store.WriteRequest;
import io.luminate.store.clickhouse.read.ReadLimits;
import io.luminate.store.clickhouse.write.WriteOptions;
import io.luminate.store.testkit.ContractSettings;
import io.luminate.store.testkit.RandomRun;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The ways around of large questions, taken by small ones: no rows are few enough for their series
 * to be counted too, no groups few enough for all their buckets to be made at once, no customer's
 * points few enough to be fetched.
 */
class ReadLimitsTest {
  private static final long SEED = Long.getLong("luminate.contract.seed", 1);
  private static final int POINTS = 4_000;
  private static final int QUESTIONS = 2;
  private static final TenantId TENANT = new TenantId("acme");
  static final ReadLimits LOWEST = new ReadLimits(1L << 30, 1, 1, 1);

  /** The clock of a random run stands in the past, and TTL goes by ClickHouse's. */
  private static final Duration MARGIN = Duration.ofDays(3_650);

  private static MetricsStore open(ContractSettings settings, TestDatabase database) {
    return ClickHouseStore.open(
        ClickHouseStoreOptions.defaults(database.access())
            .withData(settings.clock(), settings.entityKeys(), settings.retention())
            .withRetentionMargin(MARGIN)
            .withWork(WriteOptions.DEFAULT, LOWEST));
  }

  @Test
  void randomData_randomQueries_sameAsReference() {
    try (TestDatabase database = TestDatabase.empty()) {
      RandomRun.checkWithoutSeries(
          SEED,
          POINTS,
          QUESTIONS,
          settings -> open(settings, database),
          store -> database.mergePoints());
    }
  }

  @Test
  void series_ofMoreRowsThanAreCounted_areLeftOut() {
    long nowMillis = System.currentTimeMillis();
    try (TestDatabase database = TestDatabase.empty();
        ClickHouseStore store = withTwoPoints(database, nowMillis)) {
      ScanStats stats = sum(store, new TimeRange(nowMillis - 10, nowMillis), List.of());
      assertThat(stats.series()).isEmpty();
      assertThat(stats.points()).isEqualTo(2);
      assertThat(stats.bytes()).isPositive();
    }
  }

  /** A statement that is refused takes longer to plan than a small one to answer. */
  @Test
  void series_ofAQuestionThatHadTooManyRows_areNotTriedAgain() {
    long nowMillis = System.currentTimeMillis();
    try (TestDatabase database = TestDatabase.empty();
        ClickHouseStore store = withTwoPoints(database, nowMillis)) {
      TimeRange range = new TimeRange(nowMillis - 10, nowMillis);
      sum(store, range, List.of());
      assertThat(refused(database)).isEqualTo(1);
      assertThat(sum(store, range, List.of()).points()).isEqualTo(2);
      sum(store, new TimeRange(nowMillis - 20, nowMillis), List.of());
      assertThat(refused(database)).as("as long, and longer").isEqualTo(1);
      sum(store, new TimeRange(nowMillis - 5, nowMillis), List.of());
      assertThat(refused(database)).as("shorter").isEqualTo(2);
      Filter one = new Filter("customer_id", List.of("a"));
      sum(store, range, List.of(one));
      sum(store, range, List.of(one));
      assertThat(refused(database)).as("of one entity").isEqualTo(4);
    }
  }

  private static long refused(TestDatabase database) {
    database.flushQueryLog();
    return Long.parseLong(
        database.value(
            "SELECT count() FROM system.query_log WHERE exception_code = 158 AND query LIKE '%"
                + database.tables().database()
                + ".points%' AND query NOT LIKE '%system.query_log%'"));
  }

  private static ClickHouseStore withTwoPoints(TestDatabase database, long nowMillis) {
    ClickHouseStore store =
        ClickHouseStore.open(
            ClickHouseStoreOptions.defaults(database.access())
                .withWork(WriteOptions.DEFAULT, LOWEST));
    PointBatch batch = new PointBatch(TENANT, 2);
    for (String customer : List.of("a", "b")) {
      Dimensions dimensions = Dimensions.of("customer_id", customer);
      batch.add(store.seriesHandle(TENANT, "m", dimensions), nowMillis - 1, 1);
    }
    store.write(WriteRequest.unkeyed(batch));
    return store;
  }

  private static ScanStats sum(MetricsStore store, TimeRange range, List<Filter> filters) {
    return store
        .aggregate(
            new AggregateQuery(
                TENANT, "m", range, filters, Aggregation.SUM, List.of(), Optional.empty(), 10),
            QueryControl.withTimeout(Duration.ofSeconds(30)))
        .stats();
  }
}
