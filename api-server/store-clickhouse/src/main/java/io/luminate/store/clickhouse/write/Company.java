// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many requests of a tenant are there at the same time, and were lately: a client that waits
 * for an answer sends its next request when it has it, so that so many are likely to come again.
 */
final class Company {
  private final AtomicInteger present = new AtomicInteger();
  private final AtomicInteger expected = new AtomicInteger();

  void enter() {
    int now = present.incrementAndGet();
    expected.accumulateAndGet(now, Math::max);
  }

  void leave() {
    present.decrementAndGet();
  }

  /** Whether requests are likely to come beside those. */
  boolean isMoreThan(int requests) {
    return expected.get() > requests;
  }

  /** Whether nobody is there. */
  boolean isAway() {
    return present.get() == 0;
  }

  /** Whether nobody is there, and nobody expected but the one who was there alone. */
  boolean isOfOne() {
    return isAway() && expected.get() <= 1;
  }

  /** Somebody waited for all that were expected, and they did not come. */
  void disappointed() {
    expected.set(present.get());
  }
}
