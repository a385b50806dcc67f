// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PointSortTest {
  private static final long SEED = Long.getLong("luminate.seed", 20_261_129L);

  private record Point(int millis, double value) {}

  private static final Comparator<Point> ORDER =
      Comparator.comparingInt(Point::millis).thenComparingDouble(Point::value);

  private final Random random = new Random(SEED);
  private final PointSort sort = new PointSort();

  @Test
  void sort_stretchesOfAnyLength_sortsTheRangeAlone() {
    for (int round = 0; round < 500; round++) {
      Point[] points = stretches();
      int from = random.nextInt(points.length);
      int to = from + random.nextInt(points.length - from + 1);
      int[] millis = Arrays.stream(points).mapToInt(Point::millis).toArray();
      double[] values = Arrays.stream(points).mapToDouble(Point::value).toArray();
      Arrays.sort(points, from, to, ORDER);
      sort.sort(millis, values, from, to);
      Point[] sorted =
          IntStream.range(0, points.length)
              .mapToObj(i -> new Point(millis[i], values[i]))
              .toArray(Point[]::new);
      assertThat(sorted).as("seed %d, round %d", SEED, round).isEqualTo(points);
    }
  }

  /** Ascending ones, short and long, as several sources give them; with equal times and points. */
  private Point[] stretches() {
    return IntStream.rangeClosed(0, random.nextInt(6))
        .mapToObj(i -> stretch(1 + random.nextInt(random.nextBoolean() ? 10 : 500)))
        .flatMap(Arrays::stream)
        .toArray(Point[]::new);
  }

  private Point[] stretch(int length) {
    int span = random.nextBoolean() ? 50 : 100_000;
    return IntStream.range(0, length)
        .mapToObj(i -> new Point(random.nextInt(span), random.nextInt(3) - 1.0))
        .sorted(ORDER)
        .toArray(Point[]::new);
  }
}
