// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.store.ErrorCode;
import io.luminate.store.StoreException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one query may hold on the heap. Arrays that grow with the data are reserved before they are
 * made; what is left unreserved is bounded by constants. Thread safe.
 */
final class MemoryBudget {
  private final long limitBytes;
  private final AtomicLong usedBytes = new AtomicLong();

  MemoryBudget(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /**
   * @throws StoreException QUERY_MEMORY_EXCEEDED
   */
  void reserve(long bytes) {
    long needed = usedBytes.addAndGet(bytes);
    if (needed > limitBytes) {
      usedBytes.addAndGet(-bytes);
      throw exceeded(needed);
    }
  }

  void release(long bytes) {
    usedBytes.addAndGet(-bytes);
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
