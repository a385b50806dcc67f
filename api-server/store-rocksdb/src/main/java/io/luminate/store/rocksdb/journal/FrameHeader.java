// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A frame's header. Little-endian; frames start at multiples of 8.
 *
 * <pre>
 *  0  u32  magic "LUJ1"
 *  4  u32  payload length in bytes
 *  8  u64  seq
 * 16  u32  generation of the file
 * 20  u32  index of the frame in its group, from 0
 * 24  u32  CRC32C of the payload
 * 28  u32  CRC32C of bytes 0..27 followed by the file's salt (u32)
 * 32       payload, then zeros up to a multiple of 8
 * </pre>
 *
 * The index says which frames had been acknowledged when this one was written: all below {@link
 * #groupFirst}. Recovery tells a torn group from corruption by it.
 */
record FrameHeader(int payloadBytes, long seq, int generation, int groupIndex, int payloadCrc32c) {
  static final int BYTES = 32;
  static final int ALIGNMENT = 8;
  static final int MAGIC = 0x314A554C;
  private static final int SALT_OFFSET = 28;

  /** Bytes a frame takes in a file. */
  static long framedBytes(int payloadBytes) {
    return BYTES + payloadBytes + (long) paddingBytes(payloadBytes);
  }

  static int paddingBytes(int payloadBytes) {
    return -payloadBytes & (ALIGNMENT - 1);
  }

  long framedBytes() {
    return framedBytes(payloadBytes);
  }

  /** Seq of the first frame of the group; every frame below it had been acknowledged. */
  long groupFirst() {
    return seq - groupIndex;
  }

  /** Writes the header at the target's position. The target must be little-endian. */
  void put(ByteBuffer target, int salt) {
    int start = target.position();
    target.putInt(MAGIC).putInt(payloadBytes).putLong(seq);
    target.putInt(generation).putInt(groupIndex).putInt(payloadCrc32c).putInt(salt);
    target.putInt(start + SALT_OFFSET, crc32c(target.slice(start, BYTES)));
  }

  /** Reads 32 bytes from the offset; empty unless they are a header written for this file. */
  static Optional<FrameHeader> read(ByteBuffer source, int offset, FileId file) {
    if (source.getInt(offset) != MAGIC || source.getInt(offset + 16) != file.generation()) {
      return Optional.empty();
    }
    ByteBuffer copy = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    copy.put(0, source, offset, BYTES).putInt(SALT_OFFSET, file.salt());
    if (crc32c(copy) != source.getInt(offset + SALT_OFFSET)) {
      return Optional.empty();
    }
    return Optional.of(
        new FrameHeader(
            copy.getInt(4), copy.getLong(8), copy.getInt(16), copy.getInt(20), copy.getInt(24)));
  }

  static int crc32c(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
