// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Blocks of one column in the order they came, until those of all columns before it are stored: in
 * memory, and what is more than {@value #MEMORY_BYTES_MAX} bytes in a file. Not thread safe.
 */
final class WaitingBlocks implements AutoCloseable {
  /** Per column. What a seal or a merge of some million points keeps fits. */
  static final int MEMORY_BYTES_MAX = 16 << 20;

  private final Optional<Path> file;
  private final List<byte[]> kept = new ArrayList<>();
  private int[] lengths = new int[64];
  private int blocks;
  private long keptBytes;
  private @Nullable FileChannel channel;

  /**
   * @param file where to put what is too much for memory, if anywhere
   */
  WaitingBlocks(Optional<Path> file) {
    this.file = file;
  }

  void add(byte[] block) {
    if (blocks == lengths.length) {
      lengths = Arrays.copyOf(lengths, blocks * 2);
    }
    lengths[blocks++] = block.length;
    kept.add(block);
    keptBytes += block.length;
    if (keptBytes > MEMORY_BYTES_MAX && file.isPresent()) {
      moveToFile(file.get());
    }
  }

  private void moveToFile(Path path) {
    try {
      FileChannel out = channel;
      if (out == null) {
        out =
            FileChannel.open(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        channel = out;
      }
      for (byte[] block : kept) {
        ByteBuffer bytes = ByteBuffer.wrap(block);
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
      }
    } catch (IOException e) {
      throw new StorageUnavailableException("writing " + path + ": " + e, false, e);
    }
    kept.clear();
    keptBytes = 0;
  }

  /** Hands all over and keeps none. */
  void drain(SegmentSink sink, Column column) {
    int inFile = blocks - kept.size();
    FileChannel in = channel;
    if (in != null) {
      drainFile(in, inFile, sink, column);
    }
    for (int i = 0; i < kept.size(); i++) {
      byte[] block = kept.set(i, new byte[0]);
      sink.put(column, inFile + i, block, 0, block.length);
    }
    kept.clear();
    blocks = 0;
  }

  private void drainFile(FileChannel in, int inFile, SegmentSink sink, Column column) {
    byte[] block = new byte[Arrays.stream(lengths, 0, inFile).max().orElse(0)];
    try {
      in.position(0);
      for (int i = 0; i < inFile; i++) {
        ByteBuffer bytes = ByteBuffer.wrap(block, 0, lengths[i]);
        while (bytes.hasRemaining()) {
          if (in.read(bytes) < 0) {
            throw new IOException("it ends within block " + i + " of " + column);
          }
        }
        sink.put(column, i, block, 0, lengths[i]);
      }
    } catch (IOException e) {
      throw new StorageUnavailableException("reading back " + file + ": " + e, false, e);
    }
  }

  /** The file itself goes with the sink that named it. */
  @Override
  public void close() {
    FileChannel open = channel;
    channel = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        throw new StorageUnavailableException("closing " + file + ": " + e, false, e);
      }
    }
  }
}
