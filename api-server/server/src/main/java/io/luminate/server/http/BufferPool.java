// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.stream.IntStream;

/** Arrays for request bodies, by powers of two, reused because clearing megabytes is not free. */
final class BufferPool {
  private static final int SMALLEST_LOG2 = 16;
  private static final int LARGEST_LOG2 = 22;

  /** Kept per size: 32 MiB if all of them were ever needed at once. */
  private static final int KEPT = 4;

  private final MemoryBudget budget;
  private final BlockingQueue<byte[]>[] bySize;

  @SuppressWarnings({"unchecked", "rawtypes"}) // Java has no arrays of generics.
  BufferPool(MemoryBudget budget) {
    this(
        budget,
        IntStream.rangeClosed(SMALLEST_LOG2, LARGEST_LOG2)
            .mapToObj(i -> new ArrayBlockingQueue<byte[]>(KEPT))
            .toArray(BlockingQueue[]::new));
  }

  private BufferPool(MemoryBudget budget, BlockingQueue<byte[]>[] bySize) {
    this.budget = budget;
    this.bySize = bySize;
  }

  /** The same arrays, for who has only a part of the budget. */
  BufferPool within(MemoryBudget part) {
    return new BufferPool(part, bySize);
  }

  MemoryBudget budget() {
    return budget;
  }

  /** An array of at least the given length, its content undefined; refuses with 503. */
  byte[] take(int lengthMin) {
    if (lengthMin > 1 << LARGEST_LOG2) {
      budget.take(lengthMin);
      return new byte[lengthMin];
    }
    int log2 = Math.max(SMALLEST_LOG2, Integer.SIZE - Integer.numberOfLeadingZeros(lengthMin - 1));
    budget.take(1L << log2);
    byte[] pooled = bySize[log2 - SMALLEST_LOG2].poll();
    return pooled == null ? new byte[1 << log2] : pooled;
  }

  void give(byte[] array) {
    budget.give(array.length);
    int log2 = Integer.numberOfTrailingZeros(array.length);
    if (array.length == 1 << log2 && log2 >= SMALLEST_LOG2 && log2 <= LARGEST_LOG2) {
      var unused = bySize[log2 - SMALLEST_LOG2].offer(array);
    }
  }
}
