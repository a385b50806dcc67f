// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;

/**
 * A journal file in use. The end and the seqs are written by one thread (recovery, then the journal
 * thread) and read by any.
 */
final class JournalFile {
  /** Also the step of copying. */
  private static final int ZEROS_BYTES = 1 << 16;

  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(ZEROS_BYTES).asReadOnlyBuffer();

  private final FileId id;
  private final DiskFile disk;
  private final long sizeBytes;
  private volatile long endBytes;
  private volatile long seqLast;

  JournalFile(FileId id, DiskFile disk) throws IOException {
    this.id = id;
    this.disk = disk;
    this.sizeBytes = disk.sizeBytes();
  }

  FileId id() {
    return id;
  }

  String name() {
    return id.fileName();
  }

  DiskFile disk() {
    return disk;
  }

  long sizeBytes() {
    return sizeBytes;
  }

  /** Where the next frame goes. */
  long endBytes() {
    return endBytes;
  }

  /** Last frame in the file, 0 if there is none. */
  long seqLast() {
    return seqLast;
  }

  boolean hasRoomFor(long bytes) {
    return endBytes + bytes <= sizeBytes;
  }

  void advance(long newEndBytes, long newSeqLast) {
    endBytes = newEndBytes;
    seqLast = newSeqLast;
  }

  /** Overwrites with zeros, so that no header is left to be found. Not forced. */
  void wipe(long fromBytes, long toBytes) throws IOException {
    for (long at = fromBytes; at < toBytes; at += ZEROS_BYTES) {
      int length = (int) Math.min(ZEROS_BYTES, toBytes - at);
      disk.write(new ByteBuffer[] {ZEROS.slice(0, length)}, at);
    }
  }

  /**
   * Writes the same bytes again, so that the next force covers them: a force that failed in an
   * earlier process may have left them in memory only and counted as clean.
   */
  void rewrite(long fromBytes, long toBytes) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      ByteBuffer copy = arena.allocate(ZEROS_BYTES).asByteBuffer();
      for (long at = fromBytes; at < toBytes; at += ZEROS_BYTES) {
        copy.clear().limit((int) Math.min(ZEROS_BYTES, toBytes - at));
        disk.read(copy, at);
        disk.write(new ByteBuffer[] {copy.flip()}, at);
      }
    }
  }
}
