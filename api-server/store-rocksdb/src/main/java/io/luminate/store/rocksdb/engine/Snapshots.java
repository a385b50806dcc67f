// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.model.TimeRange;
import io.luminate.store.rocksdb.head.Head;
import io.luminate.store.rocksdb.head.MetricHead;
import io.luminate.store.rocksdb.head.PartitionKey;
import io.luminate.store.rocksdb.index.IndexView;
import io.luminate.store.rocksdb.index.MetricIndex;
import io.luminate.store.rocksdb.query.Cuts;
import io.luminate.store.rocksdb.query.HeadPart;
import io.luminate.store.rocksdb.query.MetricSnapshot;
import io.luminate.store.rocksdb.query.SegmentPart;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Takes a metric's points of one moment for a query, and keeps their segments until it is done. */
final class Snapshots {
  private final Engine engine;
  private final Upkeep upkeep;

  Snapshots(Engine engine, Upkeep upkeep) {
    this.engine = engine;
    this.upkeep = upkeep;
  }

  /** The snapshot is valid until the lease is closed. */
  final class Lease implements AutoCloseable {
    private final MetricSnapshot snapshot;
    private final Held held;

    private Lease(MetricSnapshot snapshot, Held held) {
      this.snapshot = snapshot;
      this.held = held;
    }

    MetricSnapshot snapshot() {
      return snapshot;
    }

    @Override
    public void close() {
      release(held);
    }
  }

  static TimeRange dayRange(int day) {
    long start = day * PartitionKey.DAY_MILLIS;
    return new TimeRange(start, start + PartitionKey.DAY_MILLIS - 1);
  }

  /** For queries: points older than the retention do not exist, to the millisecond. */
  Lease visible(MetricIndex index, TimeRange range) {
    long cutOff = cutOffMillis(index);
    return take(index, range, cutOff);
  }

  /** For discovery: whole UTC days any part of which is retained. */
  Lease wholeDays(MetricIndex index) {
    long dayStart = dayRange(PartitionKey.dayOf(cutOffMillis(index))).startMillis();
    return take(index, new TimeRange(dayStart, Long.MAX_VALUE), dayStart);
  }

  /** For counting: whatever is not deleted, however old. */
  Lease undeleted(MetricIndex index) {
    return take(index, new TimeRange(Long.MIN_VALUE, Long.MAX_VALUE), Long.MIN_VALUE);
  }

  /** The last UTC day on which the metric has a point; nothing is decoded for it. */
  OptionalInt lastDay(int metricId) {
    TimeRange always = new TimeRange(Long.MIN_VALUE, Long.MAX_VALUE);
    while (true) {
      EngineState state = engine.state().get();
      List<SegmentHandle> pinned = new ArrayList<>();
      try {
        if (pinAll(state, always, pinned)) {
          return lastDay(metricId, state);
        }
      } finally {
        pinned.forEach(upkeep::release);
      }
    }
  }

  private static OptionalInt lastDay(int metricId, EngineState state) {
    IntStream inSegments =
        state.segments().stream()
            .filter(segment -> hasPoints(metricId, segment, state))
            .mapToInt(segment -> segment.partition().day());
    IntStream inHeads =
        state.heads().stream()
            .filter(head -> hasPoints(metricId, head, state))
            .mapToInt(head -> head.partition().day());
    return IntStream.concat(inSegments, inHeads).max();
  }

  /** A chunk says when its latest point is. */
  private static boolean hasPoints(int metricId, SegmentHandle segment, EngineState state) {
    long from = state.deletedBefore(metricId, segment.tombstoneSeq());
    return segment.metric(metricId).stream()
        .flatMap(entry -> entry.chunks().stream())
        .anyMatch(chunk -> chunk.overlaps(from, Long.MAX_VALUE));
  }

  private static boolean hasPoints(int metricId, Head head, EngineState state) {
    long from = state.deletedBefore(metricId, head.cutSeq());
    return head.metric(metricId).stream()
        .flatMap(metric -> metric.snapshot().stream())
        .anyMatch(page -> page.anyFrom(from));
  }

  private long cutOffMillis(MetricIndex index) {
    return engine.options().clock().millis()
        - engine.retention().of(index.tenant(), index.name()).toMillis();
  }

  private Lease take(MetricIndex index, TimeRange range, long cutOff) {
    return lease(hold(index, range, cutOff));
  }

