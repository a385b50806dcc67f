// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import io.luminate.store.rocksdb.codec.ByteSink;
import io.luminate.store.rocksdb.codec.ByteSource;
import java.util.zip.CRC32C;

/**
 * The form of every stored value:
 *
 * <pre>
 * offset 0   u16  magic 0x4C42 ("BL" in file order)
 *        2   u8   version, 1
 *        3   u8   column code, see {@link Column}
 *        4   u32  bytes of payload
 *        8   u32  CRC32C of the key, bytes 0-7 and the payload
 *        12  payload: parts of chunks, metrics or directories, back to back
 * </pre>
 *
 * <p>Little-endian. The key takes part in the checksum, so that a value found under a key that is
 * not its own is refused too.
 */
final class Block {
  static final int HEADER_BYTES = 12;

  /**
   * A block ends with the part that takes it past this. Large enough that one read serves a whole
   * chunk or thousands of tiny ones, small enough that a read for a single entity stays well below
   * a millisecond.
   */
  static final int TARGET_BYTES = 128 << 10;

  private static final int MAGIC = 0x4C42;
  private static final int VERSION = 1;
  private static final int LENGTH_AT = 4;
  private static final int CHECKSUM_AT = 8;

  private Block() {}

  /** Begins a block in an empty sink; the payload follows. */
  static void begin(Column column, ByteSink out) {
    out.clear();
    out.putShort(MAGIC);
    out.putByte(VERSION);
    out.putByte(column.code());
    out.putInt(0);
    out.putInt(0);
  }

  /** Completes the header once the payload is there. */
  static void seal(BlockKey key, ByteSink block) {
    int payload = block.size() - HEADER_BYTES;
    block.setInt(LENGTH_AT, payload);
    block.setInt(CHECKSUM_AT, checksum(key, block.array(), payload));
  }

  private static int checksum(BlockKey key, byte[] block, int payloadBytes) {
    CRC32C crc = new CRC32C();
    crc.update(key.toBytes());
    crc.update(block, 0, CHECKSUM_AT);
    crc.update(block, HEADER_BYTES, payloadBytes);
    return (int) crc.getValue();
  }

  /** Reads and checks a stored value and returns the size of its payload. */
  static int read(ChunkStore store, BlockKey key, BlockBuffer into) {
    store.read(key, into);
    if (into.size() < HEADER_BYTES) {
      throw new CorruptSegmentException(key, "has " + into.size() + " bytes, at least 12 expected");
    }
    ByteSource header = new ByteSource();
    header.reset(into.bytes(), 0, HEADER_BYTES);
    expect(key, "magic at offset 0", MAGIC, header.getShort());
    expect(key, "version at offset 2", VERSION, header.getByte());
    expect(key, "column at offset 3", key.column().code(), header.getByte());
    int payload = header.getInt();
    expect(key, "payload length at offset 4", into.size() - HEADER_BYTES, payload);
    expect(key, "checksum at offset 8", checksum(key, into.bytes(), payload), header.getInt());
    return payload;
  }

  private static void expect(BlockKey key, String field, int expected, int found) {
    if (expected != found) {
      throw new CorruptSegmentException(
          key, "%s is 0x%x, expected 0x%x".formatted(field, found, expected));
    }
  }
}
