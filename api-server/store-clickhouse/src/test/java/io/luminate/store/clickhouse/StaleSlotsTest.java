// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.clickhouse.testkit.proxy.FaultProxy;
import io.luminate.model.Dimensions;
import io.luminate.model.Filter;
import io.luminate.model.Interval;
import io.luminate.model.MetricPoint;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.store.AggregateQuery;
import io.luminate.store.AggregateRow;
import io.luminate.store.Aggregation;
import io.luminate.store.DeleteRequest;
import io.luminate.store.MetricNamesQuery;
import io.luminate.store.MetricsStore;
import io.luminate.store.PointBatch;
import io.luminate.store.QueryControl;
import io.luminate.store.RangeQuery;
import io.luminate.store.RateQuery;
import io.luminate.store.RateRow;
import io.luminate.store.ValuesQuery;
import io.luminate.store.WriteRequest;
import io.luminate.store.reference.ReferenceStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A process that has not heard of the keys that another one gave slots to. */
class StaleSlotsTest {
  private static final TenantId TENANT = new TenantId("acme");
  private static final long SEED = Long.getLong("luminate.slots.seed", 1);
  private static final int PROCESSES = 3;

  /** More than there are slots, entity keys among them. */
  private static final List<String> KEYS =
      IntStream.range(0, 28)
          .mapToObj(i -> i == 9 ? "customer_id" : i == 23 ? "user_id" : "key_" + i)
          .toList();

  private final TestDatabase database = TestDatabase.empty();
  private final long nowMillis = System.currentTimeMillis();
  private final TimeRange range = new TimeRange(nowMillis - 3_600_000, nowMillis);
  private final MetricsStore reference =
      new ReferenceStore(InstantSource.system(), RetentionPolicies.keepFor(Duration.ofDays(30)));
  private final List<MetricsStore> processes = new ArrayList<>();
  private int written;

  @BeforeEach
  void open() {
    for (int i = 0; i < PROCESSES; i++) {
      processes.add(ClickHouseStore.open(ClickHouseStoreOptions.defaults(database.access())));
    }
  }

  @AfterEach
  void close() {
    processes.forEach(MetricsStore::close);
    database.close();
  }

  /** In one process and the reference. */
  private void write(MetricsStore process, String... dimensions) {
    long timestampMillis = nowMillis - 3_000_000 + written * 1_000L;
    written++;
    for (MetricsStore store : List.of(process, reference)) {
      PointBatch batch = new PointBatch(TENANT, 1);
      long handle = store.seriesHandle(TENANT, "m", Dimensions.of(dimensions));
      batch.add(handle, timestampMillis, written);
      store.write(WriteRequest.unkeyed(batch));
    }
  }

  private static QueryControl control() {
    return QueryControl.withTimeout(Duration.ofSeconds(60));
  }

  /** What each kind of question says about the metric's points. */
  private Map<String, Object> answers(MetricsStore store, List<Filter> filters, String key) {
    Map<String, Object> answers = new LinkedHashMap<>();
    answers.put("points", points(store, filters));
    answers.put(
        "count", aggregate(store, Aggregation.COUNT, filters, List.of(key), Optional.empty()));
    answers.put(
        "p50 by the minute",
        aggregate(
            store, Aggregation.P50, filters, List.of(key), Optional.of(new Interval(60_000))));
    answers.put(
        "integral", aggregate(store, Aggregation.INTEGRAL, filters, List.of(), Optional.empty()));
    answers.put("rate", rate(store, filters, List.of(key)));
    answers.put(
        "values",
        store
            .listDimensionValues(new ValuesQuery(TENANT, "m", key, "", 1_000, filters), control())
            .values());
    answers.put("keys", store.listDimensionKeys(TENANT, "m", filters, 10_000, control()));
    answers.put(
        "metrics", store.listMetrics(new MetricNamesQuery(TENANT, "", 10, filters), control()));
    return answers;
  }

  private List<MetricPoint> points(MetricsStore store, List<Filter> filters) {
    return store
        .queryRange(
            new RangeQuery(TENANT, "m", range, filters, 10_000, Optional.empty()), control())
        .points();
  }

  private List<AggregateRow> aggregate(
      MetricsStore store,
      Aggregation aggregation,
      List<Filter> filters,
      List<String> groupBy,
      Optional<Interval> interval) {
    return store
        .aggregate(
            new AggregateQuery(TENANT, "m", range, filters, aggregation, groupBy, interval, 1_000),
            control())
        .rows();
  }

  private List<RateRow> rate(MetricsStore store, List<Filter> filters, List<String> groupBy) {
    return store
        .rate(
            new RateQuery(TENANT, "m", range, filters, groupBy, new Interval(300_000), 1_000),
            control())
        .rows();
  }

  private void assertSame(String what, MetricsStore process, List<Filter> filters, String key) {
    assertThat(answers(process, filters, key))
        .as("%s: by %s where %s", what, key, filters)
        .isEqualTo(answers(reference, filters, key));
  }

  private static List<Filter> where(String key, String... values) {
    return List.of(new Filter(key, List.of(values)));
  }

  @Test
  void key_givenASlotElsewhere_isFilteredGroupedAndListed() {
    MetricsStore writer = processes.getFirst();
    MetricsStore stale = processes.getLast();
    write(writer, "a", "1");
    assertSame("before", stale, List.of(), "a");
    write(writer, "a", "1", "b", "2");
    write(writer, "b", "3");
    for (List<Filter> filters :
        List.of(List.<Filter>of(), where("b", "2", "3"), where("b", ""), where("a", "1", ""))) {
      MetricsStore another =
          ClickHouseStore.open(ClickHouseStoreOptions.defaults(database.access()));
      try {
        write(another, "a", "1");
        write(writer, "a", "1", "b", "2");
        assertSame("stale", another, filters, "b");
      } finally {
        another.close();
      }
      assertSame("less and less stale", stale, filters, "b");
    }
  }

