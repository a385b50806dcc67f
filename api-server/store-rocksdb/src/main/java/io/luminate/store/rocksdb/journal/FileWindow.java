// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads files through one buffer of their own memory, given back at once on close. */
final class FileWindow implements AutoCloseable {
  /** Long enough that reading is sequential, short enough not to show in the process's memory. */
  private static final int WINDOW_BYTES = 1 << 20;

  private Arena arena = Arena.ofConfined();
  private ByteBuffer buffer;
  private JournalFile file;
  private long startBytes;

  FileWindow(JournalFile file) {
    this.file = file;
    int bytes = Math.clamp(file.sizeBytes(), FrameHeader.BYTES, WINDOW_BYTES);
    buffer = allocate(arena, bytes).limit(0);
  }

  void moveTo(JournalFile other) {
    file = other;
    startBytes = 0;
    buffer.limit(0);
  }

  JournalFile file() {
    return file;
  }

  /** The file's bytes from the position; the caller stays within the file's size. */
  ByteBuffer at(long positionBytes, int lengthBytes) throws IOException {
    if (positionBytes < startBytes || positionBytes + lengthBytes > startBytes + buffer.limit()) {
      fill(positionBytes, lengthBytes);
    }
    return buffer
        .slice((int) (positionBytes - startBytes), lengthBytes)
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private void fill(long positionBytes, int lengthBytes) throws IOException {
    if (lengthBytes > buffer.capacity()) {
      arena.close();
      arena = Arena.ofConfined();
      buffer = allocate(arena, lengthBytes);
    }
    buffer.clear();
    startBytes = positionBytes;
    int read = file.disk().read(buffer, positionBytes);
    buffer.limit(read);
    if (read < lengthBytes) {
      throw new IOException(
          "journal file %s ends at %d, %d bytes were expected"
              .formatted(file.name(), positionBytes + read, positionBytes + lengthBytes));
    }
  }

  private static ByteBuffer allocate(Arena arena, int bytes) {
    return arena.allocate(bytes).asByteBuffer();
  }

  @Override
  public void close() {
    arena.close();
  }
}
