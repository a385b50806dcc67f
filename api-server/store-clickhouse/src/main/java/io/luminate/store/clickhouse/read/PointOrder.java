// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.store.RangeCursor;
import io.luminate.store.clickhouse.client.Statement;

/**
 * The order of raw points. ClickHouse holds −0.0 and 0.0 for equal, which {@link Double#compare}
 * does not: of all values that are equal only these two have different bits, and those of −0.0 are
 * the lower number.
 */
final class PointOrder {
  private static final String BITS = "reinterpretAsInt64(value)";

  /**
   * One number that orders values: of a negative one all bits but the sign are turned round. To
   * sort by it costs more than by {@link #SQL}, but it can stand in a tuple.
   */
  private static final String RANK =
      "if(" + BITS + " < 0, bitXor(" + BITS + ", " + Long.MAX_VALUE + "), " + BITS + ")";

  static final String SQL = "timestamp, series, value, " + BITS;

  private PointOrder() {}

  /** A statement in this order: ClickHouse would drop the bits, as a function of the value. */
  static Statement kept(Statement statement) {
    return statement.withSetting("optimize_redundant_functions_in_order_by", "0");
  }

  static long rank(double value) {
    long bits = Double.doubleToLongBits(value);
    return bits < 0 ? bits ^ Long.MAX_VALUE : bits;
  }

  /** Holds for the cursor's point and those after it, of those that are not before its time. */
  static String notBefore(RangeCursor cursor, Parameters parameters) {
    return "(timestamp > "
        + parameters.int64(cursor.timestampMillis())
        + " OR (series, "
        + RANK
        + ") >= ("
        + parameters.series(cursor.series())
        + ", "
        + parameters.int64(rank(cursor.value()))
        + "))";
  }
}
