// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.store.ErrorCode;
import io.luminate.store.StoreException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one query may hold on the heap, the same whatever else runs; and what all queries together
 * may hold. Arrays that grow with the data are reserved before they are made; what is left
 * unreserved is bounded by constants. Closing it gives everything back. Thread safe.
 */
final class MemoryBudget implements AutoCloseable {
  /** What all queries of a process share. */
  static final class Shared {
    private final long limitBytes;
    private final AtomicLong usedBytes = new AtomicLong();

    Shared(long limitBytes) {
      this.limitBytes = limitBytes;
    }

    private void reserve(long bytes) {
      long needed = usedBytes.addAndGet(bytes);
      if (needed > limitBytes) {
        usedBytes.addAndGet(-bytes);
        throw new StoreException(
            ErrorCode.OVERLOADED,
            "all queries together need " + needed + " bytes, the limit is " + limitBytes,
            Map.of("limit_bytes", limitBytes, "needed_bytes", needed));
      }
    }
  }

  private final long limitBytes;
  private final Shared shared;
  private final AtomicLong usedBytes = new AtomicLong();

  MemoryBudget(long limitBytes, Shared shared) {
    this.limitBytes = limitBytes;
    this.shared = shared;
  }

  /**
   * @throws StoreException QUERY_MEMORY_EXCEEDED, or OVERLOADED if it is others who hold too much
   */
  void reserve(long bytes) {
    long needed = usedBytes.addAndGet(bytes);
    if (needed > limitBytes) {
      usedBytes.addAndGet(-bytes);
      throw exceeded(needed);
    }
    try {
      shared.reserve(bytes);
    } catch (StoreException e) {
      usedBytes.addAndGet(-bytes);
      throw e;
    }
  }

  void release(long bytes) {
    usedBytes.addAndGet(-bytes);
    shared.usedBytes.addAndGet(-bytes);
  }

  @Override
  public void close() {
    release(usedBytes.get());
  }

  long availableBytes() {
    return limitBytes - usedBytes.get();
  }

  /** For a need that is known before anything is reserved. */
  StoreException exceededBy(long bytes) {
    return exceeded(usedBytes.get() + bytes);
  }

  private StoreException exceeded(long neededBytes) {
    return new StoreException(
        ErrorCode.QUERY_MEMORY_EXCEEDED,
        "the query needs " + neededBytes + " bytes of memory, the limit is " + limitBytes,
        Map.of("limit_bytes", limitBytes, "needed_bytes", neededBytes));
  }
}
