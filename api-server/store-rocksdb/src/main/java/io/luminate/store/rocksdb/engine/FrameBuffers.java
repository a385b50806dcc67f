// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Direct buffers for frames, reused: a request of 10,000 points needs 240 KB, and a direct buffer
 * spares the journal a copy. Larger frames get a buffer of their own, which is not kept.
 */
final class FrameBuffers {
  private static final int BUFFER_BYTES = 512 * 1_024;

  /** Bounds what is kept to 8 MiB. */
  private static final int BUFFERS_MAX = 16;

  private final ArrayBlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(BUFFERS_MAX);

  /** Empty, big-endian, with room for at least so many bytes. */
  ByteBuffer take(int bytes) {
    if (bytes > BUFFER_BYTES) {
      return ByteBuffer.allocate(bytes);
    }
    ByteBuffer kept = free.poll();
    return kept == null ? ByteBuffer.allocateDirect(BUFFER_BYTES) : kept.clear();
  }

  void giveBack(ByteBuffer buffer) {
    if (buffer.isDirect() && buffer.capacity() == BUFFER_BYTES) {
      free.offer(buffer);
    }
  }
}
