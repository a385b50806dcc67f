// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.store.clickhouse.client.Statement;

/**
 * Integrals and rates, which look at each series' points in their order. ClickHouse gathers them in
 * arrays by series; that is a third faster than a window by series, and no more of the points is
 * held for it.
 */
final class SeriesSql {
  /**
   * {@code ts} and {@code vs}, in the order of time. Values of equal times ascend; to sort by the
   * time alone is twice as fast, so that it is done where no time is there twice.
   */
  private static final String IN_ORDER =
      "groupArray(timestamp) AS t0, groupArray(value) AS v0, arraySort(t0) AS ts,"
          + " if(arrayExists(x -> x = 0, arrayPopFront(arrayDifference(ts))),"
          + " arraySort(arrayZip(t0, v0)).2, arraySort((x, y) -> y, v0, t0)) AS vs";

  /** The same in fewer words: of few points ClickHouse takes longer to read a statement. */
  private static final String FEW_IN_ORDER =
      "arraySort(groupArray((timestamp, value))) AS p, p.1 AS ts, p.2 AS vs";

  /** The points before, for the first one nothing. */
  private static final String BEFORE = "arrayPushFront(arrayPopBack(vs), 0)";

  /** Milliseconds since the point before; 0 for the first one, whose area so is 0. */
  private static final String STEPS = "arrayDifference(ts)";

  private SeriesSql() {}

  /** How many series were left out. */
  static Statement overflow(Source from) {
    return from.parameters()
        .statement("SELECT toInt64(uniqExact(series)) " + from.scan().ofOverflow().sql());
  }

  private static String inOrder(Source from) {
    return from.scan().isOfEntities() ? FEW_IN_ORDER : IN_ORDER;
  }

  /** Heights of trapezoids in value·seconds per millisecond. */
  private static String heights(String factor) {
    return "arrayMap((x, y) -> x * " + factor + " + y * " + factor + ", vs, " + BEFORE + ")";
  }

  private static String heights() {
    return "arrayMap((x, y) -> x / 2000 + y / 2000, vs, " + BEFORE + ")";
  }

  private static String scaledHeights() {
    return heights("(" + WideSum.DOWN + " / 2000)");
  }

  /** {@link Groups} over the whole range. */
  static Statement integral(Source from) {
    GroupKeys keys = from.keys();
    return from.parameters()
        .statement(
            "SELECT "
                + keys.names()
                + "sum(c) AS n, "
                + WideSum.quotient("sum(a)", "sum(z)", "1")
                + " AS v, "
                + Groups.NO_CELLS
                + " AS cells, count() OVER () AS all_groups, sum(n) OVER () AS all_points,"
                + " sum(count()) OVER () AS all_series FROM (SELECT "
                + keys.selected("any(%s)")
                + "count() AS c, "
                + inOrder(from)
                + ", arrayDotProduct("
                + STEPS
                + ", "
                + heights()
                + ") AS a, arrayDotProduct("
                + STEPS
                + ", "
                + scaledHeights()
                + ") AS z "
                + from.scan().sql()
                + " GROUP BY series)"
                + keys.groupBy()
                + " HAVING n > 0"
                + from.ranked());
  }

  /** {@link Groups} with a cell for each bucket that holds a point. */
  static Statement integralByBucket(Source from, Buckets buckets) {
    GroupKeys keys = from.keys();
    String areas = "arrayMap((s, h) -> s * h, " + STEPS + ", ";
    return from.parameters()
        .statement(
            "SELECT "
                + keys.names()
                + "sum(c) AS n, "
                + WideSum.quotient("sum(a)", "sum(z)", "1")
                + " AS v, groupArray((b, "
                + WideSum.quotient("a", "z", "1")
                + ", c)) AS cells, count() OVER () AS all_groups, sum(n) OVER () AS all_points,"
                + " sum(sum(s)) OVER () AS all_series FROM (SELECT "
                + keys.names()
                + buckets.of("t", from.parameters())
                + " AS b, count() AS c, countIf(i = 1) AS s, sum(d) AS a, sum(e) AS z FROM (SELECT "
                + keys.selected("any(%s)")
                + inOrder(from)
                + " "
                + from.scan().sql()
                + " GROUP BY series) ARRAY JOIN ts AS t, arrayEnumerate(ts) AS i, "
                + areas
                + heights()
                + ") AS d, "
                + areas
                + scaledHeights()
                + ") AS e"
                + keys.groupBy("b")
                + ")"
                + keys.groupBy()
                + " HAVING n > 0"
                + from.ranked());
  }

  /**
   * {@link Groups} with a cell for each bucket that holds a later point, ranked by their increase;
   * {@code groups} counts those that have any. Points without one before them, and those before the
   * first bucket, are counted under the bucket −1.
   */
  static Statement rate(Source from, Buckets buckets) {
    GroupKeys keys = from.keys();
    Parameters parameters = from.parameters();
    return parameters.statement(
        "SELECT "
            + keys.names()
            + "sum(c) AS n, "
            + WideSum.quotient("sumIf(a, b >= 0)", "sumIf(z, b >= 0)", "1")
            + " AS v, groupArrayIf((b, "
            + WideSum.quotient("a", "z", seconds(buckets, parameters))
            + ", c), b >= 0) AS cells, countIf(notEmpty(cells)) OVER () AS all_groups,"
            + " sum(n) OVER () AS all_points, sum(sum(s)) OVER () AS all_series FROM (SELECT "
            + keys.names()
            + increases(from, buckets)
            + ")"
            + keys.groupBy()
            + " HAVING n > 0 ORDER BY empty(cells), v DESC, "
            + keys.names()
            + "n LIMIT "
            + parameters.int64(from.limit()));
  }

  /**
   * The buckets of {@link #rate} where there are no keys to group by, for {@link Groups#readOne}.
   * To make a group of them and to rank it takes ClickHouse longer than the points of a customer.
   */
  static Statement rateOfOne(Source from, Buckets buckets) {
    return from.parameters()
        .statement(
            "SELECT "
                + WideSum.quotient("a", "z", seconds(buckets, from.parameters()))
                + " AS v, "
                + increases(from, buckets));
  }

  private static String seconds(Buckets buckets, Parameters parameters) {
    return "(" + parameters.int64(buckets.intervalMillis()) + " / 1000)";
  }

  /** A bucket {@code b} of a group: its points, the series that begin there, and its increase. */
  private static String increases(Source from, Buckets buckets) {
    GroupKeys keys = from.keys();
    Parameters parameters = from.parameters();
    return "if(i = 1 OR t < "
        + parameters.int64(buckets.firstMillis())
        + ", -1, "
        + buckets.of("t", parameters)
        + ") AS b, count() AS c, countIf(i = 1) AS s,"
        + " sum(greatest(d, 0)) AS a, sum(greatest(e, 0)) AS z FROM (SELECT "
        + keys.selected("any(%s)")
        + inOrder(from)
        + " "
        + from.scan().sql()
        + " GROUP BY series) ARRAY JOIN ts AS t, arrayEnumerate(ts) AS i,"
        + " arrayDifference(vs) AS d, arrayDifference(arrayMap(x -> x * "
        + WideSum.DOWN
        + ", vs)) AS e"
        + keys.groupBy("b");
  }
}
