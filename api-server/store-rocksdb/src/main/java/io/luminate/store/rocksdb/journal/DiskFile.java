// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file. Reads may run beside a write; two writes at once are the caller's mistake. */
public interface DiskFile extends Closeable {
  /**
   * Writes the remaining bytes of all buffers, one after the other, from the position. After an
   * exception any part of them may have been written.
   */
  void write(ByteBuffer[] buffers, long positionBytes) throws IOException;

  /**
   * Fills the target's remaining room as far as the file reaches.
   *
   * @return bytes read, 0 at or past the end
   */
  int read(ByteBuffer target, long positionBytes) throws IOException;

  /**
   * Makes what was written durable (fdatasync). After an exception any part of what was written
   * since the last success may be lost, and a second call proves nothing.
   */
  void force() throws IOException;

  long sizeBytes() throws IOException;

  @Override
  void close() throws IOException;
}
