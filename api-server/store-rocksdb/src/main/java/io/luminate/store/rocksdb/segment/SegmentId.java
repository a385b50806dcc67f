// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import java.util.Comparator;

/**
 * Names a segment.
 *
 * @param partitionDay the UTC day of all its points, in days since the epoch, never negative
 * @param number unique over the whole life of a data folder, never negative and never used again
 */
public record SegmentId(int partitionDay, long number) implements Comparable<SegmentId> {
  private static final long DAY_MILLIS = 86_400_000L;
  private static final Comparator<SegmentId> ORDER =
      Comparator.comparingInt(SegmentId::partitionDay).thenComparingLong(SegmentId::number);

  public SegmentId {
    if (partitionDay < 0 || number < 0) {
      throw new IllegalArgumentException(
          "partitionDay " + partitionDay + " and number " + number + " must not be negative");
    }
  }

  /** Midnight that the segment's timestamps are relative to. */
  public long dayStartMillis() {
    return partitionDay * DAY_MILLIS;
  }

  @Override
  public int compareTo(SegmentId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return partitionDay + "/" + number;
  }
}
