// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.http.reply.ApiException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Bytes that request bodies in flight may take together; protects the heap. */
final class MemoryBudget {
  private final long bytesMax;
  private final AtomicLong bytesUsed = new AtomicLong();

  MemoryBudget(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** A sixth of the heap, in which the largest body fits by default: the store needs the rest. */
  static MemoryBudget ofHeap() {
    return new MemoryBudget(Runtime.getRuntime().maxMemory() / 6);
  }

  /** Refuses with 503 what does not fit. */
  void take(long bytes) {
    long used = bytesUsed.addAndGet(bytes);
    if (used > bytesMax) {
      bytesUsed.addAndGet(-bytes);
      throw new ApiException(
          503,
          "OVERLOADED",
          "request bodies in flight take " + used + " bytes, at most " + bytesMax + " are allowed",
          Map.of("max_bytes_in_flight", bytesMax, "bytes", used));
    }
  }

  void give(long bytes) {
    bytesUsed.addAndGet(-bytes);
  }

  long bytesUsed() {
    return bytesUsed.get();
  }
}
