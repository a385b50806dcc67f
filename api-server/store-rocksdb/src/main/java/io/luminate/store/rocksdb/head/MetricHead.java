// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.head;

import io.luminate.store.rocksdb.index.Handles;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * The unsealed points of one metric and day in order of arrival. One writer; readers take the
 * points that were there when they asked. Pages grow from a few points, because most metrics of
 * most tenants have few.
 */
public final class MetricHead {
  private static final int FIRST_PAGE_POINTS = 4;
  private static final int GROWTH = 8;
  private static final int PAGE_POINTS_MAX = 8_192;

  /** {@code int} ordinal, {@code long} timestamp, {@code double} value. */
  static final int POINT_BYTES = 20;

  /** Three arrays, their page, list entries: what a nearly empty head costs. */
  static final int HEAD_BYTES = 256;

  private final int metricId;
  private volatile List<Page> pages = List.of();
  private volatile long points;
  private volatile long minMillis = Long.MAX_VALUE;
  private volatile long maxMillis = Long.MIN_VALUE;

  MetricHead(int metricId) {
    this.metricId = metricId;
  }

  private static final class Page {
    final int[] ordinals;
    final long[] timestampsMillis;
    final double[] values;
    final OrdinalFilter filter;
    volatile int size;

    Page(int capacity) {
      ordinals = new int[capacity];
      timestampsMillis = new long[capacity];
      values = new double[capacity];
      filter = new OrdinalFilter(ordinals, capacity);
    }

    PointPage snapshot() {
      int now = size;
      OrdinalFilter known = now == ordinals.length ? filter : OrdinalFilter.UNKNOWN;
      return new PointPage(now, ordinals, timestampsMillis, values, known);
    }
  }

  public int metricId() {
    return metricId;
  }

  public long points() {
    return points;
  }

  public long minMillis() {
    return minMillis;
  }

  public long maxMillis() {
    return maxMillis;
  }

  /**
   * Takes points {@code [from, to)} of a batch, all of this metric and day.
   *
   * @return bytes of memory it took
   */
  long add(long[] handles, long[] timestampsMillis, double[] values, int from, int to) {
    long bytes = 0;
    int next = from;
    while (next < to) {
      Page page = pages.isEmpty() ? null : pages.getLast();
      if (page == null || page.size == page.ordinals.length) {
        page = addPage();
        bytes += (long) page.ordinals.length * POINT_BYTES;
      }
      int count = Math.min(to - next, page.ordinals.length - page.size);
      copy(handles, timestampsMillis, values, next, count, page);
      next += count;
    }
    points = points + to - from;
    return bytes;
  }

  private void copy(long[] handles, long[] times, double[] values, int from, int count, Page page) {
    int size = page.size;
    long min = minMillis;
    long max = maxMillis;
    for (int i = 0; i < count; i++) {
      page.ordinals[size + i] = Handles.ordinal(handles[from + i]);
      min = Math.min(min, times[from + i]);
      max = Math.max(max, times[from + i]);
    }
    System.arraycopy(times, from, page.timestampsMillis, size, count);
    System.arraycopy(values, from, page.values, size, count);
    minMillis = min;
    maxMillis = max;
    page.size = size + count;
  }

  private Page addPage() {
    List<Page> now = pages;
    int last = now.isEmpty() ? FIRST_PAGE_POINTS / GROWTH : now.getLast().ordinals.length;
    int capacity = Math.clamp((long) last * GROWTH, FIRST_PAGE_POINTS, PAGE_POINTS_MAX);
    Page page = new Page(capacity);
    List<Page> more = new ArrayList<>(now.size() + 1);
    more.addAll(now);
    more.add(page);
    pages = more;
    return page;
  }

  /** What is there now; later points do not show. */
  public List<PointPage> snapshot() {
    List<PointPage> copy = new ArrayList<>();
    for (Page page : pages) {
      copy.add(page.snapshot());
    }
    return copy;
  }

  /** Removes the series' points before the instant by keeping the others in new pages. */
  void deleteBefore(long beforeMillis, IntPredicate series) {
    if (minMillis >= beforeMillis) {
      return;
    }
    MetricHead kept = new MetricHead(metricId);
    for (Page page : pages) {
      for (int i = 0; i < page.size; i++) {
        if (page.timestampsMillis[i] >= beforeMillis || !series.test(page.ordinals[i])) {
          long[] handle = {page.ordinals[i]};
          long[] time = {page.timestampsMillis[i]};
          double[] value = {page.values[i]};
          kept.add(handle, time, value, 0, 1);
        }
      }
    }
    points = kept.points;
    minMillis = kept.minMillis;
    maxMillis = kept.maxMillis;
    pages = kept.pages;
  }
}
