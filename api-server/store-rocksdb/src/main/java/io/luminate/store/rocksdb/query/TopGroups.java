// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import java.util.PriorityQueue;

/** The best few of many numbers, by a bounded heap. */
final class TopGroups {
  /** Negative if {@code a} goes before {@code b}. */
  @FunctionalInterface
  interface Order {
    int compare(int a, int b);
  }

  private final int limit;
  private final Order order;
  private final PriorityQueue<Integer> worstFirst;

  TopGroups(int limit, Order order) {
    this.limit = limit;
    this.order = order;
    this.worstFirst = new PriorityQueue<>((a, b) -> order.compare(b, a));
  }

  /** Whether the candidate would be among the best so far. */
  boolean admits(int candidate) {
    return worstFirst.size() < limit || order.compare(candidate, worstFirst.element()) < 0;
  }

  void offer(int candidate) {
    if (admits(candidate)) {
      if (worstFirst.size() == limit) {
        worstFirst.remove();
      }
      worstFirst.add(candidate);
    }
  }

  void offerAll(TopGroups others) {
    others.worstFirst.forEach(this::offer);
  }

  /** Best first. */
  int[] ranked() {
    return worstFirst.stream()
        .sorted((a, b) -> order.compare(a, b))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
