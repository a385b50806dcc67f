// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import io.luminate.store.rocksdb.codec.ByteSource;

/** A reused array that stored values are read into. Not thread safe. */
public final class BlockBuffer {
  /** Most stored values fit, so that a new buffer rarely grows. */
  private static final int INITIAL_BYTES = 1 << 18;

  private byte[] bytes = new byte[INITIAL_BYTES + ByteSource.SLACK_BYTES];
  private int size;

  public byte[] bytes() {
    return bytes;
  }

  public int size() {
    return size;
  }

  int capacity() {
    return bytes.length - ByteSource.SLACK_BYTES;
  }

  /** Makes room for a value of so many bytes; what was in the buffer is lost. */
  public byte[] resize(int newSize) {
    if (newSize > capacity()) {
      int grown = Math.max(newSize, capacity() + capacity() / 2);
      bytes = new byte[Math.addExact(grown, ByteSource.SLACK_BYTES)];
    }
    size = newSize;
    return bytes;
  }
}
