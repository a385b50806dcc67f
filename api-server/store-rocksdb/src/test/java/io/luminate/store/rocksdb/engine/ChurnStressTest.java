// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.Dimensions;
import io.luminate.model.EntityKeys;
import io.luminate.model.Filter;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.store.AggregateQuery;
import io.luminate.store.AggregateRow;
import io.luminate.store.Aggregation;
import io.luminate.store.DeleteRequest;
import io.luminate.store.PointBatch;
import io.luminate.store.QueryControl;
import io.luminate.store.RangeQuery;
import io.luminate.store.StoreException;
import io.luminate.store.WriteRequest;
import io.luminate.store.testkit.TestClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writers with remembered handles, queries and rounds at the same time, while all series die again
 * and again. Each value says of which series it is, so that one in a wrong place shows.
 */
final class ChurnStressTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final int GROUPS = 7;
  private static final int SERIES = 300;
  private static final Duration RUN = Duration.ofSeconds(8);

  @TempDir Path folder;
  private final TestClock clock = new TestClock(Instant.parse("2026-03-11T12:00:00Z"));
  private final AtomicInteger generation = new AtomicInteger(1);
  private final long endNanos = System.nanoTime() + RUN.toNanos();

  @Test
  void everyPoint_isOfItsSeries() throws InterruptedException, ExecutionException {
    try (RocksMetricsStore store = open();
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> all = new ArrayList<>();
      all.add(threads.submit(() -> write(store, 1)));
      all.add(threads.submit(() -> write(store, 2)));
      all.add(threads.submit(() -> ask(store)));
      all.add(threads.submit(() -> forget(store)));
      for (Future<?> each : all) {
        each.get();
      }
      assertThat(store.upkeep().freedSeries()).isGreaterThan(2 * SERIES);
    }
  }

  private RocksMetricsStore open() {
    return RocksMetricsStore.open(
        folder.resolve("data"),
        RocksStoreOptions.defaults()
            .withClock(clock)
            .withData(EntityKeys.DEFAULT, RetentionPolicies.keepFor(Duration.ofDays(30)))
            .withSizes(8 << 20, 64 << 20, 1 << 20, 0)
            .withUpkeep(false, Duration.ofMinutes(10), Duration.ZERO));
  }

  private boolean goesOn() {
    return System.nanoTime() < endNanos;
  }

  private static Dimensions series(int id) {
    return Dimensions.of("customer_id", "c" + id, "g", "g" + id % GROUPS);
  }

  /** The series of one generation after the other, and now and then an earlier one's. */
  private void write(RocksMetricsStore store, long seed) {
    Random random = new Random(seed);
    Map<Integer, Long> remembered = new HashMap<>();
    while (goesOn()) {
      long lowest = store.lowestHandle();
      PointBatch batch = new PointBatch(ACME, 20);
      for (int i = 0; i < 20; i++) {
        int id = (generation.get() - random.nextInt(4) / 3) * SERIES + random.nextInt(SERIES);
        long handle = remembered.getOrDefault(id, -1L);
        if (handle < lowest) {
          handle = store.seriesHandle(ACME, "m", series(id));
          remembered.put(id, handle);
        }
        batch.add(handle, clock.millis(), id);
      }
      try {
        store.write(WriteRequest.unkeyed(batch));
      } catch (StoreException e) {
        assertThat(LifeClient.isForgotten(e)).as("%s", e).isTrue();
      }
    }
  }

  private void ask(RocksMetricsStore store) {
    while (goesOn()) {
      QueryControl control = QueryControl.withTimeout(Duration.ofMinutes(1));
      TimeRange range = new TimeRange(0, clock.millis() + 1);
      store
          .queryRange(
              new RangeQuery(ACME, "m", range, List.of(), 10_000, Optional.empty()), control)
          .points()
          .forEach(p -> assertThat(p.dimensions()).isEqualTo(series((int) p.value())));
      List<Filter> some = List.of(new Filter("g", List.of("g1", "g2")));
      for (Aggregation extreme : List.of(Aggregation.MIN, Aggregation.MAX)) {
        extremes(store, range, extreme, List.of(), List.of("customer_id", "g"))
            .forEach(ChurnStressTest::assertOwn);
        extremes(store, range, extreme, some, List.of("g")).forEach(ChurnStressTest::assertGroup);
      }
    }
  }

  private static List<AggregateRow> extremes(
      RocksMetricsStore store,
      TimeRange range,
      Aggregation extreme,
      List<Filter> filters,
      List<String> by) {
    AggregateQuery query =
        new AggregateQuery(ACME, "m", range, filters, extreme, by, Optional.empty(), 1_000);
    return store.aggregate(query, QueryControl.withTimeout(Duration.ofMinutes(1))).rows();
  }

  private static void assertGroup(AggregateRow row) {
    assertThat(row.groupKey()).containsExactly("g" + (int) row.value().orElseThrow() % GROUPS);
  }

  private static void assertOwn(AggregateRow row) {
    Dimensions series = series((int) row.value().orElseThrow());
    assertThat(row.groupKey()).containsExactly(series.value(0), series.value(1));
  }

  /** A delete of all, then a round, as fast as they go. */
  private void forget(RocksMetricsStore store) {
    while (goesOn()) {
      generation.incrementAndGet();
      clock.advance(Duration.ofSeconds(1));
      store.deleteBefore(DeleteRequest.of(ACME, "m", clock.millis()));
      store.sealNow();
      store.settleNow();
      store.enforceRetention();
      steps(store);
      clock.advance(DeadSeries.GRACE);
      steps(store);
      store.sealNow();
      steps(store);
    }
  }

  private static void steps(RocksMetricsStore store) {
    while (store.upkeep().forgetSeries()) {
      // As far as it goes.
    }
  }
}
