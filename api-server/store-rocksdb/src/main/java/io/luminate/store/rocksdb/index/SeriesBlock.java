// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.index;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.Optional;

/**
 * Up to 4,096 series of a metric as the catalog keeps them. Hashes are not kept: they follow from
 * the dimensions.
 *
 * <pre>
 * u8 version = 1 | u16 series | u16 keys | defined: ceil(series / 8) bytes, bit i of byte i / 8
 * then per key: u8 width | ceil(series * width / 8) bytes: codes, width bits each, low bit first
 * (little-endian)
 * </pre>
 */
final class SeriesBlock {
  static final int SERIES_MAX = 4_096;

  private static final byte VERSION = 1;

  private SeriesBlock() {}

  record Decoded(int series, BitSet defined, int[][] codes) {}

  /** Up to the last series that is defined; nothing if none is. */
  static Optional<byte[]> encode(int block, BitSet defined, int[][] codes) {
    int first = block * SERIES_MAX;
    int series = defined.previousSetBit(first + SERIES_MAX - 1) + 1 - first;
    return series <= 0 ? Optional.empty() : Optional.of(encode(first, series, defined, codes));
  }

  private static byte[] encode(int first, int series, BitSet defined, int[][] codes) {
    ByteBuffer out =
        ByteBuffer.allocate(5 + (series + 7) / 8 + codes.length * (1 + series * Integer.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    out.put(VERSION).putShort((short) series).putShort((short) codes.length);
    for (int i = 0; i < series; i += 8) {
      out.put(eightBits(defined, first + i, Math.min(8, series - i)));
    }
    for (int[] column : codes) {
      pack(column, first, series, defined, out);
    }
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }

  private static byte eightBits(BitSet bits, int from, int count) {
    int packed = 0;
    for (int i = 0; i < count; i++) {
      packed |= bits.get(from + i) ? 1 << i : 0;
    }
    return (byte) packed;
  }

  /** What is not defined has no codes. */
  private static void pack(int[] column, int first, int series, BitSet defined, ByteBuffer out) {
    int all = 0;
    for (int i = 0; i < series; i++) {
      all |= defined.get(first + i) ? column[first + i] : 0;
    }
    int width = Integer.SIZE - Integer.numberOfLeadingZeros(all);
    out.put((byte) width);
    long pending = 0;
    int bits = 0;
    for (int i = 0; i < series && width > 0; i++) {
      long code = defined.get(first + i) ? column[first + i] : 0;
      pending |= code << bits;
      for (bits += width; bits >= 8; bits -= 8) {
        out.put((byte) pending);
        pending >>>= 8;
      }
    }
    if (bits > 0) {
      out.put((byte) pending);
    }
  }

  static Decoded decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    byte version = in.get();
    if (version != VERSION) {
      throw new IllegalStateException("series block version " + version + ", known: " + VERSION);
    }
    int series = Short.toUnsignedInt(in.getShort());
    int keys = Short.toUnsignedInt(in.getShort());
    byte[] bits = new byte[(series + 7) / 8];
    in.get(bits);
    int[][] codes = new int[keys][];
    for (int keyNo = 0; keyNo < keys; keyNo++) {
      codes[keyNo] = unpack(in, series);
    }
    return new Decoded(series, BitSet.valueOf(bits), codes);
  }

  private static int[] unpack(ByteBuffer in, int series) {
    int width = in.get();
    int[] column = new int[series];
    long pending = 0;
    int bits = 0;
    for (int i = 0; i < series && width > 0; i++) {
      for (; bits < width; bits += 8) {
        pending |= (in.get() & 0xFFL) << bits;
      }
      column[i] = (int) (pending & (1L << width) - 1);
      pending >>>= width;
      bits -= width;
    }
    return column;
  }
}
