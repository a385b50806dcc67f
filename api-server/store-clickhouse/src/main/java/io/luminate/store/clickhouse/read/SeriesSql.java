// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.store.clickhouse.client.Statement;

/**
 * Integrals and rates, which look at each series' points in their order. ClickHouse gathers them in
 * arrays by series; that is a third faster than a window by series, and no more of the points is
 * held for it. Series that stand for several are left out, as the order of their points means
 * nothing, and are counted in the same statement ({@link OverflowCount}).
 */
final class SeriesSql {
  /** The points before, for the first one nothing. */
  private static final String BEFORE = "arrayPopBack(arrayPushFront(vs, 0))";

  /** Milliseconds since the point before; 0 for the first one, whose area so is 0. */
  private static final String STEPS = "arrayDifference(ts)";

  private static final String ALL_POINTS_AND_SERIES =
      " sum(n) OVER () AS all_points, sum(sum(s)) OVER () AS all_series,"
          + " sum(sum(o)) OVER () AS left_out,"
          + " countIf(NOT isFinite(v)) OVER () AS beyond FROM (";

  /** A bucket of its own that has nothing but them. */
  private static final String LEFT_OUT = "-1, 0, 0, count(), 0, 0";

  private static final String SCALED_INCREASES =
      ", arrayDifference(arrayMap(x -> x * " + WideSum.DOWN + ", vs)) AS e";

  private SeriesSql() {}

  /** Heights of trapezoids in value·seconds per millisecond. */
  private static String heights(String factor) {
    return "arrayMap((x, y) -> x * " + factor + " + y * " + factor + ", vs, " + BEFORE + ")";
  }

  private static String heights() {
    return heights("5e-4");
  }

  private static String scaledHeights() {
    return heights("(" + WideSum.DOWN + " * 5e-4)");
  }

  /**
   * Windows are made of the rows that HAVING lets pass, so it must not drop the groups that have
   * nothing but series left out: they come last, and whoever reads drops them.
   */
  private static String ranked(Source from) {
    return " ORDER BY n = 0, v DESC, "
        + from.keys().names()
        + "n LIMIT "
        + from.parameters().int64(from.limit());
  }

  /** {@link Groups} over the whole range. */
  static Statement integral(Source from, Sums sums) {
    GroupKeys keys = from.keys();
    return from.parameters()
        .statement(
            "SELECT "
                + keys.names()
                + "sum(c) AS n, "
                + sums.quotient("sum(a)", "sum(z)", "1")
                + " AS v, "
                + Groups.NO_CELLS
                + " AS cells, countIf(n > 0) OVER () AS all_groups,"
                + ALL_POINTS_AND_SERIES
                + areas(from, sums)
                + ")"
                + keys.groupBy()
                + ranked(from));
  }

  /** Of each series: its points, 1 or, if it is left out, 0, the other way round, and its area. */
  private static String areas(Source from, Sums sums) {
    OverflowCount overflow = OverflowCount.of(from);
    return "SELECT "
        + from.keys().names()
        + "length(ts) AS c, toUInt64(c > 0) AS s, toUInt64(c = 0) AS o, "
        + area(heights())
        + " AS a, "
        + sums.scaled(area(scaledHeights()))
        + " AS z FROM "
        + overflow.series(from)
        + overflow.union(from, "0, 0, count(), 0, 0");
  }

  private static String area(String heights) {
    return "arrayDotProduct(" + STEPS + ", " + heights + ")";
  }

  /** {@link Groups} with a cell for each bucket that holds a point. */
  static Statement integralByBucket(Source from, Buckets buckets, Sums sums) {
    GroupKeys keys = from.keys();
    return from.parameters()
        .statement(
            "SELECT "
                + keys.names()
                + "sum(c) AS n, "
                + sums.quotient("sum(a)", "sum(z)", "1")
                + " AS v, groupArrayIf((b, "
                + sums.quotient("a", "z", "1")
                + ", c), c > 0) AS cells, countIf(n > 0) OVER () AS all_groups,"
                + ALL_POINTS_AND_SERIES
                + areas(from, buckets, sums)
                + ")"
                + keys.groupBy()
                + ranked(from));
  }

