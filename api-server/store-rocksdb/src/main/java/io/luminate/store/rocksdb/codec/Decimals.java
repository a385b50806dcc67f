// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.codec;

/**
 * Doubles as decimal integers: {@code v = m * 10^-e} with |m| ≤ 2^53 and |e| ≤ 22. Both m and the
 * power are then exact doubles, so one division (or multiplication, for negative e) rounds once and
 * yields the double nearest to the decimal number: the same that parsing its text would.
 */
final class Decimals {
  /** 10^22 is the last power of ten that a double holds exactly. */
  static final int EXPONENT_MAX = 22;

  static final double MANTISSA_MAX = 0x1p53;

  private static final double[] POWERS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private Decimals() {}

  static double power(int exponent) {
    return POWERS[exponent];
  }

  static double mantissa(double value, int exponent) {
    double scaled = exponent >= 0 ? value * POWERS[exponent] : value / POWERS[-exponent];
    return Math.rint(scaled);
  }

  static double value(double mantissa, int exponent) {
    return exponent >= 0 ? mantissa / POWERS[exponent] : mantissa * POWERS[-exponent];
  }

  /** Whether a value survives bit for bit. False for −0.0, NaN and infinities. */
  static boolean fits(double value, int exponent) {
    double mantissa = mantissa(value, exponent);
    return Math.abs(mantissa) <= MANTISSA_MAX
        && Double.doubleToRawLongBits(value((long) mantissa, exponent))
            == Double.doubleToRawLongBits(value);
  }
}
