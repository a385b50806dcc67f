// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.codec;

import static io.luminate.store.rocksdb.codec.Decimals.EXPONENT_MAX;

/**
 * Encodes up to 1,024 doubles, bit for bit, as whichever form is smaller:
 *
 * <pre>
 * DECIMAL  u8      e + 22, 0..44; bit 7 set if there are exceptions
 *          vector  integers m, see {@link LongVectorEncoder}; value = m * 10^-e
 *          [u16    exceptions x - 1, 0..1023                    only with exceptions
 *           ⌈x·10/8⌉ their positions, bit packed                only with exceptions
 *           8·x    their IEEE 754 bits                          only with exceptions]
 * BITS     u8      64 + t, the trailing zero bits t common to all, 0..63
 *          vector  IEEE 754 bits >>> t, see {@link LongVectorEncoder}
 * </pre>
 *
 * <p>Not thread safe: it remembers the last exponent, which the next vector likely shares.
 */
public final class DoubleVectorEncoder {
  static final int EXCEPTIONS = 0x80;
  static final int BITS_FORM = 64;

  /** Values tried before an exponent is chosen; more than a quarter failing rules decimals out. */
  private static final int SAMPLES = 16;

  /** Decimals that take more bytes than this per value are compared with plain bits. */
  private static final int GOOD_BYTES = 5;

  private static final int NO_EXPONENT = Integer.MIN_VALUE;

  private final LongVectorEncoder decimalEncoder = new LongVectorEncoder();
  private final LongVectorEncoder bitsEncoder = new LongVectorEncoder();
  private final long[] mantissas = new long[Frame.VALUES_MAX];
  private final long[] bits = new long[Frame.VALUES_MAX];
  private final long[] exceptions = new long[Frame.VALUES_MAX];
  private int exceptionCount;
  private int lastExponent;

  public void encode(double[] values, int from, int count, RunHeads runs, ByteSink out) {
    int exponent = chooseExponent(values, from, count);
    int decimalBytes = Integer.MAX_VALUE;
    if (exponent != NO_EXPONENT) {
      exponent = scale(values, from, count, exponent);
      decimalBytes = decimalEncoder.choose(mantissas, count, runs) + exceptionBytes();
    }
    if (decimalBytes <= GOOD_BYTES * count + 8) {
      writeDecimals(values, from, count, exponent, runs, out);
      return;
    }
    int shift = toBits(values, from, count);
    if (bitsEncoder.choose(bits, count, runs) < decimalBytes) {
      out.putByte(BITS_FORM + shift);
      bitsEncoder.writeChosen(bits, count, runs, out);
    } else {
      writeDecimals(values, from, count, exponent, runs, out);
    }
  }

  private int exceptionBytes() {
    return exceptionCount == 0
        ? 0
        : 2
            + BitPacking.sizeBytes(exceptionCount, Frame.POSITION_BITS)
            + Long.BYTES * exceptionCount;
  }

  private int chooseExponent(double[] values, int from, int count) {
    int samples = Math.min(count, SAMPLES);
    int failed = 0;
    int chosen = NO_EXPONENT;
    int hint = lastExponent;
    for (int i = 0; i < samples; i++) {
      double value = values[from + (int) ((long) i * count / samples)];
      int exponent = value == 0 ? chosen : smallestExponent(value, hint);
      if (exponent == NO_EXPONENT && value != 0 && ++failed > samples / 4) {
        return NO_EXPONENT;
      }
      chosen = Math.max(chosen, exponent);
      hint = chosen == NO_EXPONENT ? hint : chosen;
    }
    return chosen == NO_EXPONENT && failed == 0 ? 0 : chosen;
  }

  /** The smallest exponent, so that the integers are as short as can be; tries a hint first. */
  private static int smallestExponent(double value, int hint) {
    int exponent = hint;
    if (Decimals.fits(value, exponent)) {
      while (exponent > -EXPONENT_MAX && Decimals.fits(value, exponent - 1)) {
        exponent--;
      }
      return exponent;
    }
    while (++exponent <= EXPONENT_MAX) {
      if (Decimals.fits(value, exponent)) {
        return exponent;
      }
    }
    for (exponent = hint - 1; exponent >= -EXPONENT_MAX; exponent--) {
      if (Decimals.fits(value, exponent)) {
        return exponent;
      }
    }
    return NO_EXPONENT;
  }

  /** Fills the integers; looks once for a better exponent where the sample missed too much. */
  private int scale(double[] values, int from, int count, int sampledExponent) {
    int exponent = sampledExponent;
    scaleBy(values, from, count, exponent);
    if (exceptionCount > count / 16) {
      int better = exponent;
      for (int i = 0; i < Math.min(exceptionCount, SAMPLES); i++) {
        double missed = values[from + (int) exceptions[i]];
        better = missed == 0 ? better : Math.max(better, smallestExponent(missed, better));
      }
      if (better != exponent) {
        int before = exceptionCount;
        scaleBy(values, from, count, better);
        exponent = exceptionCount < before ? better : exponent;
        if (exponent != better) {
          scaleBy(values, from, count, exponent);
        }
      }
    }
    lastExponent = exponent;
    return exponent;
  }

  private void scaleBy(double[] values, int from, int count, int exponent) {
    double up = exponent >= 0 ? Decimals.power(exponent) : 1;
    double down = exponent >= 0 ? 1 : Decimals.power(-exponent);
    int failed = 0;
    long previous = 0;
    for (int i = 0; i < count; i++) {
      double value = values[from + i];
      double rounded = Math.rint(exponent >= 0 ? value * up : value / down);
      long mantissa = (long) rounded;
      double back = exponent >= 0 ? mantissa / up : mantissa * down;
      boolean fits =
          Math.abs(rounded) <= Decimals.MANTISSA_MAX
              && Double.doubleToRawLongBits(back) == Double.doubleToRawLongBits(value);
      // A value kept aside leaves a repetition behind, which costs least.
      previous = fits ? mantissa : previous;
      mantissas[i] = previous;
      exceptions[failed] = i;
      failed += fits ? 0 : 1;
    }
    exceptionCount = failed;
  }

  private int toBits(double[] values, int from, int count) {
    long all = 0;
    for (int i = 0; i < count; i++) {
      bits[i] = Double.doubleToRawLongBits(values[from + i]);
      all |= bits[i];
    }
    int shift = all == 0 ? 0 : Long.numberOfTrailingZeros(all);
    for (int i = 0; i < count; i++) {
      bits[i] >>>= shift;
    }
    return shift;
  }

  private void writeDecimals(
      double[] values, int from, int count, int exponent, RunHeads runs, ByteSink out) {
    out.putByte(exponent + EXPONENT_MAX | (exceptionCount > 0 ? EXCEPTIONS : 0));
    decimalEncoder.writeChosen(mantissas, count, runs, out);
    if (exceptionCount > 0) {
      out.putShort(exceptionCount - 1);
      BitPacking.pack(exceptions, exceptionCount, 0, Frame.POSITION_BITS, out);
      for (int i = 0; i < exceptionCount; i++) {
        out.putLong(Double.doubleToRawLongBits(values[from + (int) exceptions[i]]));
      }
    }
  }
}
