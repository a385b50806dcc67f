// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.index;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What all indexes and dictionaries take of the heap, about. What is stored is always loaded; only
 * what would be new asks for room first.
 */
public final class IndexMemory {
  private final long bytesMax;
  private final AtomicLong bytes = new AtomicLong();

  public IndexMemory(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  public long bytesMax() {
    return bytesMax;
  }

  public long bytes() {
    return bytes.get();
  }

  /** Whether so many more fit in. */
  public boolean hasRoom(long moreBytes) {
    return bytes.get() + moreBytes <= bytesMax;
  }

  void grow(long moreBytes) {
    bytes.addAndGet(moreBytes);
  }
}
