// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import java.util.List;

/**
 * All that a segment's directory says of one metric.
 *
 * @param chunks in the order of (cluster hash, series, timestamp)
 * @param counters where the points per dimension code are kept, ascending by key number; empty if
 *     the writer kept none
 */
public record MetricEntry(int metricId, List<ChunkRef> chunks, List<CountersRef> counters) {
  /** Where the counts of one dimension key lie. */
  public record CountersRef(int keyNo, int codes, ColumnPart part) {}

  public MetricEntry {
    chunks = List.copyOf(chunks);
    counters = List.copyOf(counters);
  }

  public long points() {
    long points = 0;
    for (ChunkRef chunk : chunks) {
      points += chunk.points();
    }
    return points;
  }

  public long runs() {
    long runs = 0;
    for (ChunkRef chunk : chunks) {
      runs += chunk.runs();
    }
    return runs;
  }
}
