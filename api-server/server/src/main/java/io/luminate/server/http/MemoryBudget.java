// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.http.reply.ApiException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Bytes that bodies of one kind in flight may take together; protects the heap. */
final class MemoryBudget {
  /**
   * By default 10 MiB come in, of which 64 MiB may become; arrays are powers of two up to 4 MiB.
   */
  static final long LARGEST_BYTES = 80L << 20;

  /** What half of a heap has to have beside the largest body. */
  private static final long BESIDE_LARGEST_BYTES = 96L << 20;

  private final String what;
  private final long bytesMax;

  /** What this one is a part of, if it is one. */
  private final Optional<MemoryBudget> whole;

  private final AtomicLong bytesUsed = new AtomicLong();

  private MemoryBudget(String what, long bytesMax, Optional<MemoryBudget> whole) {
    this.what = what;
    this.bytesMax = bytesMax;
    this.whole = whole;
  }

  static MemoryBudget ofRequests(long bytesMax) {
    return new MemoryBudget("request bodies", bytesMax, Optional.empty());
  }

  static MemoryBudget ofReplies(long bytesMax) {
    return new MemoryBudget("replies", bytesMax, Optional.empty());
  }

  /** A sixth of the heap, as the store needs the rest, or room for the largest body if there is. */
  static MemoryBudget ofRequests() {
    return ofRequests(requestBytes(Runtime.getRuntime().maxMemory()));
  }

  static long requestBytes(long heapBytes) {
    return Math.max(heapBytes / 6, Math.min(LARGEST_BYTES, heapBytes / 2 - BESIDE_LARGEST_BYTES));
  }

  /** Apart from requests, as clients that do not read must not keep others from writing. */
  static MemoryBudget ofReplies() {
    return ofReplies(Runtime.getRuntime().maxMemory() / 8);
  }

  /** Three quarters, for one tenant: what counts there counts here too. */
  MemoryBudget part() {
    return part("the tenant's " + what, bytesMax / 4 * 3);
  }

  /** At most so many of these bytes: what counts there counts here too. */
  MemoryBudget part(String name, long partBytesMax) {
    return new MemoryBudget(name, partBytesMax, Optional.of(this));
  }

  long bytesMax() {
    return bytesMax;
  }

  /** Refuses with 503 what does not fit. */
  void take(long bytes) {
    long used = bytesUsed.addAndGet(bytes);
    if (used > bytesMax) {
      bytesUsed.addAndGet(-bytes);
      throw new ApiException(
          503,
          "OVERLOADED",
          what + " in flight take " + used + " bytes, at most " + bytesMax + " are allowed",
          Map.of("max_bytes_in_flight", bytesMax, "bytes", used));
    }
    takeOfWhole(bytes);
  }

  private void takeOfWhole(long bytes) {
    try {
      whole.ifPresent(budget -> budget.take(bytes));
    } catch (ApiException full) {
      bytesUsed.addAndGet(-bytes);
      throw full;
    }
  }

  /** Counts what cannot be refused any more; others find less room. */
  void add(long bytes) {
    bytesUsed.addAndGet(bytes);
    whole.ifPresent(budget -> budget.add(bytes));
  }

  void give(long bytes) {
    bytesUsed.addAndGet(-bytes);
    whole.ifPresent(budget -> budget.give(bytes));
  }

  long bytesUsed() {
    return bytesUsed.get();
  }
}
