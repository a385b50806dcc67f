// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import io.luminate.model.Filter;
import io.luminate.model.Interval;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.store.AggregateQuery;
import io.luminate.store.Aggregation;
import io.luminate.store.MetricNamesQuery;
import io.luminate.store.RangeQuery;
import io.luminate.store.RateQuery;
import io.luminate.store.ValuesQuery;
import io.luminate.store.testkit.Universe.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Seeded queries about a universe, many of them with ends exactly on a point. */
final class QueryMaker {
  private static final long[] INTERVALS_MILLIS = {
    1_000, 7_000, 60_000, 300_000, 433_337, 3_600_000, 5 * 3_600_000, 86_400_000, 604_800_000
  };

  /** Beyond what a page wants; the edge refuses more than 10 000 rows anyway. */
  private static final long BUCKETS_MAX = 2_000;

  private static final int[] LIMITS = {1, 2, 5, 50, 1_000};

  private final SplittableRandom random;
  private final Universe universe;
  private final List<TenantPoint> written;

  /**
   * @param written grows while the run goes on
   */
  QueryMaker(SplittableRandom random, Universe universe, List<TenantPoint> written) {
    this.random = random;
    this.universe = universe;
    this.written = written;
  }

  Metric metric() {
    return universe.metrics().get(random.nextInt(universe.metrics().size()));
  }

  TenantId tenant() {
    return Universe.tenants().get(random.nextInt(Universe.tenants().size()));
  }

  RangeQuery range() {
    Metric metric = metric();
    return new RangeQuery(
        metric.tenant(), name(metric), timeRange(), filters(), 10_000, Optional.empty());
  }

  AggregateQuery aggregate() {
    Metric metric = metric();
    TimeRange range = timeRange();
    return new AggregateQuery(
        metric.tenant(),
        name(metric),
        range,
        filters(),
        Aggregation.values()[random.nextInt(Aggregation.values().length)],
        groupBy(),
        random.nextBoolean() ? Optional.of(interval(range)) : Optional.empty(),
        limit());
  }

  RateQuery rate() {
    Metric metric = metric();
    TimeRange range = timeRange();
    return new RateQuery(
        metric.tenant(), name(metric), range, filters(), groupBy(), interval(range), limit());
  }

  ValuesQuery values() {
    Metric metric = metric();
    String prefix = List.of("", "", "e", "c1", "\uD83D\uDE00", "none").get(random.nextInt(6));
    return new ValuesQuery(
        metric.tenant(), name(metric), Universe.key(random), prefix, limit(), filters());
  }

  MetricNamesQuery metricNames() {
    String prefix = random.nextInt(3) == 0 ? start(metric().name()) : "";
    return new MetricNamesQuery(tenant(), prefix, limit(), filters());
  }

  private String start(String name) {
    int codePoints = random.nextInt(name.codePointCount(0, name.length()) + 1);
    return name.substring(0, name.offsetByCodePoints(0, codePoints));
  }

  List<Filter> filters() {
    List<Filter> filters = new ArrayList<>();
    while (random.nextInt(5) < 2 && filters.size() < 3) {
      filters.add(filter());
    }
    return filters;
  }

  private Filter filter() {
    String key = Universe.key(random);
    List<String> values = new ArrayList<>();
    do {
      values.add(filterValue(key));
    } while (random.nextInt(3) > 0 && values.size() < 30);
    return new Filter(key, values);
  }

  private String filterValue(String key) {
    return switch (random.nextInt(12)) {
      case 0, 1 -> "";
      case 2 -> "no such value";
      default -> key.endsWith("_id") ? "c" + random.nextInt(60) : Universe.text(random);
    };
  }

  private List<String> groupBy() {
    return Stream.generate(() -> Universe.key(random)).limit(random.nextInt(4)).distinct().toList();
  }

  private String name(Metric metric) {
    return random.nextInt(40) == 0 ? "no_such_metric" : metric.name();
  }

  private int limit() {
    return LIMITS[random.nextInt(LIMITS.length)];
  }

  private Interval interval(TimeRange range) {
    int choice = random.nextInt(INTERVALS_MILLIS.length);
    Interval interval = new Interval(INTERVALS_MILLIS[choice]);
    while (interval.bucketCount(range) > BUCKETS_MAX) {
      interval = new Interval(INTERVALS_MILLIS[++choice]);
    }
    return interval;
  }

  private TimeRange timeRange() {
    long now = StoreFixture.NOW;
    long first = instant();
    long second = instant();
    long dayStart = first - first % StoreFixture.DAY;
    return switch (random.nextInt(10)) {
      case 0 -> new TimeRange(first, first);
      case 1 -> new TimeRange(now - 80 * StoreFixture.DAY, now - 70 * StoreFixture.DAY);
      case 2 -> new TimeRange(dayStart, dayStart + StoreFixture.DAY - 1);
      case 3 -> new TimeRange(first, first + random.nextLong(StoreFixture.HOUR));
      case 4, 5 -> new TimeRange(now - 8 * StoreFixture.DAY, now + 2 * StoreFixture.HOUR);
      default -> new TimeRange(Math.min(first, second), Math.max(first, second));
    };
  }

  /** Mostly that of a point, or one millisecond beside it. */
  private long instant() {
    long ofPoint = written.get(random.nextInt(written.size())).timestampMillis();
    return ofPoint + random.nextInt(3) - 1;
  }
}
