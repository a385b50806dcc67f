// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import io.luminate.store.rocksdb.codec.ByteSource;
import io.luminate.store.rocksdb.codec.CorruptChunkException;
import org.jspecify.annotations.Nullable;

/** One column of a {@link ChunkReader}: the block it has read and a view of the chunk's part. */
final class ColumnCursor {
  /** Most blocks fit, see {@link Block#TARGET_BYTES}; larger ones make it grow. */
  private static final int BUFFER_BYTES = Block.TARGET_BYTES;

  private final ChunkStore store;
  private final Column column;
  private final BlockBuffer buffer = new BlockBuffer(BUFFER_BYTES);
  private final ByteSource source = new ByteSource();
  private @Nullable BlockKey loaded;
  private int payloadBytes;
  private int partBegin;
  private int partLength;
  private long bytesRead;

  ColumnCursor(ChunkStore store, Column column) {
    this.store = store;
    this.column = column;
  }

  /** Reads the block of a part unless it is there already, and moves to the part. */
  ByteSource load(SegmentId segment, ColumnPart part) {
    BlockKey have = loaded;
    if (have == null || have.blockNo() != part.blockNo() || !have.segment().equals(segment)) {
      BlockKey wanted = new BlockKey(segment, column, part.blockNo());
      loaded = null;
      payloadBytes = Block.read(store, wanted, buffer);
      bytesRead += buffer.size();
      loaded = wanted;
    }
    if ((long) part.offset() + part.length() > payloadBytes) {
      throw new CorruptChunkException(
          "part %d+%d of a payload of %d".formatted(part.offset(), part.length(), payloadBytes));
    }
    partBegin = Block.HEADER_BYTES + part.offset();
    partLength = part.length();
    return seek(0);
  }

  /** Moves to so many bytes behind the beginning of the part. */
  ByteSource seek(int offset) {
    return seek(offset, partLength - offset);
  }

  ByteSource seek(int offset, int length) {
    if (offset < 0 || length < 0 || (long) offset + length > partLength) {
      throw new CorruptChunkException(
          "range %d+%d of a part of %d".formatted(offset, length, partLength));
    }
    source.reset(buffer.bytes(), partBegin + offset, length);
    return source;
  }

  /** Bytes between the beginning of the part and where its source is. */
  int offset() {
    return source.position() - partBegin;
  }

  long bytesRead() {
    return bytesRead;
  }

  CorruptSegmentException corrupt(SegmentId segment, ChunkRef chunk, ColumnPart part, Throwable e) {
    return new CorruptSegmentException(
        new BlockKey(segment, column, part.blockNo()),
        "chunk of metric %d at offset %d+%d: %s"
            .formatted(chunk.metricId(), part.offset(), part.length(), e.getMessage()),
        e);
  }
}
