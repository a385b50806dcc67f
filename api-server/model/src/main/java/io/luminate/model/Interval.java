// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.model;

/**
 * The width of time buckets, at least 1 ms. Buckets are multiples of it since the Unix epoch; the
 * bucket that starts at {@code b} holds {@code [b, b + millis)}.
 */
public record Interval(long millis) {
  public Interval {
    if (millis < 1) {
      throw new IllegalArgumentException("interval must be at least 1 ms, got " + millis + " ms");
    }
  }

  /** Start of the bucket that holds the instant. */
  public long bucketStart(long timestampMillis) {
    return Math.floorDiv(timestampMillis, millis) * millis;
  }

  /**
   * The whole buckets that meet {@code [range.start, range.end)}, or the one that holds the start
   * when both ends are equal: from the first bucket's start to the last millisecond of the last.
   */
  public TimeRange cover(TimeRange range) {
    long lastCovered = Math.max(range.startMillis(), range.endMillis() - 1);
    return new TimeRange(bucketStart(range.startMillis()), bucketStart(lastCovered) + millis - 1);
  }

  /** How many buckets {@link #cover} spans. */
  public long bucketCount(TimeRange range) {
    TimeRange covered = cover(range);
    return (covered.endMillis() + 1 - covered.startMillis()) / millis;
  }
}
