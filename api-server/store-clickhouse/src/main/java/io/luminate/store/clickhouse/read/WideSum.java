// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

/**
 * Sums that may leave the range of a double on their way. Each is kept a second time from values
 * scaled by 2^-128, and comes back into range if the whole, or the average, is in it. Of a column
 * ClickHouse takes no measurable time for the second sum; for other sums see {@link Sums}.
 */
final class WideSum {
  /** 2^-128, exactly: 2^128 values of the greatest magnitude stay finite. */
  static final String DOWN = "2.938735877055718769921841343055614e-39";

  private static final String UP = "3.402823669209384634633746074317682e38";

  private WideSum() {}

  /** Of an expression over rows. */
  static String of(String value, String divisor) {
    return quotient("sum(" + value + ")", "sum(" + value + " * " + DOWN + ")", divisor);
  }

  /** A sum and its scaled one, divided; infinite only if the true result is beyond a double. */
  static String quotient(String plain, String scaled, String divisor) {
    return "if(isFinite("
        + plain
        + "), "
        + plain
        + " / "
        + divisor
        + ", "
        + scaled
        + " / "
        + divisor
        + " * "
        + UP
        + ")";
  }
}
