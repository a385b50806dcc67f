// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.rocksdb.head.Head;
import io.luminate.store.rocksdb.head.MetricHead;
import io.luminate.store.rocksdb.head.PointPage;
import io.luminate.store.rocksdb.segment.ChunkReader;
import io.luminate.store.rocksdb.segment.ChunkRef;
import io.luminate.store.rocksdb.segment.ChunkStore;
import io.luminate.store.rocksdb.segment.MetricEntry;
import io.luminate.store.rocksdb.segment.SegmentId;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which ordinals of some metrics segments and heads name, whether the points are visible or not.
 * Reads the runs of chunks and neither times nor values.
 */
final class OrdinalScan {
  /** Some milliseconds of reading. */
  private static final int PAUSE_RUNS = 1 << 20;

  private final ChunkReader reader;
  private final Runnable pause;
  private final TreeMap<Integer, BitSet> named = new TreeMap<>();

  /** All that have a point anywhere. */
  private final BitSet metrics = new BitSet();

  private final Set<SegmentId> scanned = new HashSet<>();
  private int runs;

  /**
   * @param pause called now and then: what must not wait for a long scan
   */
  OrdinalScan(ChunkStore store, Set<Integer> metricIds, Runnable pause) {
    this.reader = new ChunkReader(store);
    this.pause = pause;
    metricIds.forEach(id -> named.put(id, new BitSet()));
  }

  /** Ordinals of a metric that were found. */
  BitSet named(int metricId) {
    return named.getOrDefault(metricId, new BitSet());
  }

  boolean hasPoints(int metricId) {
    return metrics.get(metricId);
  }

  /**
   * A segment of the state that was not scanned. Merged ones name what their inputs did at most.
   */
  Optional<SegmentHandle> next(EngineState state) {
    return state.segments().stream().filter(s -> !scanned.contains(s.meta().id())).findFirst();
  }

  void segment(SegmentHandle segment) {
    segment.reader().forEachMetric(entry -> read(segment, entry));
    scanned.add(segment.meta().id());
  }

  private void read(SegmentHandle segment, MetricEntry entry) {
    metrics.set(entry.metricId());
    BitSet found = named.get(entry.metricId());
    if (found != null) {
      entry.chunks().forEach(chunk -> read(segment.meta().id(), chunk, found));
    }
  }

  private void read(SegmentId segment, ChunkRef chunk, BitSet found) {
    reader.open(segment, chunk);
    int[] ordinals = reader.ordinals();
    for (int run = 0; run < chunk.runs(); run++) {
      found.set(ordinals[run]);
    }
    runs += chunk.runs();
    if (runs >= PAUSE_RUNS) {
      runs = 0;
      pause.run();
    }
  }

  void heads(EngineState state) {
    for (Head head : state.heads()) {
      head.metrics().forEach(metric -> metrics.set(metric.metricId()));
      named.forEach((id, found) -> head.metric(id).ifPresent(metric -> read(metric, found)));
    }
  }

  private static void read(MetricHead metric, BitSet found) {
    for (PointPage page : metric.snapshot()) {
      for (int i = 0; i < page.size(); i++) {
        found.set(page.ordinals()[i]);
      }
    }
  }
}
