// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import java.util.Optional;

/**
 * Looks metrics up in the directory of a segment. Reads the root (a few bytes per directory block)
 * on first use and keeps it, and one directory block per look-up. Thread safe.
 */
public final class SegmentReader {
  public SegmentReader(ChunkStore store, SegmentId segment) {
    throw new UnsupportedOperationException("not yet " + store + segment);
  }

  public SegmentId segment() {
    throw new UnsupportedOperationException("not yet");
  }

  /** What the segment holds of a metric. */
  public Optional<MetricEntry> metric(int metricId) {
    throw new UnsupportedOperationException("not yet " + metricId);
  }

  /** Every metric of the segment, ascending, as merges and integrity checks need them. */
  public void forEachMetric(java.util.function.Consumer<MetricEntry> visitor) {
    throw new UnsupportedOperationException("not yet " + visitor);
  }

  /** Reads the points per code of one dimension key. */
  public DimensionCounts counters(MetricEntry.CountersRef counters) {
    throw new UnsupportedOperationException("not yet " + counters);
  }
}
