// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** A request's body, growing in pooled arrays. One thread at a time. */
final class BodyBuffer implements AutoCloseable {
  /** Doubling stops here: the budget is shared. */
  private static final int GROWTH_BYTES_MAX = 4 << 20;

  private final BufferPool pool;
  private byte[] bytes;
  private int length;
  private long successorBytes;

  /** What a body of so many bytes may take while its array is replaced by a larger one. */
  static long bytesMax(int length) {
    return Math.min(3L * length, 2L * length + GROWTH_BYTES_MAX);
  }

  BodyBuffer(BufferPool pool, int initialBytes) {
    this.pool = pool;
    this.bytes = pool.take(initialBytes);
  }

  void append(ByteBuffer chunk) {
    int added = chunk.remaining();
    reserve(added);
    chunk.get(bytes, length, added);
    length += added;
  }

  /** Makes room behind the content. */
  void reserve(int added) {
    if (bytes.length - length < added) {
      byte[] larger =
          pool.take(
              Math.max(
                  length + added, Math.min(bytes.length * 2, length + added + GROWTH_BYTES_MAX)));
      System.arraycopy(bytes, 0, larger, 0, length);
      pool.give(bytes);
      bytes = larger;
    }
  }

  /** Says that so many bytes were put behind the content. */
  void added(int count) {
    length += count;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  InputStream stream() {
    return new ByteArrayInputStream(bytes, 0, length);
  }

  /** Gives its array back, and until it is closed counts so many bytes that came of it instead. */
  void giveWayTo(long other) {
    giveArray();
    countWith(other);
  }

  /**
   * Until it is closed counts so many bytes that came of it as well, in place of those that were
   * named before.
   */
  void countWith(long other) {
    pool.budget().add(other - successorBytes);
    successorBytes = other;
  }

  private void giveArray() {
    if (bytes.length > 0) {
      pool.give(bytes);
    }
    bytes = new byte[0];
    length = 0;
  }

  @Override
  public void close() {
    giveArray();
    pool.budget().give(successorBytes);
    successorBytes = 0;
  }
}
