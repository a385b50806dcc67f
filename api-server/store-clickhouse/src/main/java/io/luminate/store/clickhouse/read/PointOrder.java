// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.store.RangeCursor;

/**
 * The order of raw points. ClickHouse holds −0.0 and 0.0 for equal, so that values are compared by
 * a number made of their bits, which ascends as {@link Double#compare} has it.
 */
final class PointOrder {
  private static final String BITS = "reinterpretAsInt64(value)";

  /** Of a negative value all bits but the sign are turned round. */
  private static final String RANK =
      "if(" + BITS + " < 0, bitXor(" + BITS + ", " + Long.MAX_VALUE + "), " + BITS + ")";

  static final String SQL = "timestamp, series, " + RANK;

  private PointOrder() {}

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
