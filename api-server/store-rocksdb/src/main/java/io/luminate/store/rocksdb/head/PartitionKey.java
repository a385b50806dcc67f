// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.head;

import java.util.Comparator;

/**
 * What a segment never mixes: points of one UTC day and of metrics that are kept equally long.
 *
 * @param day days since the epoch
 * @param retentionDays the class: retention in whole days, rounded up
 */
public record PartitionKey(int day, int retentionDays) implements Comparable<PartitionKey> {
  private static final Comparator<PartitionKey> ORDER =
      Comparator.comparingInt(PartitionKey::day).thenComparingInt(PartitionKey::retentionDays);

  /** Milliseconds of a UTC day. */
  public static final long DAY_MILLIS = 86_400_000L;

  public static int dayOf(long timestampMillis) {
    return (int) Math.floorDiv(timestampMillis, DAY_MILLIS);
  }

  @Override
  public int compareTo(PartitionKey other) {
    return ORDER.compare(this, other);
  }
}
