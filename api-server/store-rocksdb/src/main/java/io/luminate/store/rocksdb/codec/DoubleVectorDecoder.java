// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.codec;

import static io.luminate.store.rocksdb.codec.Decimals.EXPONENT_MAX;

/** The inverse of {@link DoubleVectorEncoder}. Not thread safe. */
public final class DoubleVectorDecoder {
  private final LongVectorDecoder integers = new LongVectorDecoder();
  private final long[] mantissas = new long[Frame.VALUES_MAX];
  private final long[] positions = new long[Frame.VALUES_MAX];

  /** Decodes {@code count} values into {@code out[at..at+count)}. */
  public void decode(ByteSource in, int count, RunHeads runs, double[] out, int at) {
    int form = in.getByte();
    int shape = form & ~DoubleVectorEncoder.EXCEPTIONS;
    boolean exceptions = shape != form;
    if (shape >= DoubleVectorEncoder.BITS_FORM && !exceptions) {
      integers.decode(in, count, runs, mantissas);
      int shift = shape - DoubleVectorEncoder.BITS_FORM;
      for (int i = 0; i < count; i++) {
        out[at + i] = Double.longBitsToDouble(mantissas[i] << shift);
      }
      return;
    }
    if (shape > 2 * EXPONENT_MAX) {
      throw CorruptChunkException.field("form of a vector of doubles", form, "0..44, 64..172");
    }
    integers.decode(in, count, runs, mantissas);
    scale(count, shape - EXPONENT_MAX, out, at);
    if (exceptions) {
      readExceptions(in, count, out, at);
    }
  }

  private void scale(int count, int exponent, double[] out, int at) {
    if (exponent > 0) {
      double divisor = Decimals.power(exponent);
      for (int i = 0; i < count; i++) {
        out[at + i] = mantissas[i] / divisor;
      }
    } else if (exponent == 0) {
      for (int i = 0; i < count; i++) {
        out[at + i] = mantissas[i];
      }
    } else {
      double factor = Decimals.power(-exponent);
      for (int i = 0; i < count; i++) {
        out[at + i] = mantissas[i] * factor;
      }
    }
  }

  private void readExceptions(ByteSource in, int count, double[] out, int at) {
    int exceptions = in.getShort() + 1;
    if (exceptions > count) {
      throw CorruptChunkException.field("exceptions of a vector", exceptions, "1.." + count);
    }
    BitPacking.unpack(in, exceptions, Frame.POSITION_BITS, 0, positions);
    for (int i = 0; i < exceptions; i++) {
      long bits = in.getLong();
      if (positions[i] >= count) {
        throw CorruptChunkException.field(
            "position of an exception", positions[i], "0.." + (count - 1));
      }
      out[at + (int) positions[i]] = Double.longBitsToDouble(bits);
    }
  }
}
