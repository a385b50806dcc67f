// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.model.Dimensions;
import io.luminate.model.Filter;
import io.luminate.model.Interval;
import io.luminate.model.TimeRange;
import io.luminate.store.rocksdb.query.StoredMetric.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Random series, points, and questions about them. */
final class RandomMetric {
  private static final List<String> KEYS = List.of("customer_id", "region", "tier", "ünï");
  private static final int DAYS = 3;

  private final Random random;

  RandomMetric(Random random) {
    this.random = random;
  }

  StoredMetric metric() {
    StoredMetric metric = new StoredMetric(series(1 + random.nextInt(60)));
    if (random.nextBoolean()) {
      addInOrder(metric);
    } else {
      addInDisorder(metric);
    }
    if (random.nextInt(3) == 0) {
      metric.hideBefore(instant());
    }
    return metric;
  }

  /** As clients mostly write: every source continues the one before it. */
  private void addInOrder(StoredMetric metric) {
    List<Point> points = new ArrayList<>(points(metric, 10 + random.nextInt(8000)));
    points.sort(Comparator.comparingLong(Point::millis).thenComparingDouble(Point::value));
    int from = 0;
    while (from < points.size() - 5 && random.nextInt(4) > 0) {
      int to = from + 1 + random.nextInt(points.size() - from - 1);
      metric.addSegments(points.subList(from, to), random.nextBoolean());
      from = to;
    }
    if (random.nextInt(6) == 0) {
      points.addAll(points(metric, 3));
    }
    metric.addToHead(points.subList(from, points.size()));
  }

  private void addInDisorder(StoredMetric metric) {
    int sources = random.nextInt(5);
    for (int i = 0; i < sources; i++) {
      metric.addSegments(points(metric, 1 + random.nextInt(4000)), random.nextBoolean());
    }
    if (random.nextInt(3) > 0) {
      metric.addToHead(points(metric, random.nextInt(2000)));
    }
  }

  private List<Dimensions> series(int count) {
    Set<Dimensions> distinct = new LinkedHashSet<>();
    for (int i = 0; i < count; i++) {
      Map<String, String> pairs = new HashMap<>();
      for (String key : KEYS) {
        if (random.nextInt(5) > 0) {
          pairs.put(key, value(key));
        }
      }
      distinct.add(Dimensions.of(pairs));
    }
    return List.copyOf(distinct);
  }

  private String value(String key) {
    return switch (key) {
      case "customer_id" -> "c" + random.nextInt(12);
      case "ünï" -> random.nextBoolean() ? "\uD83D\uDE00" + random.nextInt(3) : "\uFFFD";
      default -> key.charAt(0) + "" + random.nextInt(3);
    };
  }

  private List<Point> points(StoredMetric metric, int count) {
    boolean dense = random.nextBoolean();
    int hot = random.nextInt(metric.seriesCount);
    int magnitude = random.nextInt(12);
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int ordinal = dense && random.nextInt(3) > 0 ? hot : random.nextInt(metric.seriesCount);
      points.add(new Point(ordinal, instant(), number(magnitude)));
    }
    return points;
  }

  /** Few enough instants that several points share one. */
  private long instant() {
    return StoredMetric.FIRST_MILLIS + random.nextInt(DAYS * 24 * 60) * 60_000L + random.nextInt(2);
  }

  private double number(int magnitude) {
    return switch (random.nextInt(40) < 36 ? 0 : magnitude) {
      case 1 -> 1e300 * random.nextGaussian();
      case 2 -> Double.MAX_VALUE;
      case 3 -> -Double.MAX_VALUE;
      case 4 -> Double.MIN_VALUE;
      case 5 -> -0.0;
      case 6 -> random.nextBoolean() ? Double.MAX_VALUE : -Double.MAX_VALUE;
      default -> random.nextInt(1000) / 10.0;
    };
  }

  TimeRange range() {
    long a = instant() - random.nextInt(3) * 3_600_000L;
    long b = random.nextInt(4) == 0 ? a : instant();
    return switch (random.nextInt(3)) {
      case 0 ->
          new TimeRange(
              StoredMetric.FIRST_MILLIS,
              StoredMetric.FIRST_MILLIS + DAYS * StoredMetric.DAY_MILLIS - 1);
      default -> new TimeRange(Math.min(a, b), Math.max(a, b));
    };
  }

  List<Filter> filters() {
    List<Filter> filters = new ArrayList<>();
    for (String key : List.of("customer_id", "region", "ünï", "unknown")) {
      if (random.nextInt(5) == 0) {
        Set<String> values = new LinkedHashSet<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
          values.add(random.nextInt(4) == 0 ? "" : value(key));
        }
        filters.add(new Filter(key, List.copyOf(values)));
      }
    }
    return filters;
  }

  List<String> groupBy() {
    List<String> keys = new ArrayList<>();
    for (String key : List.of("tier", "customer_id", "unknown", "ünï")) {
      if (random.nextInt(4) == 0) {
        keys.add(key);
      }
    }
    return keys;
  }

  Optional<Interval> interval() {
    return random.nextBoolean() ? Optional.empty() : Optional.of(new Interval(intervalMillis()));
  }

  long intervalMillis() {
    return List.of(60_000L, 420_000L, 3_600_000L, 50_000_000L).get(random.nextInt(4));
  }

  int limit() {
    return random.nextInt(3) == 0 ? 1 + random.nextInt(5) : 1 + random.nextInt(3000);
  }
}