  /**
   * What is there at one moment, with its segments pinned, and not read yet: from it a lease is to
   * be made.
   */
  record Held(
      MetricIndex index,
      long cutOffMillis,
      EngineState state,
      List<SegmentHandle> pinned,
      List<HeadPart> heads,
      int entered) {}

  private void release(Held held) {
    held.pinned().forEach(upkeep::release);
    engine.queries().leave(held.entered());
  }

  /** Reads no disk. Points before the instant that queries see. */
  Held visibleBefore(MetricIndex index, long beforeMillis) {
    return hold(index, new TimeRange(Long.MIN_VALUE, beforeMillis), cutOffMillis(index));
  }

  private Held hold(MetricIndex index, TimeRange range, long cutOff) {
    int entered = engine.queries().enter();
    boolean held = false;
    try {
      Held whole = hold(index, range, cutOff, entered);
      held = true;
      return whole;
    } finally {
      if (!held) {
        engine.queries().leave(entered);
      }
    }
  }

  private Held hold(MetricIndex index, TimeRange range, long cutOff, int entered) {
    while (true) {
      EngineState state = engine.state().get();
      List<SegmentHandle> pinned = new ArrayList<>();
      if (pinAll(state, range, pinned)) {
        return held(index, range, cutOff, state, pinned, entered);
      }
      pinned.forEach(upkeep::release);
    }
  }

  private Held held(
      MetricIndex index,
      TimeRange range,
      long cutOff,
      EngineState state,
      List<SegmentHandle> pinned,
      int entered) {
    boolean built = false;
    try {
      List<HeadPart> heads = headParts(index, range, cutOff, state);
      Held held = new Held(index, cutOff, state, pinned, heads, entered);
      built = true;
      return held;
    } finally {
      if (!built) {
        pinned.forEach(upkeep::release);
      }
    }
  }

  private static boolean pinAll(EngineState state, TimeRange range, List<SegmentHandle> pinned) {
    for (SegmentHandle segment : state.segments()) {
      if (range.overlaps(
          segment.meta().minTimestampMillis(), segment.meta().maxTimestampMillis())) {
        if (!segment.pin()) {
          return false;
        }
        pinned.add(segment);
      }
    }
    return true;
  }

  Lease lease(Held held) {
    boolean built = false;
    try {
      // After the heads: a point's series is in the index before the point is in a head.
      IndexView index = held.index().view();
      List<SegmentPart> segments = new ArrayList<>();
      Map<List<Cuts.Cut>, Cuts> resolved = new HashMap<>();
      for (SegmentHandle segment : held.pinned()) {
        segmentPart(held, index, segment, resolved).ifPresent(segments::add);
      }
      MetricSnapshot snapshot =
          new MetricSnapshot(
              held.index().tenant(), index, index.seriesCount(), segments, held.heads());
      Lease lease = new Lease(snapshot, held);
      built = true;
      return lease;
    } finally {
      if (!built) {
        release(held);
      }
    }
  }

  private static Optional<SegmentPart> segmentPart(
      Held held, IndexView index, SegmentHandle segment, Map<List<Cuts.Cut>, Cuts> resolved) {
    int metricId = held.index().metricId();
    long visibleFrom =
        Math.max(held.cutOffMillis(), held.state().deletedBefore(metricId, segment.tombstoneSeq()));
    Cuts cuts =
        resolved.computeIfAbsent(
            held.state().tombstones().cuts(metricId, segment.tombstoneSeq(), visibleFrom),
            deletes -> Cuts.of(deletes, index));
    return segment
        .metric(metricId)
        .map(e -> new SegmentPart(segment.meta().id(), segment.reader(), e, visibleFrom, cuts));
  }

  private static List<HeadPart> headParts(
      MetricIndex index, TimeRange range, long cutOff, EngineState state) {
    List<HeadPart> parts = new ArrayList<>();
    for (Head head : state.heads()) {
      TimeRange day = dayRange(head.partition().day());
      Optional<MetricHead> metric = head.metric(index.metricId());
      if (metric.isPresent() && range.overlaps(day.startMillis(), day.endMillis())) {
        long visibleFrom = Math.max(cutOff, state.deletedBefore(index.metricId(), head.cutSeq()));
        Cuts cuts =
            Cuts.of(
                state.tombstones().cuts(index.metricId(), head.cutSeq(), visibleFrom),
                index.view());
        parts.add(new HeadPart(head.partition().day(), metric.get().snapshot(), visibleFrom, cuts));
      }
    }
    return parts;
  }
}
