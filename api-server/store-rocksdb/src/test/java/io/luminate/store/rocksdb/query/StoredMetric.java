// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.model.Dimensions;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.TenantId;
import io.luminate.store.DeleteRequest;
import io.luminate.store.PointBatch;
import io.luminate.store.WriteRequest;
import io.luminate.store.reference.ReferenceStore;
import io.luminate.store.rocksdb.head.PointPage;
import io.luminate.store.rocksdb.segment.ChunkStore;
import io.luminate.store.rocksdb.segment.DimensionCounts;
import io.luminate.store.rocksdb.segment.ForgetfulStorage;
import io.luminate.store.rocksdb.segment.SegmentId;
import io.luminate.store.rocksdb.segment.SegmentReader;
import io.luminate.store.rocksdb.segment.SegmentWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One metric in heads and real segments, and the same points in the reference store. */
final class StoredMetric {
  static final TenantId TENANT = TenantId.DEFAULT;
  static final String NAME = "m";
  static final long DAY_MILLIS = 86_400_000L;
  static final long FIRST_MILLIS = 20_000 * DAY_MILLIS;

  private static final int METRIC_ID = 7;
  private static final int PAGE_POINTS = 500;

  record Point(int ordinal, long millis, double value) {
    int day() {
      return (int) (millis / DAY_MILLIS);
    }
  }

  final ListedSeries index;
  final int seriesCount;
  final ReferenceStore reference;
  final ChunkStore chunks = new ForgetfulStorage().chunks();
  private final List<Dimensions> series;
  private final List<SegmentId> segments = new ArrayList<>();
  private final List<Point> head = new ArrayList<>();
  private long visibleFromMillis = Long.MIN_VALUE;

  StoredMetric(List<Dimensions> series) {
    this.series = series;
    this.index = new ListedSeries(series);
    this.seriesCount = series.size();
    Instant now = Instant.ofEpochMilli(FIRST_MILLIS + 10 * DAY_MILLIS);
    this.reference = new ReferenceStore(() -> now, RetentionPolicies.keepFor(Duration.ofDays(100)));
  }

  void addToHead(List<Point> points) {
    head.addAll(points);
    refer(points);
  }

  /** One segment for each day. */
  void addSegments(List<Point> points, boolean withCounters) {
    points.stream()
        .collect(Collectors.groupingBy(Point::day))
        .forEach((day, inDay) -> addSegment(day, inDay, withCounters));
    refer(points);
  }

  private void addSegment(int day, List<Point> points, boolean withCounters) {
    SegmentId id = new SegmentId(day, segments.size());
    Map<Integer, List<Point>> runs = new TreeMap<>(index.segmentOrder());
    points.stream()
        .sorted(Comparator.comparingLong(Point::millis).thenComparingDouble(Point::value))
        .forEach(p -> runs.computeIfAbsent(p.ordinal(), o -> new ArrayList<>()).add(p));
    try (SegmentWriter writer = new SegmentWriter(chunks.create(id))) {
      writer.begin(METRIC_ID);
      runs.forEach(
          (ordinal, run) ->
              writer.run(
                  ordinal,
                  index.clusterHash(ordinal),
                  run.stream().mapToLong(Point::millis).toArray(),
                  run.stream().mapToDouble(Point::value).toArray(),
                  0,
                  run.size()));
      writer.endMetric(withCounters ? counters(points) : List.of());
      writer.finish();
    }
    segments.add(id);
  }

  private List<DimensionCounts> counters(List<Point> points) {
    List<DimensionCounts> counters = new ArrayList<>();
    for (int keyNo = 0; keyNo < index.keys().size(); keyNo++) {
      int[] codes = index.codes(keyNo);
      TreeMap<Integer, Long> counts = new TreeMap<>();
      points.forEach(p -> counts.merge(codes[p.ordinal()], 1L, Long::sum));
      counters.add(
          new DimensionCounts(
              keyNo,
              counts.keySet().stream().mapToInt(Integer::intValue).toArray(),
              counts.values().stream().mapToLong(Long::longValue).toArray()));
    }
    return counters;
  }

  private void refer(List<Point> points) {
    PointBatch batch = new PointBatch(TENANT, points.size());
    for (Point point : points) {
      batch.add(
          reference.seriesHandle(TENANT, NAME, series.get(point.ordinal())),
          point.millis(),
          point.value());
    }
    reference.write(WriteRequest.unkeyed(batch));
  }

  void hideBefore(long millis) {
    visibleFromMillis = millis;
    reference.deleteBefore(DeleteRequest.of(TENANT, NAME, millis));
  }

  MetricSnapshot snapshot() {
    List<SegmentPart> parts =
        segments.stream()
            .map(
                id -> {
                  SegmentReader reader = new SegmentReader(chunks, id);
                  return new SegmentPart(
                      id,
                      reader,
                      reader.metric(METRIC_ID).orElseThrow(),
                      visibleFromMillis,
                      Cuts.NONE);
                })
            .toList();
    List<HeadPart> heads =
        head.stream().collect(Collectors.groupingBy(Point::day)).entrySet().stream()
            .map(e -> new HeadPart(e.getKey(), pages(e.getValue()), visibleFromMillis, Cuts.NONE))
            .toList();
    return new MetricSnapshot(TenantId.DEFAULT, index, seriesCount, parts, heads);
  }

  /** Arrays longer than what counts, as live heads have them. */
  private static List<PointPage> pages(List<Point> points) {
    List<PointPage> pages = new ArrayList<>();
    for (int from = 0; from < points.size(); from += PAGE_POINTS) {
      int size = Math.min(PAGE_POINTS, points.size() - from);
      PointPage page =
          new PointPage(size, new int[PAGE_POINTS], new long[PAGE_POINTS], new double[PAGE_POINTS]);
      for (int i = 0; i < size; i++) {
        page.ordinals()[i] = points.get(from + i).ordinal();
        page.timestampsMillis()[i] = points.get(from + i).millis();
        page.values()[i] = points.get(from + i).value();
      }
      pages.add(page);
    }
    return pages;
  }
}
