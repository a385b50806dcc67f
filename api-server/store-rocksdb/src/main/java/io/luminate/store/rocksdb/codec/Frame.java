// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.codec;

/**
 * Patched frame of reference: every value as its distance from a base, in a width that fits most;
 * the higher bits of the others are kept aside.
 *
 * <pre>
 * byte 0    bits 0-6 width w, 0..64; bit 7 set if there are patches
 * byte 1    bits 0-3 bytes of the base b, 0..8; bits 4-7 belong to whoever embeds the frame
 * b bytes   base, zigzag, lowest byte first
 * [u16 p    patches - 1, 0..1023          only with patches
 *  u8 q     bits of a patch, 1..64-w      only with patches]
 * ⌈n·w/8⌉   the lowest w bits of (value - base) mod 2^64, see {@link BitPacking}
 * [⌈p·10/8⌉ positions of patches          only with patches
 *  ⌈p·q/8⌉  their bits from w upwards     only with patches]
 * </pre>
 *
 * <p>The number of values n is known from outside.
 */
final class Frame {
  static final int VALUES_MAX = 1024;
  static final int HEADER_BYTES = 2;
  static final int PATCH_HEADER_BYTES = 3;

  /** A position is below {@link #VALUES_MAX}. */
  static final int POSITION_BITS = 10;

  private static final int PATCHED = 0x80;
  private static final int BASE_BYTES_MASK = 0x0f;
  private static final int EMBEDDER_SHIFT = 4;

  private final long[] positions = new long[VALUES_MAX];
  private final long[] highBits = new long[VALUES_MAX];

  static int baseBytes(long base) {
    return (BitPacking.widthOf(zigzag(base)) + 7) >>> 3;
  }

  private static long zigzag(long value) {
    return (value << 1) ^ (value >> (Long.SIZE - 1));
  }

  private static long unzigzag(long value) {
    return (value >>> 1) ^ -(value & 1);
  }

  void write(long[] values, int count, FrameShape shape, int embedderBits, ByteSink out) {
    int baseBytes = baseBytes(shape.base);
    boolean patched = shape.patchCount > 0;
    out.putByte(shape.width | (patched ? PATCHED : 0));
    out.putByte(baseBytes | embedderBits << EMBEDDER_SHIFT);
    out.putLowBytes(zigzag(shape.base), baseBytes);
    if (patched) {
      out.putShort(shape.patchCount - 1);
      out.putByte(shape.patchWidth);
    }
    BitPacking.pack(values, count, shape.base, shape.width, out);
    if (patched) {
      writePatches(values, count, shape, out);
    }
  }

  private void writePatches(long[] values, int count, FrameShape shape, ByteSink out) {
    int found = 0;
    for (int i = 0; i < count; i++) {
      long high = (values[i] - shape.base) >>> shape.width;
      positions[found] = i;
      highBits[found] = high;
      found += high == 0 ? 0 : 1;
    }
    assert found == shape.patchCount : found;
    BitPacking.pack(positions, found, 0, POSITION_BITS, out);
    BitPacking.pack(highBits, found, 0, shape.patchWidth, out);
  }

  /** Decodes a frame and returns the four bits of its embedder. */
  int read(ByteSource in, int count, long[] out) {
    int first = in.getByte();
    int second = in.getByte();
    int width = first & ~PATCHED;
    int baseBytes = second & BASE_BYTES_MASK;
    if (width > Long.SIZE) {
      throw CorruptChunkException.field("frame width", width, "0..64");
    }
    if (baseBytes > Long.BYTES) {
      throw CorruptChunkException.field("frame base bytes", baseBytes, "0..8");
    }
    long base = unzigzag(in.getLowBytes(baseBytes));
    if ((first & PATCHED) == 0) {
      BitPacking.unpack(in, count, width, base, out);
    } else {
      readPatched(in, count, width, base, out);
    }
    return second >>> EMBEDDER_SHIFT;
  }

  private void readPatched(ByteSource in, int count, int width, long base, long[] out) {
    int patches = in.getShort() + 1;
    int patchWidth = in.getByte();
    if (patches > count) {
      throw CorruptChunkException.field("frame patches", patches, "1.." + count);
    }
    if (patchWidth == 0 || patchWidth > Long.SIZE - width) {
      throw CorruptChunkException.field("patch width", patchWidth, "1.." + (Long.SIZE - width));
    }
    BitPacking.unpack(in, count, width, base, out);
    BitPacking.unpack(in, patches, POSITION_BITS, 0, positions);
    BitPacking.unpack(in, patches, patchWidth, 0, highBits);
    for (int i = 0; i < patches; i++) {
      int position = (int) positions[i];
      if (position >= count) {
        throw CorruptChunkException.field("patch position", position, "0.." + (count - 1));
      }
      out[position] += highBits[i] << width;
    }
  }
}
