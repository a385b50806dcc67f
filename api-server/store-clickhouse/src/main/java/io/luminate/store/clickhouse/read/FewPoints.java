// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.model.SeriesHash;
import io.luminate.store.clickhouse.client.RowReader;
import io.luminate.store.clickhouse.client.Statement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The rate of a few entities' points together, from the points themselves: to plan {@link
 * SeriesSql#rateOfOne} takes ClickHouse longer than to read a few hundred points and to send them.
 *
 * @param pointsMax that are read; of more ClickHouse makes the rate
 */
record FewPoints(int pointsMax) {
  private static final Comparator<Point> BY_SERIES_AND_TIME =
      Comparator.comparing(Point::series)
          .thenComparingLong(Point::timestampMillis)
          .thenComparingDouble(Point::value);

  private record Point(SeriesHash series, long timestampMillis, double value) {}

  Statement statement(Source from) {
    Parameters parameters = from.parameters();
    return parameters.statement(
        "SELECT series, overflow, timestamp, value "
            + from.scan().sql()
            + " LIMIT "
            + parameters.int64(pointsMax + 1L));
  }

  /**
   * @return empty if there are more points, or a bucket's increases leave the range of a double
   */
  Optional<Groups> rate(RowReader rows, Buckets buckets) throws IOException {
    List<Point> points = new ArrayList<>();
    Set<SeriesHash> leftOut = new HashSet<>();
    for (int read = 0; rows.hasNext(); read++) {
      if (read == pointsMax) {
        return Optional.empty();
      }
      long low = rows.int64();
      SeriesHash series = new SeriesHash(rows.int64(), low);
      boolean overflow = rows.uint8() != 0;
      Point point = new Point(series, rows.int64(), rows.float64());
      if (overflow) {
        leftOut.add(series);
      } else {
        points.add(point);
      }
    }
    points.sort(BY_SERIES_AND_TIME);
    return groups(points, leftOut.size(), buckets).filter(groups -> groups.beyond() == 0);
  }

  private static Optional<Groups> groups(List<Point> points, int leftOut, Buckets buckets) {
    if (points.isEmpty()) {
      return Optional.of(new Groups(List.of(), 0, 0, 0, leftOut, 0));
    }
    Increases increases = new Increases(buckets);
    points.forEach(increases::add);
    List<Group.Cell> cells = increases.cells();
    long beyond = cells.stream().filter(cell -> !Double.isFinite(cell.value())).count();
    Group group = new Group(List.of(), points.size(), Double.NaN, cells);
    long total = cells.isEmpty() ? 0 : 1;
    return Optional.of(
        new Groups(List.of(group), total, points.size(), increases.series, leftOut, beyond));
  }

  /** Gathers points in their order. A series' first point, and one before all buckets, has none. */
  private static final class Increases {
    private final Buckets buckets;
    private final Map<Long, Cell> cells = new TreeMap<>();
    private Optional<Point> previous = Optional.empty();
    private long series;

    private static final class Cell {
      private double increase;
      private long points;
    }

    Increases(Buckets buckets) {
      this.buckets = buckets;
    }

    void add(Point point) {
      Optional<Point> before = previous.filter(p -> p.series().equals(point.series()));
      previous = Optional.of(point);
      if (before.isEmpty()) {
        series++;
      } else if (point.timestampMillis() >= buckets.firstMillis()) {
        Cell cell = cells.computeIfAbsent(buckets.of(point.timestampMillis()), b -> new Cell());
        cell.increase += Math.max(point.value() - before.get().value(), 0);
        cell.points++;
      }
    }

    List<Group.Cell> cells() {
      double seconds = buckets.intervalMillis() / 1_000.0;
      return cells.entrySet().stream().map(e -> cell(e.getKey(), e.getValue(), seconds)).toList();
    }

    private static Group.Cell cell(long bucket, Cell cell, double seconds) {
      return new Group.Cell(bucket, cell.increase / seconds, cell.points);
    }
  }
}
