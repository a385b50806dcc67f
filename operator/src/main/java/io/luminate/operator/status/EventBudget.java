// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many events there may be, as a bucket for each resource and one for all: a resource that
 * flaps, or a thousand that change at once, must not be what the API server is busy with. Safe for
 * use by many threads.
 */
final class EventBudget {
  /** Of one resource at once; then one more each minute. */
  static final int RESOURCE_BURST = 10;

  static final Duration RESOURCE_REFILL = Duration.ofMinutes(1);

  /** Of all at once; then five more each second. */
  static final int TOTAL_BURST = 200;

  static final Duration TOTAL_REFILL = Duration.ofMillis(200);

  /** Of those that had an event last; who falls out begins with a full bucket. */
  static final int RESOURCES_MAX = 4096;

  private final Bucket total = new Bucket(TOTAL_BURST, TOTAL_REFILL);
  private final Map<String, Bucket> resources =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
          return size() > RESOURCES_MAX;
        }
      };

  /** Whether there may be one more, which is then counted. */
  synchronized boolean take(String uid, Instant now) {
    Bucket own = resources.computeIfAbsent(uid, _ -> new Bucket(RESOURCE_BURST, RESOURCE_REFILL));
    if (!own.has(now) || !total.has(now)) {
      return false;
    }
    own.left--;
    total.left--;
    return true;
  }

  private static final class Bucket {
    private final int size;
    private final Duration refill;
    private int left;
    private Instant filledAt = Instant.MIN;

    Bucket(int size, Duration refill) {
      this.size = size;
      this.refill = refill;
      this.left = size;
    }

    boolean has(Instant now) {
      if (filledAt.equals(Instant.MIN)) {
        filledAt = now;
      }
      long more = Math.max(0, Duration.between(filledAt, now).dividedBy(refill));
      left = (int) Math.min(size, left + more);
      filledAt = filledAt.plus(refill.multipliedBy(more));
      return left > 0;
    }
  }
}
