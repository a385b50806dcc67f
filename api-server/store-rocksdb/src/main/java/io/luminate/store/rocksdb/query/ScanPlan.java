// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.model.TimeRange;
import io.luminate.store.rocksdb.head.PointPage;
import io.luminate.store.rocksdb.query.ScanItem.ChunkItem;
import io.luminate.store.rocksdb.query.ScanItem.PageItem;
import io.luminate.store.rocksdb.segment.ChunkRef;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which chunks and pages a query has to look at, by UTC day. */
final class ScanPlan {
  static final long DAY_MILLIS = 86_400_000L;

  /** Every instant: discovery is clipped by the parts alone. */
  static final TimeRange ALWAYS = new TimeRange(Long.MIN_VALUE, Long.MAX_VALUE);

  /** Keeps an item of a head near the cost of one of a chunk. */
  private static final int PAGE_ITEM_POINTS = 65_536;

  private final TimeRange range;
  private final SeriesGroups groups;
  private final SortedMap<Integer, List<ScanItem>> byDay = new TreeMap<>();

  private ScanPlan(TimeRange range, SeriesGroups groups) {
    this.range = range;
    this.groups = groups;
  }

  static SortedMap<Integer, List<ScanItem>> byDay(
      MetricSnapshot snapshot, TimeRange range, SeriesGroups groups) {
    ScanPlan plan = new ScanPlan(range, groups);
    snapshot.segments().forEach(plan::addSegment);
    snapshot.heads().forEach(plan::addHead);
    return plan.byDay;
  }

  static List<ScanItem> flat(MetricSnapshot snapshot, TimeRange range, SeriesGroups groups) {
    List<ScanItem> all = new ArrayList<>();
    byDay(snapshot, range, groups).values().forEach(all::addAll);
    return all;
  }

  private void addSegment(SegmentPart part) {
    long from = Math.max(range.startMillis(), part.visibleFromMillis());
    for (ChunkRef chunk : part.entry().chunks()) {
      if (chunk.overlaps(from, range.endMillis()) && groups.mayHold(chunk)) {
        add(
            part.segment().partitionDay(),
            new ChunkItem(
                part.segment(),
                chunk,
                from,
                range.endMillis(),
                part.cuts().above(Math.max(from, chunk.minTimestampMillis()))));
      }
    }
  }

  private void addHead(HeadPart part) {
    long dayStart = part.partitionDay() * DAY_MILLIS;
    long from = Math.max(range.startMillis(), part.visibleFromMillis());
    if (dayStart > range.endMillis() || dayStart + DAY_MILLIS - 1 < from || groups.isEmpty()) {
      return;
    }
    for (PointPage page : part.pages()) {
      for (int first = 0; first < page.size() && groups.mayHold(page); first += PAGE_ITEM_POINTS) {
        int end = Math.min(page.size(), first + PAGE_ITEM_POINTS);
        add(
            part.partitionDay(),
            new PageItem(page, first, end, from, range.endMillis(), part.cuts()));
      }
    }
  }

  private void add(int day, ScanItem item) {
    byDay.computeIfAbsent(day, d -> new ArrayList<>()).add(item);
  }
}
