// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import io.luminate.store.testkit.Universe.Metric;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Seeded points of all kinds that a store has to bear: dense and sparse series, late and
 * out-of-order points over seven days, several in one millisecond, identical ones, counters with
 * resets, values of every magnitude. The same seed makes the same points.
 */
public final class DataMaker {
  private static final long HOUR = StoreFixture.HOUR;
  private static final long DAY = StoreFixture.DAY;

  private static final double[] EXTREMES = {
    1e300,
    -1e300,
    -0.0,
    0.0,
    Double.MIN_VALUE,
    -Double.MIN_VALUE,
    1e-310,
    -3e-320,
    1e-300,
    1e15,
    -9_007_199_254_740_993.0,
    0.1,
    1.0 / 3
  };

  /** Where a series stands: the point it sent last. */
  private record Last(long timestampMillis, double value) {}

  private record SeriesOf(Metric metric, int series) {}

  private final SplittableRandom random;
  private final long nowMillis;
  private final Universe universe;
  private final Map<SeriesOf, Last> lasts = new HashMap<>();

  /**
   * @param nowMillis points lie between seven days before and one hour after it
   */
  public DataMaker(long seed, long nowMillis) {
    this.random = new SplittableRandom(seed);
    this.nowMillis = nowMillis;
    this.universe = new Universe(random);
  }

  Universe universe() {
    return universe;
  }

  /** The next points, in the order of their arrival. */
  public List<TenantPoint> next(int count) {
    List<TenantPoint> points = new ArrayList<>(count);
    while (points.size() < count) {
      Metric metric = universe.metrics().get(random.nextInt(universe.metrics().size()));
      int burst = Math.min(count - points.size(), 1 + random.nextInt(20));
      for (int i = 0; i < burst; i++) {
        points.add(point(metric));
      }
    }
    return points;
  }

  private TenantPoint point(Metric metric) {
    SeriesOf series = new SeriesOf(metric, seriesIndex(metric.series().size()));
    Last last = lasts.getOrDefault(series, new Last(nowMillis - 3 * HOUR, 0));
    Last next = after(metric, last);
    lasts.put(series, next);
    return new TenantPoint(
        metric.tenant(),
        metric.name(),
        metric.series().get(series.series()),
        next.timestampMillis(),
        next.value());
  }

  /** The first few series get half of the points. */
  private int seriesIndex(int count) {
    return random.nextBoolean() ? random.nextInt(Math.min(count, 3)) : random.nextInt(count);
  }

  private Last after(Metric metric, Last last) {
    int choice = random.nextInt(100);
    if (choice < 4) {
      return last;
    }
    double value = value(metric.shape(), last.value());
    if (choice < 12) {
      return new Last(last.timestampMillis(), value);
    }
    if (choice < 70) {
      long step = random.nextInt(5) == 0 ? random.nextLong(1, 40) : random.nextLong(1, 20_000);
      return new Last(Math.min(last.timestampMillis() + step, nowMillis + HOUR), value);
    }
    if (choice < 75) {
      long midnight = nowMillis - nowMillis % DAY - random.nextInt(6) * DAY;
      return new Last(midnight - 2 + random.nextInt(4), value);
    }
    if (choice < 80) {
      return new Last(nowMillis + random.nextLong(HOUR + 1), value);
    }
    return new Last(nowMillis - random.nextLong(7 * DAY + 1), value);
  }

  private double value(Universe.Shape shape, double lastValue) {
    return switch (shape) {
      case COUNTER -> random.nextInt(50) == 0 ? random.nextInt(5) : lastValue + random.nextInt(90);
      case INTEGER -> random.nextInt(-1_000, 100_000);
      case TWO_DIGITS -> random.nextInt(1_000_000) / 100.0;
      case THREE_DIGITS -> random.nextInt(-50_000, 50_000) / 1_000.0;
      case REAL -> random.nextGaussian() * Math.pow(10, random.nextInt(-8, 9));
      case EXTREME -> EXTREMES[random.nextInt(EXTREMES.length)];
      case CONSTANT -> 42.5;
    };
  }
}
