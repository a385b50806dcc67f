// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.Dimensions;
import io.luminate.model.Interval;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.store.AggregateQuery;
import io.luminate.store.Aggregation;
import io.luminate.store.DeleteReceipt;
import io.luminate.store.DeleteRequest;
import io.luminate.store.MetricNamesQuery;
import io.luminate.store.PointBatch;
import io.luminate.store.QueryControl;
import io.luminate.store.RangeQuery;
import io.luminate.store.RateQuery;
import io.luminate.store.ValuesQuery;
import io.luminate.store.WriteRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Deleted points are gone at once, however long ClickHouse takes to come round to them. */
class PendingDeleteTest {
  private static final TenantId TENANT = new TenantId("acme");
  private static final int POINTS = 10;

  private final long nowMillis = System.currentTimeMillis();
  private final TimeRange range = new TimeRange(nowMillis - 3_600_000, nowMillis);

  @Test
  void everyQuestion_leavesThemOut() {
    try (TestDatabase database = TestDatabase.empty();
        ClickHouseStore store =
            ClickHouseStore.open(ClickHouseStoreOptions.defaults(database.access()))) {
      write(store);
      String points = database.tables().points();
      database.server().execute("SYSTEM STOP MERGES " + points);
      assertThat(store.deleteBefore(DeleteRequest.of(TENANT, "m", nowMillis)).status())
          .isEqualTo(DeleteReceipt.Status.RUNNING);
      assertGone(store);
      database.server().execute("SYSTEM START MERGES " + points);
      assertGone(store);
    }
  }

  private void write(ClickHouseStore store) {
    PointBatch batch = new PointBatch(TENANT, POINTS);
    for (int i = 0; i < POINTS; i++) {
      long handle = store.seriesHandle(TENANT, "m", Dimensions.of("k", "v" + i % 2));
      batch.add(handle, nowMillis - 1_000 * (i + 1), i);
    }
    store.write(WriteRequest.unkeyed(batch));
  }

  private void assertGone(ClickHouseStore store) {
    for (Aggregation aggregation : Aggregation.values()) {
      assertThat(store.aggregate(aggregate(aggregation, Optional.empty()), control()).rows())
          .as("%s", aggregation)
          .isEmpty();
      assertThat(
              store
                  .aggregate(aggregate(aggregation, Optional.of(new Interval(60_000))), control())
                  .rows())
          .as("%s by the minute", aggregation)
          .isEmpty();
    }
    RateQuery rate =
        new RateQuery(TENANT, "m", range, List.of(), List.of(), new Interval(60_000), 10);
    assertThat(store.rate(rate, control()).rows()).isEmpty();
    RangeQuery raw = new RangeQuery(TENANT, "m", range, List.of(), 10, Optional.empty());
    assertThat(store.queryRange(raw, control()).points()).isEmpty();
    ValuesQuery values = new ValuesQuery(TENANT, "m", "k", "", 10, List.of());
    assertThat(store.listDimensionValues(values, control()).values()).isEmpty();
    assertThat(store.listDimensionKeys(TENANT, "m", List.of(), 10, control()).keys()).isEmpty();
    assertThat(
            store.listMetrics(new MetricNamesQuery(TENANT, "", 10, List.of()), control()).names())
        .isEmpty();
    assertThat(store.stats(TENANT).points()).isZero();
  }

  private AggregateQuery aggregate(Aggregation aggregation, Optional<Interval> interval) {
    return new AggregateQuery(
        TENANT, "m", range, List.of(), aggregation, List.of("k"), interval, 10);
  }

  private static QueryControl control() {
    return QueryControl.withTimeout(Duration.ofSeconds(30));
  }
}
