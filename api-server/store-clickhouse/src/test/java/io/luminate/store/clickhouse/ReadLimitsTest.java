// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.Dimensions;
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
 * to be counted too, no groups few enough for all their buckets to be made at once.
 */
class ReadLimitsTest {
  private static final long SEED = Long.getLong("luminate.contract.seed", 1);
  private static final int POINTS = 4_000;
  private static final int QUESTIONS = 2;
  static final ReadLimits LOWEST = new ReadLimits(1L << 30, 1, 1);

  /** The clock of a random run stands in the past, and TTL goes by ClickHouse's. */
  private static final Duration MARGIN = Duration.ofDays(3_650);

  private static MetricsStore open(ContractSettings settings) {
    return ClickHouseStore.open(
        ClickHouseStoreOptions.defaults(TestDatabase.empty().access())
            .withData(settings.clock(), settings.entityKeys(), settings.retention())
            .withRetentionMargin(MARGIN)
            .withWork(WriteOptions.DEFAULT, LOWEST));
  }

  @Test
  void randomData_randomQueries_sameAsReference() {
    RandomRun.checkWithoutSeries(SEED, POINTS, QUESTIONS, ReadLimitsTest::open);
  }

  @Test
  void series_ofMoreRowsThanAreCounted_areLeftOut() {
    long nowMillis = System.currentTimeMillis();
    TenantId tenant = new TenantId("acme");
    try (TestDatabase database = TestDatabase.empty();
        ClickHouseStore store =
            ClickHouseStore.open(
                ClickHouseStoreOptions.defaults(database.access())
                    .withWork(WriteOptions.DEFAULT, LOWEST))) {
      PointBatch batch = new PointBatch(tenant, 2);
      batch.add(store.seriesHandle(tenant, "m", Dimensions.of("k", "v")), nowMillis - 1, 1);
      batch.add(store.seriesHandle(tenant, "m", Dimensions.of("k", "w")), nowMillis - 2, 2);
      store.write(WriteRequest.unkeyed(batch));
      ScanStats stats =
          store
              .aggregate(
                  new AggregateQuery(
                      tenant,
                      "m",
                      new TimeRange(nowMillis - 10, nowMillis),
                      List.of(),
                      Aggregation.SUM,
                      List.of(),
                      Optional.empty(),
                      10),
                  QueryControl.withTimeout(Duration.ofSeconds(30)))
              .stats();
      assertThat(stats.series()).isEmpty();
      assertThat(stats.points()).isEqualTo(2);
      assertThat(stats.bytes()).isPositive();
    }
  }
}
