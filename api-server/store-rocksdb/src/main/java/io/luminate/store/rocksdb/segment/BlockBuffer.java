// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import io.luminate.store.rocksdb.codec.ByteSource;

/** A reused array that stored values are read into. Not thread safe. */
public final class BlockBuffer {
  private byte[] bytes;
  private int size;

  public BlockBuffer(int capacityBytes) {
    bytes = new byte[capacityBytes + ByteSource.SLACK_BYTES];
  }

  public byte[] bytes() {
    return bytes;
  }

  public int size() {
    return size;
  }

  /** Bytes that a value may have without another {@link #resize}. */
  public int capacity() {
    return bytes.length - ByteSource.SLACK_BYTES;
  }

  /** Sets the size of the value; if that needs another array, what was in the old one is lost. */
  public byte[] resize(int newSize) {
    if (newSize > capacity()) {
      int grown = Math.max(newSize, capacity() + capacity() / 2);
      bytes = new byte[Math.addExact(grown, ByteSource.SLACK_BYTES)];
    }
    size = newSize;
    return bytes;
  }
}
