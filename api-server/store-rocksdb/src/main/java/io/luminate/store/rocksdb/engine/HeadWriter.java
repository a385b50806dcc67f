// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.rocksdb.head.Head;
import io.luminate.store.rocksdb.head.MetricHead;
import io.luminate.store.rocksdb.head.PointPage;
import io.luminate.store.rocksdb.index.MetricIndex;
import io.luminate.store.rocksdb.segment.SegmentWriter;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Writes a cut head in segment order: counting sort by series, series in {@link SeriesOrder}, each
 * run by time. Arrays are reused from metric to metric.
 */
final class HeadWriter {
  private final SeriesRegistry registry;
  private final RunSorter runSorter = new RunSorter();
  private int[] next = new int[0];
  private long[] times = new long[0];
  private double[] values = new double[0];

  HeadWriter(SeriesRegistry registry) {
    this.registry = registry;
  }

  void write(Head head, SegmentWriter out) {
    head.metrics().stream()
        .filter(m -> m.points() > 0)
        .sorted(Comparator.comparingInt(MetricHead::metricId))
        .forEach(metric -> writeMetric(metric, out));
  }

  private void writeMetric(MetricHead metric, SegmentWriter out) {
    List<PointPage> pages = metric.snapshot();
    MetricIndex index =
        registry
            .byId(metric.metricId())
            .orElseThrow(() -> new IllegalStateException("no metric " + metric.metricId()));
    int[] ordinals = countPerSeries(pages, index.seriesCount());
    SeriesOrder.sort(index, ordinals, ordinals.length);
    scatter(pages, ordinals);
    out.begin(metric.metricId());
    ValueCounters counters = new ValueCounters(index);
    int from = 0;
    for (int ordinal : ordinals) {
      int to = next[ordinal];
      runSorter.sort(times, values, from, to);
      out.run(ordinal, index.clusterHash(ordinal), times, values, from, to);
      counters.add(ordinal, to - from);
      from = to;
    }
    out.endMetric(counters.result());
  }

  /** Leaves the number of points of each series in {@link #next}; returns those that have any. */
  private int[] countPerSeries(List<PointPage> pages, int seriesCount) {
    if (next.length < seriesCount) {
      next = new int[seriesCount];
    } else {
      Arrays.fill(next, 0, seriesCount, 0);
    }
    int found = 0;
    for (PointPage page : pages) {
      for (int i = 0; i < page.size(); i++) {
        found += next[page.ordinals()[i]]++ == 0 ? 1 : 0;
      }
    }
    int[] ordinals = new int[found];
    int at = 0;
    for (int ordinal = 0; at < found; ordinal++) {
      if (next[ordinal] > 0) {
        ordinals[at++] = ordinal;
      }
    }
    return ordinals;
  }

  /** Turns counts into places, fills them; afterwards {@link #next} holds each run's end. */
  private void scatter(List<PointPage> pages, int[] ordinals) {
    int total = 0;
    for (int ordinal : ordinals) {
      int count = next[ordinal];
      next[ordinal] = total;
      total += count;
    }
    if (times.length < total) {
      times = new long[total];
      values = new double[total];
    }
    for (PointPage page : pages) {
      for (int i = 0; i < page.size(); i++) {
        int place = next[page.ordinals()[i]]++;
        times[place] = page.timestampsMillis()[i];
        values[place] = page.values()[i];
      }
    }
  }
}
