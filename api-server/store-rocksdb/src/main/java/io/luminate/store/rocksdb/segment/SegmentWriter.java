// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import java.util.List;

/**
 * Writes a segment: metrics ascending by id; in a metric, runs ascending by (cluster hash as an
 * unsigned number, series); in a run, points ascending by (timestamp, value). Not thread safe.
 *
 * <pre>{@code
 * try (SegmentWriter writer = new SegmentWriter(store.create(id))) {
 *   writer.begin(metricId);
 *   writer.run(ordinal, clusterHash, timestampsMillis, values, from, to);
 *   writer.endMetric(List.of());
 *   SegmentMeta meta = writer.finish();
 * }
 * }</pre>
 */
public final class SegmentWriter implements AutoCloseable {
  /** Points of a chunk: the unit of reading and of parallel work. */
  public static final int CHUNK_POINTS_MAX = 65_536;

  public SegmentWriter(SegmentSink sink) {
    throw new UnsupportedOperationException("not yet " + sink);
  }

  public void begin(int metricId) {
    throw new UnsupportedOperationException("not yet " + metricId);
  }

  /** Adds the points {@code [from, to)} of a series; all must lie in the segment's day. */
  public void run(
      int ordinal, long clusterHash, long[] timestampsMillis, double[] values, int from, int to) {
    throw new UnsupportedOperationException("not yet " + ordinal);
  }

  /**
   * Ends a metric.
   *
   * @param counters points per code, ascending by key number. Worth their bytes only for metrics of
   *     many runs: for the others the runs say the same
   */
  public void endMetric(List<DimensionCounts> counters) {
    throw new UnsupportedOperationException("not yet " + counters);
  }

  /** Writes what is left and makes the segment readable, see {@link SegmentSink#ingest}. */
  public SegmentMeta finish() {
    throw new UnsupportedOperationException("not yet");
  }

  /** Without {@link #finish} leaves nothing behind. */
  @Override
  public void close() {}
}
