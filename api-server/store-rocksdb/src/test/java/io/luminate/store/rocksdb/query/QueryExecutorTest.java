// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import static io.luminate.store.rocksdb.query.StoredMetric.NAME;
import static io.luminate.store.rocksdb.query.StoredMetric.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.Dimensions;
import io.luminate.model.Filter;
import io.luminate.model.Interval;
import io.luminate.model.MetricPoint;
import io.luminate.model.TimeRange;
import io.luminate.store.AggregateQuery;
import io.luminate.store.AggregateResult;
import io.luminate.store.AggregateRow;
import io.luminate.store.Aggregation;
import io.luminate.store.MetricNamesQuery;
import io.luminate.store.QueryControl;
import io.luminate.store.RangeQuery;
import io.luminate.store.RangeResult;
import io.luminate.store.RateQuery;
import io.luminate.store.RateResult;
import io.luminate.store.ValuesQuery;
import io.luminate.store.reference.ExactAnswer;
import io.luminate.store.reference.ExactGroup;
import io.luminate.store.reference.ExactValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Random questions about random data, against the reference store. */
class QueryExecutorTest {
  private static final long FIRST_SEED = Long.getLong("luminate.seed", 1);
  private static final int METRICS = Integer.getInteger("luminate.rounds", 25);
  private static final int QUESTIONS = 12;

  private interface Question {
    void ask(QueryExecutor executor, StoredMetric metric, RandomMetric chance, String context);
  }