  /** The points' entity is their customer, which the stale process takes for their user. */
  @Test
  void entityKey_givenASlotElsewhere_isNotTakenForAbsent() {
    MetricsStore writer = processes.getFirst();
    MetricsStore stale = processes.getLast();
    write(writer, "user_id", "u");
    assertSame("before", stale, where("user_id", "u"), "user_id");
    write(writer, "customer_id", "c", "user_id", "u");
    assertThat(
            aggregate(stale, Aggregation.COUNT, where("user_id", "u"), List.of(), Optional.empty()))
        .isEqualTo(
            aggregate(
                reference, Aggregation.COUNT, where("user_id", "u"), List.of(), Optional.empty()));
    assertSame("after", stale, where("user_id", "u"), "customer_id");
  }

  @Test
  void keysBeyondTheSlots_areReadAndWrittenByWhoKnewOfFew() {
    MetricsStore writer = processes.getFirst();
    MetricsStore stale = processes.getLast();
    write(stale, "key_0", "old");
    for (String key : KEYS) {
      write(writer, key, "v", "shared", "x");
    }
    String beyond = KEYS.getLast();
    write(stale, "key_0", "old", beyond, "w", "key_4", "y");
    write(stale, "customer_id", "c", "never seen", "z");
    for (String key : List.of("key_0", "key_4", "customer_id", "user_id", beyond, "never seen")) {
      assertSame("all", stale, List.of(), key);
      assertSame("without", stale, where(key, ""), beyond);
      assertSame("with", stale, where(key, "v", "w", "y", "z", "old"), key);
    }
    assertSame("never asked before", processes.get(1), where(beyond, "v", "w"), "never seen");
  }

  @Test
  void delete_byAKeyGivenASlotElsewhere_takesThosePoints() {
    MetricsStore writer = processes.getFirst();
    MetricsStore stale = processes.getLast();
    write(stale, "a", "1");
    write(writer, "a", "1", "b", "2");
    DeleteRequest request = new DeleteRequest(TENANT, "m", nowMillis, where("b", "2"));
    assertThat(stale.deleteBefore(request).points()).hasValue(1);
    reference.deleteBefore(request);
    assertSame("deleted", stale, List.of(), "b");
  }

  @Test
  void randomKeys_inTurns_sameAsReference() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int step = 0; step < 60; step++) {
      String what = "seed " + SEED + ", step " + step;
      int keys = Math.min(KEYS.size(), 2 + step);
      write(processes.get(random.nextInt(PROCESSES)), dimensions(random, keys));
      if (step % 4 == 3) {
        List<Filter> filters = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
          filters.addAll(where(KEYS.get(random.nextInt(keys)), random.nextBoolean() ? "" : "v1"));
        }
        MetricsStore asked = processes.get(random.nextInt(PROCESSES));
        assertSame(what, asked, filters, KEYS.get(random.nextInt(keys)));
      }
    }
  }

  private static String[] dimensions(SplittableRandom random, int keys) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (int i = random.nextInt(5); i >= 0; i--) {
      pairs.put(KEYS.get(random.nextInt(keys)), "v" + random.nextInt(3));
    }
    return pairs.entrySet().stream()
        .flatMap(e -> List.of(e.getKey(), e.getValue()).stream())
        .toArray(String[]::new);
  }

  /** A metric that gains keys as fast as they can be looked up is not a corrupted one. */
  @Test
  void rawPoints_whileKeysAreAdded_areThoseAcknowledged() throws Exception {
    AtomicInteger acknowledged = new AtomicInteger();
    try (FaultProxy slow = FaultProxy.inFrontOf(database.server().httpUrl());
        ClickHouseStore reader =
            ClickHouseStore.open(
                ClickHouseStoreOptions.defaults(database.access())
                    .withReadAccess(database.access().at(List.of(slow.url().toString()))));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      // So that every look at the slots is out of date when the points are read.
      slow.delayEachWay(Duration.ofMillis(100));
      Future<?> writing = threads.submit(() -> addKeys("growing", acknowledged));
      readUntil(writing, reader, "growing", acknowledged);
      writing.get();
    }
  }

  private void addKeys(String metric, AtomicInteger acknowledged) {
    for (String key : KEYS) {
      PointBatch batch = new PointBatch(TENANT, 1);
      long handle =
          processes.getFirst().seriesHandle(TENANT, metric, Dimensions.of(key, "v", "a", "1"));
      batch.add(handle, nowMillis - 1_000 + acknowledged.get(), acknowledged.get());
      processes.getFirst().write(WriteRequest.unkeyed(batch));
      acknowledged.incrementAndGet();
    }
  }

  private void readUntil(
      Future<?> written, MetricsStore reader, String metric, AtomicInteger acknowledged) {
    while (!written.isDone()) {
      int before = acknowledged.get();
      List<MetricPoint> points =
          reader
              .queryRange(
                  new RangeQuery(TENANT, metric, range, List.of(), 10_000, Optional.empty()),
                  control())
              .points();
      assertThat(points).hasSizeGreaterThanOrEqualTo(before);
      for (int i = 0; i < points.size(); i++) {
        assertThat(points.get(i).dimensions()).isEqualTo(Dimensions.of(KEYS.get(i), "v", "a", "1"));
      }
    }
  }
}
