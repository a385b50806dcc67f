// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Fixed-width bit packing.
 *
 * <p>Layout: value {@code i} of width {@code w} occupies bits {@code [i*w, (i+1)*w)} of one
 * little-endian bit string; the last byte is filled with zeros. Eight values always begin on a byte
 * boundary, which the unpackers use: one load serves 8 values up to 8 bits, 4 up to 16, 2 up to 32
 * (not 31, whose pairs straddle a load).
 *
 * <p>Measured on one core of a Zen 5 at 2.6 GHz: 2.2 to 2.5 billion values per second unpacked up
 * to 32 bits, 1.2 to 1.5 above; 1.6 to 2.7 billion packed.
 */
public final class BitPacking {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Widest value that one eight-byte load always holds, whatever bit of a byte it begins at. */
  private static final int SINGLE_LOAD_WIDTH_MAX = Long.SIZE - 7;

  private BitPacking() {}

  public static int sizeBytes(int count, int width) {
    return (int) (((long) count * width + 7) >>> 3);
  }

  static long mask(int width) {
    return width == 0 ? 0 : -1L >>> (Long.SIZE - width);
  }

  static int widthOf(long unsigned) {
    return Long.SIZE - Long.numberOfLeadingZeros(unsigned);
  }

  /** Packs the lowest {@code width} bits of {@code values[i] - base}. */
  static void pack(long[] values, int count, long base, int width, ByteSink out) {
    if (width == 0) {
      return;
    }
    out.reserve(sizeBytes(count, width) + Long.BYTES);
    byte[] bytes = out.array();
    int at = out.size();
    long mask = mask(width);
    long pending = 0;
    int pendingBits = 0;
    for (int i = 0; i < count; i++) {
      long value = (values[i] - base) & mask;
      pending |= value << pendingBits;
      pendingBits += width;
      if (pendingBits >= Long.SIZE) {
        LONG.set(bytes, at, pending);
        at += Long.BYTES;
        pendingBits -= Long.SIZE;
        pending = pendingBits == 0 ? 0 : value >>> (width - pendingBits);
      }
    }
    LONG.set(bytes, at, pending);
    out.advanceTo(at + ((pendingBits + 7) >>> 3));
  }

  /** Unpacks {@code count} values and adds {@code base} to each. */
  static void unpack(ByteSource in, int count, int width, long base, long[] out) {
    int from = in.take(sizeBytes(count, width));
    if (width == 0) {
      Arrays.fill(out, 0, count, base);
      return;
    }
    byte[] bytes = in.array();
    int whole = count & ~7;
    if (width <= 8) {
      unpackByEight(bytes, from, whole, width, base, out);
    } else if (width <= 16) {
      unpackByFour(bytes, from, whole, width, base, out);
    } else if (width <= 32 && width != 31) {
      unpackByTwo(bytes, from, whole, width, base, out);
    } else {
      whole = 0;
    }
    if (width <= SINGLE_LOAD_WIDTH_MAX) {
      unpackByOne(bytes, from, whole, count, width, base, out);
    } else {
      unpackWide(bytes, from, count, width, base, out);
    }
  }

  private static void unpackByEight(
      byte[] bytes, int from, int count, int width, long base, long[] out) {
    long mask = mask(width);
    int at = from;
    for (int i = 0; i + 7 < count; i += 8) {
      long word = (long) LONG.get(bytes, at);
      out[i] = base + (word & mask);
      out[i + 1] = base + ((word >>> width) & mask);
      out[i + 2] = base + ((word >>> (2 * width)) & mask);
      out[i + 3] = base + ((word >>> (3 * width)) & mask);
      out[i + 4] = base + ((word >>> (4 * width)) & mask);
      out[i + 5] = base + ((word >>> (5 * width)) & mask);
      out[i + 6] = base + ((word >>> (6 * width)) & mask);
      out[i + 7] = base + ((word >>> (7 * width)) & mask);
      at += width;
    }
  }

  private static void unpackByFour(
      byte[] bytes, int from, int count, int width, long base, long[] out) {
    long mask = mask(width);
    int half = (4 * width) >>> 3;
    int halfShift = (4 * width) & 7;
    int at = from;
    for (int i = 0; i + 7 < count; i += 8) {
      long low = (long) LONG.get(bytes, at);
      long high = (long) LONG.get(bytes, at + half) >>> halfShift;
      out[i] = base + (low & mask);
      out[i + 1] = base + ((low >>> width) & mask);
      out[i + 2] = base + ((low >>> (2 * width)) & mask);
      out[i + 3] = base + ((low >>> (3 * width)) & mask);
      out[i + 4] = base + (high & mask);
      out[i + 5] = base + ((high >>> width) & mask);
      out[i + 6] = base + ((high >>> (2 * width)) & mask);
      out[i + 7] = base + ((high >>> (3 * width)) & mask);
      at += width;
    }
  }

  private static void unpackByTwo(
      byte[] bytes, int from, int count, int width, long base, long[] out) {
    long mask = mask(width);
    int second = (2 * width) >>> 3;
    int secondShift = (2 * width) & 7;
    int third = (4 * width) >>> 3;
    int thirdShift = (4 * width) & 7;
    int fourth = (6 * width) >>> 3;
    int fourthShift = (6 * width) & 7;
    int at = from;
    for (int i = 0; i + 7 < count; i += 8) {
      long first = (long) LONG.get(bytes, at);
      long b = (long) LONG.get(bytes, at + second) >>> secondShift;
      long c = (long) LONG.get(bytes, at + third) >>> thirdShift;
      long d = (long) LONG.get(bytes, at + fourth) >>> fourthShift;
      out[i] = base + (first & mask);
      out[i + 1] = base + ((first >>> width) & mask);
      out[i + 2] = base + (b & mask);
      out[i + 3] = base + ((b >>> width) & mask);
      out[i + 4] = base + (c & mask);
      out[i + 5] = base + ((c >>> width) & mask);
      out[i + 6] = base + (d & mask);
      out[i + 7] = base + ((d >>> width) & mask);
      at += width;
    }
  }

  private static void unpackByOne(
      byte[] bytes, int from, int begin, int count, int width, long base, long[] out) {
    long mask = mask(width);
    for (int i = begin; i < count; i++) {
      int bit = i * width;
      out[i] = base + (((long) LONG.get(bytes, from + (bit >>> 3)) >>> (bit & 7)) & mask);
    }
  }

  /** Widths 58..64: a value may begin in one load and end in the byte behind it. */
  private static void unpackWide(
      byte[] bytes, int from, int count, int width, long base, long[] out) {
    long mask = mask(width);
    for (int i = 0; i < count; i++) {
      int bit = i * width;
      int at = from + (bit >>> 3);
      int shift = bit & 7;
      long value = (long) LONG.get(bytes, at) >>> shift;
      if (shift + width > Long.SIZE) {
        value |= (bytes[at + Long.BYTES] & 0xffL) << (Long.SIZE - shift);
      }
      out[i] = base + (value & mask);
    }
  }
}
