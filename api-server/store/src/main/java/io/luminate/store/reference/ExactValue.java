// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.reference;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.OptionalDouble;

/**
 * A result computed exactly and rounded once.
 *
 * @param value infinite when the exact result is beyond the range of a double
 * @param tolerance how far another store may be off: 1e-9 of the sum of the terms' magnitudes; 0
 *     for counts
 * @param count points behind it
 */
public record ExactValue(double value, double tolerance, long count) {
  /** Covers results among the subnormals, which have few bits left to be right in. */
  private static final double TOLERANCE_MIN = 1e-300;

  private static final BigDecimal RELATIVE_TOLERANCE = new BigDecimal("1e-9");

  static ExactValue ofCount(long count) {
    return new ExactValue(count, 0, count);
  }

  static ExactValue of(BigDecimal value, BigDecimal magnitude, long count) {
    double tolerance = magnitude.multiply(RELATIVE_TOLERANCE, MathContext.DECIMAL64).doubleValue();
    return new ExactValue(value.doubleValue(), tolerance + TOLERANCE_MIN, count);
  }

  static ExactValue ofOne(double value, long count) {
    return of(new BigDecimal(value), new BigDecimal(value).abs(), count);
  }

  /** As results give it: empty when it overflows. */
  public OptionalDouble result() {
    return Double.isInfinite(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  /** Whether another store's result is this one, within the tolerance. */
  public boolean admits(OptionalDouble other) {
    if (Double.isInfinite(value) || other.isEmpty()) {
      return Double.isInfinite(value) && other.isEmpty();
    }
    return Math.abs(other.getAsDouble() - value) <= tolerance;
  }
}
