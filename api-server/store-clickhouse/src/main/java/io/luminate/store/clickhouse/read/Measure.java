// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.store.Aggregation;

/**
 * An aggregation in SQL: of rows at once, or of rows by bucket first and of their buckets then.
 *
 * @param value of the rows of a group, {@code n} of them
 * @param parts what is kept of a bucket, as columns that begin with a comma
 * @param cell a bucket's value from its parts and its {@code c} rows
 * @param total a group's value from the parts of its buckets and its {@code n} rows; nothing for
 *     percentiles, which cannot be joined
 */
record Measure(String value, String parts, String cell, String total) {
  /** Of how many values a percentile's sketch takes account of the rank of one. */
  private static final int SKETCH_ACCURACY = 2_000;

  /** Twice what one sketch promises, as sketches of several threads are merged. */
  static final double SKETCH_RANK_ERROR = 2.0 / SKETCH_ACCURACY;

  static Measure of(Aggregation aggregation) {
    return switch (aggregation) {
      case COUNT -> new Measure("toFloat64(n)", "", "toFloat64(c)", "toFloat64(n)");
      case SUM -> sum("1", "1");
      case AVG -> sum("n", "c");
      case MIN -> new Measure("min(value)", ", min(value) AS a", "a", "min(a)");
      case MAX -> new Measure("max(value)", ", max(value) AS a", "a", "max(a)");
      case P50, P95, P99 -> percentile("quantileExactInclusive(" + aggregation.fraction() + ")");
      case INTEGRAL -> throw new IllegalArgumentException("an integral is made series by series");
    };
  }

  /** Of a percentile whose values are too many to be kept. */
  static Measure sketched(Aggregation aggregation) {
    return percentile("quantileGK(" + SKETCH_ACCURACY + ", " + aggregation.fraction() + ")");
  }

  private static Measure sum(String divisor, String cellDivisor) {
    return new Measure(
        WideSum.of("value", divisor),
        ", sum(value) AS a, sum(value * " + WideSum.DOWN + ") AS z",
        WideSum.quotient("a", "z", cellDivisor),
        WideSum.quotient("sum(a)", "sum(z)", divisor));
  }

  /** Divided, so that the difference of two neighbours does not leave the range of a double. */
  private static Measure percentile(String function) {
    String value = function + "(value / 4) * 4";
    return new Measure(value, ", " + value + " AS a", "a", "nan");
  }
}
