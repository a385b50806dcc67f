// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.rocksdb.index.MetricIndex;
import io.luminate.store.rocksdb.segment.ChunkStore;
import io.luminate.store.rocksdb.segment.MetricEntry;
import io.luminate.store.rocksdb.segment.SegmentWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeSet;

/**
 * Merges segments of one partition into one: metric by metric, series by series, in the order that
 * all of them share. Deleted points are left behind. Memory is one decoded chunk per input and one
 * series' points.
 */
final class SegmentMerger {
  /** Some ten milliseconds of merging. */
  private static final long PAUSE_POINTS = 65_536;

  private final ChunkStore store;
  private final SeriesRegistry registry;
  private final EngineState state;
  private final Runnable pause;
  private final RunSorter sorter = new RunSorter();
  private long[] times = new long[1_024];
  private double[] values = new double[1_024];
  private int points;
  private long written;
  private long nextPause = PAUSE_POINTS;

  /**
   * @param pause called between series now and then: what must not wait for a long merge
   */
  SegmentMerger(ChunkStore store, SeriesRegistry registry, EngineState state, Runnable pause) {
    this.store = store;
    this.registry = registry;
    this.state = state;
    this.pause = pause;
  }

  /** Returns the number of points written, possibly 0. */
  long merge(List<SegmentHandle> inputs, SegmentWriter out) {
    TreeSet<Integer> metrics = new TreeSet<>();
    for (SegmentHandle input : inputs) {
      input.reader().forEachMetric(entry -> metrics.add(entry.metricId()));
    }
    for (int metricId : metrics) {
      mergeMetric(metricId, inputs, out);
    }
    return written;
  }

  private void mergeMetric(int metricId, List<SegmentHandle> inputs, SegmentWriter out) {
    MetricIndex index =
        registry
            .byId(metricId)
            .orElseThrow(() -> new IllegalStateException("no metric " + metricId));
    PriorityQueue<RunCursor> queue = open(metricId, index, inputs);
    ValueCounters counters = new ValueCounters(index);
    boolean begun = false;
    while (!queue.isEmpty()) {
      int ordinal = queue.peek().ordinal();
      takeSeries(ordinal, queue);
      if (points > 0) {
        if (!begun) {
          out.begin(metricId);
          begun = true;
        }
        out.run(ordinal, index.clusterHash(ordinal), times, values, 0, points);
        counters.add(ordinal, points);
        written += points;
        pauseIfDue();
      }
    }
    if (begun) {
      out.endMetric(counters.result());
    }
  }

  private void pauseIfDue() {
    if (written >= nextPause) {
      nextPause = written + PAUSE_POINTS;
      pause.run();
    }
  }

  private PriorityQueue<RunCursor> open(
      int metricId, MetricIndex index, List<SegmentHandle> inputs) {
    Comparator<RunCursor> order = (a, b) -> SeriesOrder.compare(index, a.ordinal(), b.ordinal());
    PriorityQueue<RunCursor> queue = new PriorityQueue<>(inputs.size(), order);
    for (SegmentHandle input : inputs) {
      long visibleFrom = state.deletedBefore(metricId, input.tombstoneSeq());
      input
          .metric(metricId)
          .map(MetricEntry::chunks)
          .ifPresent(
              chunks -> {
                RunCursor cursor =
                    new RunCursor(store, input.meta().id(), new ArrayList<>(chunks), visibleFrom);
                if (cursor.next()) {
                  queue.add(cursor);
                }
              });
    }
    return queue;
  }

  /** Gathers every run of the series, from all inputs, in order of time. */
  private void takeSeries(int ordinal, PriorityQueue<RunCursor> queue) {
    points = 0;
    while (!queue.isEmpty() && queue.peek().ordinal() == ordinal) {
      RunCursor cursor = queue.poll();
      append(cursor);
      if (cursor.next()) {
        queue.add(cursor);
      }
    }
    sorter.sort(times, values, 0, points);
  }

  private void append(RunCursor cursor) {
    int from = cursor.from();
    int count = cursor.to() - from;
    if (points + count > times.length) {
      int capacity = Math.max(points + count, times.length * 2);
      times = Arrays.copyOf(times, capacity);
      values = Arrays.copyOf(values, capacity);
    }
    System.arraycopy(cursor.times(), from, times, points, count);
    System.arraycopy(cursor.values(), from, values, points, count);
    points += count;
  }
}
