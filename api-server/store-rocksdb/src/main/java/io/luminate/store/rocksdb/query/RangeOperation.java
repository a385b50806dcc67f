// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.model.Dimensions;
import io.luminate.model.MetricPoint;
import io.luminate.model.SeriesHash;
import io.luminate.model.TimeRange;
import io.luminate.store.PageTexts;
import io.luminate.store.RangeCursor;
import io.luminate.store.RangeQuery;
import io.luminate.store.RangeResult;
import io.luminate.store.ScanStats;
import io.luminate.store.rocksdb.index.SeriesIndex;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Raw points, page by page. Every worker keeps the first {@code limit + 1} points it meets after
 * the cursor; points equal to the cursor's are only counted. Later days are read only while there
 * are too few.
 */
final class RangeOperation {
  private static final int LIMIT_MAX = Integer.MAX_VALUE - 16;

  private final Execution query;
  private final RangeQuery request;
  private final SeriesIndex index;
  private final int limit;
  private final ScanMeter meter;
  private final List<Page> pages = new ArrayList<>();
  private final Map<Integer, Dimensions> known = new HashMap<>();
  private final PageTexts texts = new PageTexts();

  private RangeOperation(Execution query, RangeQuery request) {
    this.query = query;
    this.request = request;
    this.index = query.snapshot().index();
    this.limit = Math.min(request.limit(), LIMIT_MAX);
    this.meter = ScanMeter.of(query);
  }

  static RangeResult run(Execution query, RangeQuery request) {
    return new RangeOperation(query, request).run();
  }

  private RangeResult run() {
    long from =
        request
            .after()
            .map(c -> Math.max(c.timestampMillis(), request.range().startMillis()))
            .orElse(request.range().startMillis());
    if (from <= request.range().endMillis()) {
      scan(new TimeRange(from, request.range().endMillis()));
    }
    return result();
  }

  private void scan(TimeRange range) {
    SeriesGroups series = Selection.of(query, request.filters(), List.of()).series();
    for (List<ScanItem> day : ScanPlan.byDay(query.snapshot(), range, series).values()) {
      pages.addAll(query.scan(series, day, meter, this::newPage));
      if (pages.stream().mapToLong(p -> p.heap.size()).sum() + repeatsLeft() > limit) {
        return;
      }
    }
  }

  private Page newPage() {
    return new Page(index, new PointHeap(index, query.memory(), limit + 1), request.after());
  }

  /** Points equal to the cursor's that no page returned yet. */
  private long repeatsLeft() {
    long repeats = pages.stream().mapToLong(p -> p.repeats).sum();
    return Math.max(0, repeats - request.after().map(RangeCursor::repeats).orElse(0));
  }

  /** What one worker found. */
  private static final class Page implements RunSink {
    private final SeriesIndex index;
    private final PointHeap heap;
    private final Optional<RangeCursor> after;
    private long repeats;
    private int repeated = -1;

    Page(SeriesIndex index, PointHeap heap, Optional<RangeCursor> after) {
      this.index = index;
      this.heap = heap;
      this.after = after;
    }

    @Override
    public boolean needsTimes() {
      return true;
    }

    @Override
    public boolean needsValues() {
      return true;
    }

    @Override
    public void run(int group, int ordinal, long[] times, double[] values, int from, int to) {
      for (int i = from; i < to && times[i] <= heap.lastMillis(); i++) {
        int order = after.isEmpty() ? 1 : compareToCursor(ordinal, times[i], values[i]);
        if (order > 0) {
          heap.add(times[i], ordinal, values[i]);
        } else if (order == 0) {
          repeats++;
          repeated = ordinal;
        }
      }
    }

    private int compareToCursor(int ordinal, long millis, double value) {
      RangeCursor cursor = after.orElseThrow();
      if (millis != cursor.timestampMillis()) {
        return Long.compare(millis, cursor.timestampMillis());
      }
      int byHash =
          new SeriesHash(index.hashHigh(ordinal), index.hashLow(ordinal))
              .compareTo(cursor.series());
      return byHash != 0 ? byHash : Double.compare(value, cursor.value());
    }
  }

  private RangeResult result() {
    PointHeap found = new PointHeap(index, query.memory(), limit + 1);
    for (Page page : pages) {
      for (int i = 0; i < page.heap.size(); i++) {
        found.add(page.heap.millis[i], page.heap.ordinals[i], page.heap.values[i]);
      }
    }
    List<MetricPoint> points = new ArrayList<>();
    int repeats = (int) Math.min(limit + 1L, repeatsLeft());
    request.after().ifPresent(cursor -> repeat(cursor, repeats, points));
    boolean all = addWhatFits(found, points);
    if (all && points.size() <= limit) {
      return new RangeResult(points, Optional.empty(), stats(points));
    }
    List<MetricPoint> page = points.subList(0, Math.min(limit, points.size()));
    return new RangeResult(page, Optional.of(cursorAfter(page)), stats(page));
  }

  /** Up to one more than the limit; whether no dimensions were too long for the page. */
  private boolean addWhatFits(PointHeap found, List<MetricPoint> points) {
    int[] order =
        IntStream.range(0, found.size())
            .boxed()
            .sorted(found::compare)
            .mapToInt(Integer::intValue)
            .limit(limit + 1L - points.size())
            .toArray();
    for (int i : order) {
      Optional<Dimensions> dimensions = dimensions(found.ordinals[i]);
      if (dimensions.isEmpty()) {
        return false;
      }
      points.add(new MetricPoint(found.millis[i], found.values[i], dimensions.get()));
    }
    return true;
  }

  /** Those of a series, if they fit on the page. */
  private Optional<Dimensions> dimensions(int ordinal) {
    Optional<Dimensions> dimensions =
        Optional.ofNullable(known.get(ordinal))
            .or(() -> Optional.of(index.dimensions(ordinal)).filter(texts::take));
    dimensions.ifPresent(d -> known.putIfAbsent(ordinal, d));
    return dimensions;
  }

  private ScanStats stats(List<MetricPoint> points) {
    long series = points.stream().map(MetricPoint::dimensions).distinct().count();
    return meter.stats(series, points.size());
  }

  private void repeat(RangeCursor cursor, int repeats, List<MetricPoint> points) {
    int ordinal = pages.stream().mapToInt(p -> p.repeated).max().orElse(-1);
    for (int i = 0; i < repeats; i++) {
      Dimensions dimensions = dimensions(ordinal).orElseThrow();
      points.add(new MetricPoint(cursor.timestampMillis(), cursor.value(), dimensions));
    }
  }

  private RangeCursor cursorAfter(List<MetricPoint> page) {
    MetricPoint last = page.getLast();
    int repeats = 0;
    for (int i = page.size() - 1; i >= 0 && same(page.get(i), last); i--) {
      repeats++;
    }
    SeriesHash hash = last.dimensions().hash();
    RangeCursor cursor = new RangeCursor(last.timestampMillis(), hash, last.value(), repeats);
    int before = request.after().filter(a -> same(a, cursor)).map(RangeCursor::repeats).orElse(0);
    return new RangeCursor(last.timestampMillis(), hash, last.value(), before + repeats);
  }

  private static boolean same(MetricPoint a, MetricPoint b) {
    return a.timestampMillis() == b.timestampMillis()
        && Double.compare(a.value(), b.value()) == 0
        && a.dimensions().equals(b.dimensions());
  }

  private static boolean same(RangeCursor a, RangeCursor b) {
    return a.timestampMillis() == b.timestampMillis()
        && Double.compare(a.value(), b.value()) == 0
        && a.series().equals(b.series());
  }
}
