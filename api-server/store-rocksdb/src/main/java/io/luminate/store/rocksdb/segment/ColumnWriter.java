// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import io.luminate.store.rocksdb.codec.ByteSink;
import java.util.Optional;

/**
 * Packs the parts of one column into blocks. The first column of a segment goes straight to the
 * sink; the others wait until all columns before them are there. Not thread safe.
 */
final class ColumnWriter implements AutoCloseable {
  /** Of a segment of few points, as most are. */
  private static final int BLOCK_BYTES_MIN = 4 << 10;

  private final SegmentSink sink;
  private final Column column;
  private final int targetBytes;
  private final boolean direct;
  private final WaitingBlocks waiting;
  private final ByteSink block;
  private int blockNo;
  private int partBegin;
  private long bytes;

  ColumnWriter(SegmentSink sink, Column column, int targetBytes) {
    this.sink = sink;
    this.column = column;
    this.targetBytes = targetBytes;
    this.direct = column.ordinal() == 0;
    this.waiting = new WaitingBlocks(direct ? Optional.empty() : sink.scratchFile(column));
    this.block = new ByteSink(BLOCK_BYTES_MIN);
    Block.begin(column, block);
  }

  /** Begins a part: what is put into the sink until {@link #end} belongs to it. */
  ByteSink begin() {
    if (block.size() - Block.HEADER_BYTES >= targetBytes) {
      endBlock();
    }
    partBegin = block.size();
    return block;
  }

  ColumnPart end() {
    return new ColumnPart(blockNo, partBegin - Block.HEADER_BYTES, block.size() - partBegin);
  }

  /** Takes back what was put since {@link #begin}. */
  void rewind() {
    block.truncate(partBegin);
  }

  int blockNo() {
    return blockNo;
  }

  /** Where the next part will begin unless it begins a block. */
  int offset() {
    return block.size() - Block.HEADER_BYTES;
  }

  void endBlock() {
    if (block.size() == Block.HEADER_BYTES) {
      return;
    }
    Block.seal(new BlockKey(sink.segment(), column, blockNo), block);
    bytes += block.size();
    if (direct) {
      sink.put(column, blockNo, block.array(), 0, block.size());
    } else {
      waiting.add(block.toByteArray());
    }
    blockNo++;
    Block.begin(column, block);
  }

  /** Hands the blocks that wait to the sink. No part may follow. */
  void flush() {
    endBlock();
    waiting.drain(sink, column);
  }

  /** Bytes of all blocks that have ended, with their headers. */
  long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    waiting.close();
  }
}
