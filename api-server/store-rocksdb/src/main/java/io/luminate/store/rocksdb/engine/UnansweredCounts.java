// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Metrics whose series could not be counted, which is not tried again for a while. */
final class UnansweredCounts {
  static final Duration REMEMBERED = Duration.ofMinutes(1);

  /** Those that are over are swept then. */
  private static final int SWEPT_AT = 1_000;

  private final InstantSource clock;
  private final Map<Integer, Long> untilMillis = new ConcurrentHashMap<>();
  private final AtomicLong series = new AtomicLong();

  UnansweredCounts(InstantSource clock) {
    this.clock = clock;
  }

  void failed(int metricId) {
    long now = clock.millis();
    if (untilMillis.size() >= SWEPT_AT) {
      untilMillis.values().removeIf(until -> until <= now);
    }
    untilMillis.put(metricId, now + REMEMBERED.toMillis());
  }

  /** Whether the metric's count failed lately. */
  boolean isFresh(int metricId) {
    return untilMillis.getOrDefault(metricId, Long.MIN_VALUE) > clock.millis();
  }

  void letIn() {
    series.incrementAndGet();
  }

  /** New series that were let in without a count, since the start. */
  long series() {
    return series.get();
  }
}
