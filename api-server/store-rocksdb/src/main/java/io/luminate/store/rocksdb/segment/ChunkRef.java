// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

/**
 * The directory entry of a chunk: at most 65,536 points of one metric.
 *
 * @param minTimestampMillis inclusive
 * @param maxTimestampMillis inclusive
 * @param firstClusterHash cluster hash of the first run; hashes ascend as unsigned numbers
 * @param lastClusterHash cluster hash of the last run
 * @param sum of all values; NaN or infinite if it overflowed or a value was not finite, and then
 *     neither it nor {@code min} and {@code max} answer for the chunk
 */
public record ChunkRef(
    int metricId,
    int points,
    int runs,
    long minTimestampMillis,
    long maxTimestampMillis,
    long firstClusterHash,
    long lastClusterHash,
    double sum,
    double min,
    double max,
    ColumnPart times,
    ColumnPart values,
    ColumnPart runsPart,
    ColumnPart stats) {

  public boolean overlaps(long fromMillisInclusive, long toMillisInclusive) {
    return minTimestampMillis <= toMillisInclusive && maxTimestampMillis >= fromMillisInclusive;
  }

  public boolean within(long fromMillisInclusive, long toMillisInclusive) {
    return minTimestampMillis >= fromMillisInclusive && maxTimestampMillis <= toMillisInclusive;
  }

  public boolean mayHold(long clusterHash) {
    return Long.compareUnsigned(firstClusterHash, clusterHash) <= 0
        && Long.compareUnsigned(lastClusterHash, clusterHash) >= 0;
  }
}