  private static void forMetrics(Question question) {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + METRICS; seed++) {
      RandomMetric chance = new RandomMetric(new Random(seed));
      StoredMetric metric = chance.metric();
      try (QueryExecutor executor =
          new QueryExecutor(metric.chunks, 2, 192L << 20, Long.MAX_VALUE)) {
        for (int i = 0; i < QUESTIONS; i++) {
          question.ask(executor, metric, chance, "seed " + seed + " question " + i);
        }
      }
    }
  }

  private static QueryControl control() {
    return QueryControl.withTimeout(Duration.ofMinutes(1));
  }

  @Test
  void aggregate_random() {
    forMetrics(
        (executor, metric, chance, context) -> {
          for (Aggregation aggregation : Aggregation.values()) {
            AggregateQuery query =
                new AggregateQuery(
                    TENANT,
                    NAME,
                    chance.range(),
                    chance.filters(),
                    aggregation,
                    chance.groupBy(),
                    chance.interval(),
                    chance.limit());
            checkAggregate(executor, metric, query, context);
          }
        });
  }

  private static void checkAggregate(
      QueryExecutor executor, StoredMetric metric, AggregateQuery query, String context) {
    AggregateResult result = executor.aggregate(query, metric.snapshot(), control());
    ExactAnswer exact = metric.reference.explain(query, control());
    String about = context + " " + query;
    assertThat(result.totalGroups()).as(about).isEqualTo(exact.groups().size());
    assertThat(result.rankError()).as(about).isEmpty();
    assertThat(result.stats().points()).as(about).isEqualTo(exact.stats().points());
    assertThat(result.stats().series()).as(about).isEqualTo(exact.stats().series());
    check(result.rows().stream().map(QueryExecutorTest::row).toList(), exact, query, about);
  }

  /** Series that chunks cut, and one that fills chunks of its own. */
  @Test
  void aggregate_seriesAcrossChunks() {
    Random random = new Random(FIRST_SEED);
    List<Dimensions> series =
        List.of(Dimensions.of("h", "a"), Dimensions.of("h", "b"), Dimensions.of("h", "c"));
    StoredMetric metric = new StoredMetric(series);
    for (int half = 0; half < 2; half++) {
      List<StoredMetric.Point> points = new ArrayList<>();
      for (int i = 0; i < 90_000; i++) {
        int ordinal = random.nextInt(30) < 28 ? 0 : 1 + random.nextInt(2);
        long millis = StoredMetric.FIRST_MILLIS + half * 40_000_000L + i * 300L;
        points.add(new StoredMetric.Point(ordinal, millis, random.nextInt(500) / 10.0));
      }
      metric.addSegments(points, false);
    }
    TimeRange range =
        new TimeRange(
            StoredMetric.FIRST_MILLIS + 5_000_000, StoredMetric.FIRST_MILLIS + 60_000_000);
    try (QueryExecutor executor = new QueryExecutor(metric.chunks, 2, 64 << 20, Long.MAX_VALUE)) {
      for (Aggregation aggregation :
          List.of(Aggregation.SUM, Aggregation.P95, Aggregation.INTEGRAL)) {
        for (List<String> groupBy : List.of(List.<String>of(), List.of("h"))) {
          AggregateQuery query =
              new AggregateQuery(
                  TENANT,
                  NAME,
                  range,
                  List.of(),
                  aggregation,
                  groupBy,
                  Optional.of(new Interval(3_600_000)),
                  10);
          checkAggregate(executor, metric, query, "seed " + FIRST_SEED);
        }
      }
    }
  }

  private record Row(List<String> key, long bucket, OptionalDouble value, long count) {}

  private static Row row(AggregateRow row) {
    return new Row(row.groupKey(), row.bucketStartMillis().orElse(-1), row.value(), row.count());
  }

  private static void check(List<Row> rows, ExactAnswer exact, AggregateQuery query, String about) {
    List<List<String>> ranked = rows.stream().map(Row::key).distinct().toList();
    checkRanks(ranked, exact, query.limit(), about);
    Map<List<String>, ExactGroup> groups = byKey(exact);
    List<Row> rest = new ArrayList<>(rows);
    for (List<String> key : ranked) {
      ExactGroup group = groups.get(key);
      Map<Long, ExactValue> expected =
          query.interval().isPresent() ? group.buckets() : Map.of(-1L, group.total());
      List<Row> own = rest.subList(0, expected.size());
      assertThat(own.stream().map(Row::bucket).toList())
          .as(about)
          .isEqualTo(List.copyOf(expected.keySet()));
      for (Row row : own) {
        ExactValue value = expected.get(row.bucket());
        assertThat(row.key()).as(about).isEqualTo(key);
        assertThat(row.count()).as(about).isEqualTo(value.count());
        assertThat(value.admits(row.value())).as("%s: %s is %s", about, row, value).isTrue();
      }
      own.clear();
    }
    assertThat(rest).as(about).isEmpty();
  }

  /** No group may clearly belong before another that stands before it, or is left out. */
  private static void checkRanks(
      List<List<String>> ranked, ExactAnswer exact, int limit, String about) {
    assertThat(ranked).as(about).hasSize(Math.min(limit, exact.groups().size()));
    Map<List<String>, ExactGroup> groups = byKey(exact);
    Set<List<String>> in = Set.copyOf(ranked);
    double leastBehind =
        groups.values().stream()
            .filter(group -> !in.contains(group.groupKey()))
            .mapToDouble(group -> least(group.total()))
            .max()
            .orElse(Double.NEGATIVE_INFINITY);
    for (int i = ranked.size() - 1; i >= 0; i--) {
      ExactValue value = groups.get(ranked.get(i)).total();
      assertThat(value.value() + value.tolerance())
          .as("%s: rank %s is %s", about, i, value)
          .isGreaterThanOrEqualTo(leastBehind);
      leastBehind = Math.max(leastBehind, least(value));
    }
  }

  private static double least(ExactValue value) {
    return value.value() - value.tolerance();
  }

  private static Map<List<String>, ExactGroup> byKey(ExactAnswer exact) {
    return exact.groups().stream()
        .collect(Collectors.toMap(ExactGroup::groupKey, Function.identity()));
  }

  @Test
  void rate_random() {
    forMetrics(
        (executor, metric, chance, context) -> {
          RateQuery query =
              new RateQuery(
                  TENANT,
                  NAME,
                  chance.range(),
                  chance.filters(),
                  chance.groupBy(),
                  new Interval(chance.intervalMillis()),
                  chance.limit());
          RateResult result = executor.rate(query, metric.snapshot(), control());
          ExactAnswer exact = metric.reference.explain(query, control());
          String about = context + " " + query;
          assertThat(result.totalGroups()).as(about).isEqualTo(exact.groups().size());
          List<Row> rows =
              result.rows().stream()
                  .map(r -> new Row(r.groupKey(), r.bucketStartMillis(), r.rate(), 0))
                  .toList();
          checkRanks(rows.stream().map(Row::key).distinct().toList(), exact, query.limit(), about);
          Map<List<String>, ExactGroup> groups = byKey(exact);
          for (Row row : rows) {
            ExactValue value = groups.get(row.key()).buckets().get(row.bucket());
            assertThat(value.admits(row.value())).as("%s: %s is %s", about, row, value).isTrue();
          }
          assertThat(rows)
              .as(about)
              .hasSize(
                  rows.stream()
                      .map(Row::key)
                      .distinct()
                      .mapToInt(k -> groups.get(k).buckets().size())
                      .sum());
        });
  }

  @Test
  void range_randomPages() {
    forMetrics(
        (executor, metric, chance, context) -> {
          List<Filter> filters = chance.filters();
          TimeRange range = chance.range();
          int limit = chance.limit();
          RangeQuery query = new RangeQuery(TENANT, NAME, range, filters, limit, Optional.empty());
          for (int page = 0; page < 5; page++) {
            RangeResult result = executor.range(query, metric.snapshot(), control());
            RangeResult wanted = metric.reference.queryRange(query, control());
            String about = context + " page " + page + " " + query;
            assertThat(result.points()).as(about).isEqualTo(wanted.points());
            assertThat(result.next()).as(about).isEqualTo(wanted.next());
            if (result.next().isEmpty()) {
              break;
            }
            query = new RangeQuery(TENANT, NAME, range, filters, limit, result.next());
          }
        });
  }

  @Test
  void values_random() {
    forMetrics(
        (executor, metric, chance, context) -> {
          for (String key : List.of("customer_id", "tier", "ünï", "unknown")) {
            ValuesQuery query =
                new ValuesQuery(
                    TENANT,
                    NAME,
                    key,
                    List.of("", "c1", "zz").get((int) (chance.intervalMillis() % 3)),
                    Math.min(4, chance.limit()),
                    chance.filters());
            assertThat(executor.values(query, metric.snapshot(), control()))
                .as(context + " " + query)
                .isEqualTo(metric.reference.listDimensionValues(query, control()));
          }
        });
  }

  private static List<String> keys(StoredMetric metric, List<Filter> filters) {
    return metric
        .reference
        .listDimensionKeys(TENANT, NAME, filters, Integer.MAX_VALUE, control())
        .keys();
  }

  @Test
  void keysAndPresence_random() {
    forMetrics(
        (executor, metric, chance, context) -> {
          List<Filter> filters = chance.filters();
          String about = context + " " + filters;
          assertThat(executor.keys(filters, metric.snapshot(), control()))
              .as(about)
              .isEqualTo(keys(metric, filters));
          assertThat(executor.hasPoints(filters, metric.snapshot(), control()))
              .as(about)
              .isEqualTo(
                  !metric
                      .reference
                      .listMetrics(new MetricNamesQuery(TENANT, "", 10, filters), control())
                      .names()
                      .isEmpty());
        });
  }

  @Test
  void range_identicalPoints() {
    StoredMetric metric = new StoredMetric(List.of(Dimensions.of("a", "b")));
    List<StoredMetric.Point> same = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      same.add(new StoredMetric.Point(0, StoredMetric.FIRST_MILLIS, 1.5));
    }
    metric.addSegments(same, false);
    metric.addToHead(same);
    try (QueryExecutor executor = new QueryExecutor(metric.chunks, 2, 1 << 20, Long.MAX_VALUE)) {
      TimeRange range = new TimeRange(0, Long.MAX_VALUE);
      RangeQuery query = new RangeQuery(TENANT, NAME, range, List.of(), 3, Optional.empty());
      List<MetricPoint> points = new ArrayList<>();
      while (true) {
        RangeResult result = executor.range(query, metric.snapshot(), control());
        points.addAll(result.points());
        if (result.next().isEmpty()) {
          break;
        }
        query = new RangeQuery(TENANT, NAME, range, List.of(), 3, result.next());
      }
      assertThat(points).hasSize(20);
    }
  }
}
