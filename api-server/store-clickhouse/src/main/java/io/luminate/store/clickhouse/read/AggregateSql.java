// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.store.clickhouse.client.Statement;

/** Aggregates that need not know which point follows which. */
final class AggregateSql {
  /** The series are told apart by half of their hash, as a hash table takes its time. */
  private static final String SERIES = "toUInt64(series)";

  private AggregateSql() {}

  /** {@link Groups} over the whole range. */
  static Statement groups(Source from, Measure measure, boolean countSeries) {
    GroupKeys keys = from.keys();
    String series = countSeries ? "sum(uniqExact(" + SERIES + ")) OVER ()" : "toUInt64(0)";
    return from.parameters()
        .statement(
            "SELECT "
                + keys.selected()
                + "count() AS n, "
                + measure.value()
                + " AS v, "
                + Groups.NO_CELLS
                + " AS cells, count() OVER () AS all_groups, sum(n) OVER () AS all_points, "
                + series
                + " AS all_series "
                + from.scan().sql()
                + keys.groupBy()
                + " HAVING n > 0"
                + from.ranked());
  }

  /** {@link Groups} with their cells, all of which are made to find the groups to be returned. */
  static Statement groupsByBucket(
      Source from, Measure measure, Buckets buckets, boolean countSeries) {
    GroupKeys keys = from.keys();
    String states = countSeries ? ", uniqExactState(" + SERIES + ") AS u" : "";
    String series = countSeries ? "sum(uniqExactMerge(u)) OVER ()" : "toUInt64(0)";
    return from.parameters()
        .statement(
            "SELECT "
                + keys.names()
                + "sum(c) AS n, "
                + measure.total()
                + " AS v, groupArray((b, "
                + measure.cell()
                + ", c)) AS cells, count() OVER () AS all_groups, sum(n) OVER () AS all_points, "
                + series
                + " AS all_series FROM (SELECT "
                + keys.selected()
                + buckets.of("timestamp", from.parameters())
                + " AS b, count() AS c"
                + measure.parts()
                + states
                + " "
                + from.scan().sql()
                + keys.groupBy("b")
                + ")"
                + keys.groupBy()
                + " HAVING n > 0"
                + from.ranked());
  }

  /** Cells alone: of each a key, and a {@link Group.Cell}. */
  static Statement cells(Source from, Measure measure, Buckets buckets) {
    GroupKeys keys = from.keys();
    return from.parameters()
        .statement(
            "SELECT "
                + keys.selected()
                + buckets.of("timestamp", from.parameters())
                + " AS b, "
                + measure.value()
                + " AS v, count() AS n "
                + from.scan().sql()
                + keys.groupBy("b"));
  }
}
