// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Tells when all that was under way at some moment is over, without holding up what comes later.
 * What is under way counts for one of two phases; a turn begins the other.
 *
 * <p>Concurrency: any number of threads enter and leave, one turns.
 */
final class Quiescence {
  private final AtomicIntegerArray underWay = new AtomicIntegerArray(2);
  private volatile int phase;

  /** Returns what to leave by. */
  int enter() {
    while (true) {
      int now = phase;
      underWay.incrementAndGet(now);
      if (now == phase) {
        return now;
      }
      underWay.decrementAndGet(now);
    }
  }

  void leave(int entered) {
    underWay.decrementAndGet(entered);
  }

  /** From now on waits for what is under way; not before {@link #isQuiet} said so of the last. */
  void turn() {
    int other = 1 - phase;
    phase = other;
  }

  /** Whether all that began before the last turn is over. */
  boolean isQuiet() {
    return underWay.get(1 - phase) == 0;
  }
}
