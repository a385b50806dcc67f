// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

/**
 * How sums that look at every point of each series are kept. To keep them twice takes an eighth of
 * such a statement, so it is done when one has left the range of a double, which is asked for
 * again.
 */
enum Sums {
  /** Not finite where a sum left the range of a double on its way. */
  PLAIN,

  /** As {@link WideSum}. */
  WIDE;

  /** What stands for the scaled sum. */
  String scaled(String expression) {
    return this == WIDE ? expression : "0.";
  }

  /** A sum and its scaled one, divided. */
  String quotient(String plain, String scaled, String divisor) {
    return this == WIDE ? WideSum.quotient(plain, scaled, divisor) : plain + " / " + divisor;
  }
}
