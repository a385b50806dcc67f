// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.rocksdb.index.MetricIndex;
import io.luminate.store.rocksdb.query.Cuts;
import io.luminate.store.rocksdb.segment.ChunkRef;
import io.luminate.store.rocksdb.segment.ChunkStore;
import io.luminate.store.rocksdb.segment.MetricEntry;
import io.luminate.store.rocksdb.segment.SegmentWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeSet;

/**
 * Merges segments of one partition into one: metric by metric, series by series, in the order that
 * all of them share. Deleted points are left behind. Memory is one decoded chunk per input and one
 * chunk's points, however many a series has.
 */
final class SegmentMerger {
  /** Some ten milliseconds of merging. */
  private static final long PAUSE_POINTS = 65_536;

  /** Points of a series that are held at once. */
  private static final int POINTS_MAX = SegmentWriter.CHUNK_POINTS_MAX;

  private final ChunkStore store;
  private final SeriesRegistry registry;
  private final EngineState state;
  private final Runnable pause;
  private final RunSorter sorter = new RunSorter();

  /** Where the series in hand is found. */
  private final List<RunCursor> sources = new ArrayList<>();

  private long[] times = new long[1_024];
  private double[] values = new double[1_024];
  private int points;
  private long written;
  private long nextPause = PAUSE_POINTS;

  /**
   * @param pause called now and then: what must not wait for a long merge
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
    out.begin(metricId);
    while (!queue.isEmpty()) {
      int ordinal = queue.peek().ordinal();
      long before = written;
      mergeSeries(ordinal, index.clusterHash(ordinal), queue, out);
      if (written > before) {
        counters.add(ordinal, written - before);
      }
    }
    out.endMetric(counters.result());
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
      List<ChunkRef> chunks = visibleChunks(input, metricId, visibleFrom);
      Cuts cuts =
          Cuts.of(
              state.tombstones().cuts(metricId, input.tombstoneSeq(), visibleFrom), index.view());
      RunCursor cursor = new RunCursor(store, input.meta().id(), chunks, visibleFrom, cuts);
      if (cursor.next()) {
        queue.add(cursor);
      }
    }
    return queue;
  }

  private static List<ChunkRef> visibleChunks(SegmentHandle input, int metricId, long fromMillis) {
    return input.metric(metricId).map(MetricEntry::chunks).orElse(List.of()).stream()
        .filter(chunk -> chunk.maxTimestampMillis() >= fromMillis)
        .toList();
  }

  private void mergeSeries(
      int ordinal, long clusterHash, PriorityQueue<RunCursor> queue, SegmentWriter out) {
    long all = 0;
    boolean whole = true;
    while (!queue.isEmpty() && queue.peek().ordinal() == ordinal) {
      RunCursor source = queue.poll();
      sources.add(source);
      all += source.left();
      whole = whole && !source.mayGoOn();
    }
    if (!whole || all > POINTS_MAX) {
      mergeLong(ordinal, clusterHash, queue, out);
    } else if (all > 0) {
      mergeShort(ordinal, clusterHash, out);
    }
    for (RunCursor source : sources) {
      if (source.next()) {
        queue.add(source);
      }
    }
    sources.clear();
  }

  /** All runs side by side: nearly every series is so short. */
  private void mergeShort(int ordinal, long clusterHash, SegmentWriter out) {
    if (sources.size() == 1) {
      RunCursor only = sources.getFirst();
      write(ordinal, clusterHash, only.times(), only.values(), only.position(), only.end(), out);
      return;
    }
    for (RunCursor source : sources) {
      take(source, source.end());
    }
    sorter.sort(times, values, 0, points);
    writeTaken(ordinal, clusterHash, out);
  }

  /** Each source in its turn, as far as it is not behind another. */
  private void mergeLong(
      int ordinal, long clusterHash, PriorityQueue<RunCursor> queue, SegmentWriter out) {
    sources.removeIf(source -> source.left() == 0 && leaves(source, ordinal, queue));
    while (!sources.isEmpty()) {
      RunCursor first = bringEarliestTo(0);
      int end = sources.size() > 1 ? first.endOfTurn(bringEarliestTo(1)) : first.end();
      take(first, Math.min(end, first.position() + POINTS_MAX - points));
      if (points == POINTS_MAX) {
        writeTaken(ordinal, clusterHash, out);
      }
      if (first.left() == 0 && leaves(first, ordinal, queue)) {
        sources.removeFirst();
      }
    }
    writeTaken(ordinal, clusterHash, out);
  }

  /** Of the sources from this place on; returns it. */
  private RunCursor bringEarliestTo(int place) {
    for (int i = place + 1; i < sources.size(); i++) {
      if (sources.get(place).isAfter(sources.get(i))) {
        Collections.swap(sources, place, i);
      }
    }
    return sources.get(place);
  }

  /** Moves on to more points of the series; true if there are none. */
  private static boolean leaves(RunCursor source, int ordinal, PriorityQueue<RunCursor> queue) {
    while (source.next()) {
      if (source.ordinal() != ordinal) {
        queue.add(source);
        return true;
      }
      if (source.left() > 0) {
        return false;
      }
    }
    return true;
  }

  private void take(RunCursor source, int end) {
    int from = source.position();
    int count = end - from;
    if (points + count > times.length) {
      int capacity = Math.min(POINTS_MAX, Math.max(points + count, times.length * 2));
      times = Arrays.copyOf(times, capacity);
      values = Arrays.copyOf(values, capacity);
    }
    System.arraycopy(source.times(), from, times, points, count);
    System.arraycopy(source.values(), from, values, points, count);
    points += count;
    source.takeTo(end);
  }

  private void writeTaken(int ordinal, long clusterHash, SegmentWriter out) {
    if (points > 0) {
      write(ordinal, clusterHash, times, values, 0, points, out);
      points = 0;
    }
  }

  private void write(
      int ordinal,
      long clusterHash,
      long[] millis,
      double[] pointValues,
      int from,
      int to,
      SegmentWriter out) {
    out.run(ordinal, clusterHash, millis, pointValues, from, to);
    written += to - from;
    pauseIfDue();
  }
}
