// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

/**
 * How a statement that looks at the order of points leaves out the series that stand for several,
 * and counts them. Nothing of their points is ever gathered.
 */
enum OverflowCount {
  /**
   * Looks at the points once, and gathers no points of those series: each is left with empty
   * arrays. For few points, of which to read and to plan a statement takes longer than the points.
   */
  ON_THE_WAY(
      "arraySort(groupArrayIf((timestamp, value), NOT overflow)) AS p, p.1 AS ts, p.2 AS vs",
      "",
      " LEFT ARRAY JOIN ",
      "countIf(i > 0) AS c, countIf(i = 1) AS s, countIf(i = 0) AS o"),

  /**
   * Looks for those series alone, which reads nothing where an index says that there is none. To
   * gather under a condition takes a tenth more where a series has four points, and a join that
   * keeps empty arrays copies all of them, which is a twentieth.
   *
   * <p>Values of equal times ascend; to sort by the time alone is twice as fast, so that it is done
   * where no time is there twice. The first difference is 0 of any series.
   */
  APART(
      "groupArray(timestamp) AS t0, groupArray(value) AS v0, arraySort(t0) AS ts,"
          + " if(countEqual(arrayDifference(ts), 0) > 1,"
          + " arraySort(arrayZip(t0, v0)).2, arraySort((x, y) -> y, v0, t0)) AS vs",
      "NOT overflow",
      " ARRAY JOIN ",
      "count() AS c, countIf(i = 1) AS s, toUInt64(0) AS o");

  private final String inOrder;
  private final String condition;
  private final String join;
  private final String counts;

  OverflowCount(String inOrder, String condition, String join, String counts) {
    this.inOrder = inOrder;
    this.condition = condition;
    this.join = join;
    this.counts = counts;
  }

  static OverflowCount of(Source from) {
    return from.scan().isOfEntities() ? ON_THE_WAY : APART;
  }

  /** A row for each series: its keys, {@code ts} and {@code vs} in the order of time. */
  String series(Source from) {
    return "(SELECT "
        + from.keys().selected("any(%s)")
        + inOrder
        + " "
        + from.scan().sql(condition)
        + " GROUP BY series)";
  }

  /** Between the series and arrays of theirs of which each element is to be a row. */
  String join() {
    return join;
  }

  /**
   * Of some rows of joined arrays, of which {@code i} has the places: the points, the series that
   * begin there, and those left out.
   */
  String counts() {
    return counts;
  }

  /**
   * What follows a query whose columns are the keys and others, so that a row of it has those left
   * out.
   *
   * @param others in which {@code count()} stands for their number
   */
  String union(Source from, String others) {
    return switch (this) {
      case ON_THE_WAY -> "";
      case APART ->
          " UNION ALL SELECT "
              + from.keys().selected("''")
              + others
              + " FROM (SELECT series "
              + from.scan().sql("overflow")
              + " GROUP BY series)";
    };
  }
}
