// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * The key of a stored value, big-endian so that bytewise order is segment, column, block:
 *
 * <pre>
 * u32 partitionDay | u64 segment number | u8 column code | u32 block number
 * </pre>
 */
public record BlockKey(SegmentId segment, Column column, int blockNo) {
  public static final int SIZE_BYTES = 17;

  public byte[] toBytes() {
    return ByteBuffer.allocate(SIZE_BYTES)
        .putInt(segment.partitionDay())
        .putLong(segment.number())
        .put((byte) column.code())
        .putInt(blockNo)
        .array();
  }

  static SegmentId segmentOf(byte[] key) {
    ByteBuffer buffer = ByteBuffer.wrap(key);
    return new SegmentId(buffer.getInt(), buffer.getLong());
  }

  /** The keys that a segment lies between: from its first, up to but without the next segment's. */
  static List<byte[]> range(SegmentId segment) {
    return List.of(
        prefix(segment.partitionDay(), segment.number()),
        prefix(segment.partitionDay(), segment.number() + 1));
  }

  private static byte[] prefix(int partitionDay, long number) {
    return ByteBuffer.allocate(Integer.BYTES + Long.BYTES)
        .putInt(partitionDay)
        .putLong(number)
        .array();
  }

  @Override
  public String toString() {
    return "segment " + segment + " column " + column + " block " + blockNo;
  }
}
