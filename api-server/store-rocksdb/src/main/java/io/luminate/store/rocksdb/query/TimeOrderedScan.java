// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.model.TimeRange;
import io.luminate.store.rocksdb.query.ScanItem.ChunkItem;
import io.luminate.store.rocksdb.query.ScanItem.PageItem;
import io.luminate.store.rocksdb.segment.SegmentId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Hands every series' points to sinks in order of time, day by day, whatever segments and heads
 * they lie in.
 *
 * <p>Clients mostly write each series in order, so the segments of a day, taken by their earliest
 * point, mostly continue each other: their runs are handed over as stored. Where one does not (late
 * points), the scan starts again and sorts that day instead.
 */
final class TimeOrderedScan<S extends SeriesSink> {
  /** Each costs at most a pass; after so many, every day is sorted. */
  private static final int RESTARTS_MAX = 2;

  private final Execution query;
  private final SeriesGroups groups;
  private final SeriesGroups numbered;
  private final SortedMap<Integer, List<ScanItem>> days;
  private final Set<Integer> unorderedDays;
  private final ScanMeter meter;
  private final List<S> sinks;

  private TimeOrderedScan(
      Execution query,
      SeriesGroups groups,
      SortedMap<Integer, List<ScanItem>> days,
      Set<Integer> unorderedDays,
      ScanMeter meter,
      List<S> sinks) {
    this.query = query;
    this.groups = groups;
    this.numbered = groups.numbered();
    this.days = days;
    this.unorderedDays = unorderedDays;
    this.meter = meter;
    this.sinks = sinks;
  }

  /** One sink per thread. */
  static <S extends SeriesSink> List<S> run(
      Execution query, SeriesGroups groups, TimeRange range, ScanMeter meter, Supplier<S> newSink) {
    SortedMap<Integer, List<ScanItem>> days = ScanPlan.byDay(query.snapshot(), range, groups);
    Set<Integer> unorderedDays = new HashSet<>();
    while (true) {
      List<S> sinks = Stream.generate(newSink).limit(query.pool().threads()).toList();
      ScanMeter attempt = meter.again();
      if (new TimeOrderedScan<>(query, groups, days, unorderedDays, attempt, sinks).run()) {
        meter.accept(attempt);
        return sinks;
      }
      if (unorderedDays.size() > RESTARTS_MAX) {
        unorderedDays.addAll(days.keySet());
      }
    }
  }

  /** Whether it succeeded; if not, one more day is known not to be in order. */
  private boolean run() {
    int sources = days.keySet().stream().mapToInt(day -> sources(day).size()).sum();
    int series = sources > 1 ? groups.numbers() : 0;
    query.memory().reserve(series * LastPoints.SERIES_BYTES);
    try {
      LastPoints lastPoints = new LastPoints(series);
      return days.keySet().stream().allMatch(day -> run(day, lastPoints));
    } finally {
      query.memory().release(series * LastPoints.SERIES_BYTES);
    }
  }

  private boolean run(int day, LastPoints lastPoints) {
    long dayStartMillis = day * ScanPlan.DAY_MILLIS;
    for (List<ScanItem> source : sources(day)) {
      boolean stored = !unorderedDays.contains(day) && source.getFirst() instanceof ChunkItem;
      boolean inOrder =
          stored
              ? new OrderedRuns<>(query, groups, numbered, lastPoints, sinks).scan(source, meter)
              : new SortedPoints<>(query, groups, numbered, lastPoints, dayStartMillis, sinks)
                  .scan(source, meter);
      if (!inOrder) {
        if (!unorderedDays.add(day)) {
          throw new IllegalStateException("day " + day + " is out of order after sorting");
        }
        return false;
      }
    }
    return true;
  }

  /** What to go through one after the other: the day's segments by age, then its heads. */
  private List<List<ScanItem>> sources(int day) {
    List<ScanItem> items = days.getOrDefault(day, List.of());
    if (unorderedDays.contains(day)) {
      return List.of(items);
    }
    Map<SegmentId, List<ScanItem>> segments =
        items.stream()
            .filter(ChunkItem.class::isInstance)
            .collect(
                Collectors.groupingBy(
                    item -> ((ChunkItem) item).segment(), LinkedHashMap::new, Collectors.toList()));
    List<List<ScanItem>> sources = new ArrayList<>(segments.values());
    sources.sort(Comparator.comparingLong(TimeOrderedScan::earliestMillis));
    List<ScanItem> heads = items.stream().filter(PageItem.class::isInstance).toList();
    if (!heads.isEmpty()) {
      sources.add(heads);
    }
    return sources;
  }

  private static long earliestMillis(List<ScanItem> chunks) {
    return chunks.stream()
        .mapToLong(item -> ((ChunkItem) item).chunk().minTimestampMillis())
        .min()
        .orElseThrow();
  }
}