  /** Of each bucket of a group: its number, {@link OverflowCount#counts}, and its area. */
  private static String areas(Source from, Buckets buckets, Sums sums) {
    OverflowCount overflow = OverflowCount.of(from);
    return "SELECT "
        + from.keys().names()
        + buckets.of("t", from.parameters())
        + " AS b, "
        + overflow.counts()
        + ", sum(d) AS a, "
        + sums.scaled("sum(e)")
        + " AS z FROM "
        + overflow.series(from)
        + overflow.join()
        + "ts AS t, arrayEnumerate(ts) AS i, "
        + areas(heights())
        + " AS d"
        + (sums == Sums.WIDE ? ", " + areas(scaledHeights()) + " AS e" : "")
        + from.keys().groupBy("b")
        + overflow.union(from, LEFT_OUT);
  }

  private static String areas(String heights) {
    return "arrayMap((s, h) -> s * h, " + STEPS + ", " + heights + ")";
  }

  /**
   * {@link Groups} with a cell for each bucket that holds a later point, ranked by their increase;
   * {@code groups} counts those that have any. Points without one before them, and those before the
   * first bucket, are counted under the bucket −1, as are series that are left out.
   */
  static Statement rate(Source from, Buckets buckets, Sums sums) {
    GroupKeys keys = from.keys();
    Parameters parameters = from.parameters();
    return parameters.statement(
        "SELECT "
            + keys.names()
            + "sum(c) AS n, "
            + sums.quotient("sumIf(a, b >= 0)", "sumIf(z, b >= 0)", "1")
            + " AS v, groupArrayIf((b, "
            + sums.quotient("a", "z", seconds(buckets, parameters))
            + ", c), b >= 0) AS cells, countIf(notEmpty(cells)) OVER () AS all_groups,"
            + ALL_POINTS_AND_SERIES
            + "SELECT "
            + keys.names()
            + increases(from, buckets, sums)
            + OverflowCount.of(from).union(from, LEFT_OUT)
            + ")"
            + keys.groupBy()
            + " ORDER BY empty(cells), v DESC, "
            + keys.names()
            + "n LIMIT "
            + parameters.int64(from.limit()));
  }

  /**
   * The buckets of {@link #rate} where there are no keys to group by, for {@link Groups#readOne}.
   * To make a group of them and to rank it takes ClickHouse longer than the points of a customer.
   */
  static Statement rateOfOne(Source from, Buckets buckets, Sums sums) {
    return from.parameters()
        .statement(
            "SELECT "
                + sums.quotient("a", "z", seconds(buckets, from.parameters()))
                + " AS v, "
                + increases(from, buckets, sums)
                + OverflowCount.of(from).union(from, "nan, " + LEFT_OUT));
  }

  private static String seconds(Buckets buckets, Parameters parameters) {
    return "(" + parameters.int64(buckets.intervalMillis()) + " / 1000)";
  }

  /** A bucket {@code b} of a group: {@link OverflowCount#counts}, and its increase. */
  private static String increases(Source from, Buckets buckets, Sums sums) {
    OverflowCount overflow = OverflowCount.of(from);
    Parameters parameters = from.parameters();
    return "if(i <= 1 OR t < "
        + parameters.int64(buckets.firstMillis())
        + ", -1, "
        + buckets.of("t", parameters)
        + ") AS b, "
        + overflow.counts()
        + ", sum(greatest(d, 0)) AS a, "
        + sums.scaled("sum(greatest(e, 0))")
        + " AS z FROM "
        + overflow.series(from)
        + overflow.join()
        + "ts AS t, arrayEnumerate(ts) AS i, arrayDifference(vs) AS d"
        + (sums == Sums.WIDE ? SCALED_INCREASES : "")
        + from.keys().groupBy("b");
  }
}
