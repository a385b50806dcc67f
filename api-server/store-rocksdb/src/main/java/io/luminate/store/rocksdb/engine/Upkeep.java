// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.IdempotencyLedger;
import io.luminate.store.RetentionReport;
import io.luminate.store.rocksdb.head.Head;
import io.luminate.store.rocksdb.head.MetricHead;
import io.luminate.store.rocksdb.head.PartitionKey;
import io.luminate.store.rocksdb.segment.CatalogBatch;
import io.luminate.store.rocksdb.segment.SegmentId;
import io.luminate.store.rocksdb.segment.SegmentMeta;
import io.luminate.store.rocksdb.segment.SegmentWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sealing, merging and dropping. Each step writes new segments first, then changes the catalog in
 * one synced batch, then the state; whatever a crash interrupts is found unlisted at the next start
 * and dropped. One at a time.
 */
final class Upkeep {
  private static final long DELETED_ALREADY = Long.MIN_VALUE;

  private final Engine engine;
  private final HeadWriter headWriter;

  Upkeep(Engine engine) {
    this.engine = engine;
    this.headWriter = new HeadWriter(engine.registry());
  }

  // -- sealing --

  /** Seals everything that is in a head. */
  synchronized void sealAll() {
    List<Integer> days =
        engine.state().get().heads().stream().map(h -> h.partition().day()).distinct().toList();
    days.forEach(this::seal);
  }

  /**
   * Moves the day's points from heads to segments. A day is sealed with all its retention classes
   * at once, so that one seq per day says what replay may skip, whatever class a metric has by
   * then.
   */
  synchronized void seal(int day) {
    AtomicLong cutSeq = new AtomicLong();
    AtomicLong definitions = new AtomicLong();
    engine.atBoundary(
        () -> {
          cutSeq.set(engine.journal().lastSeq());
          definitions.set(engine.settledDefinitions());
          cutDay(day, cutSeq.get());
        });
    List<Head> heads =
        engine.state().get().sealing().stream().filter(h -> h.partition().day() == day).toList();
    List<SegmentHandle> segments = new ArrayList<>();
    heads.forEach(head -> writeSegment(head).ifPresent(segments::add));
    long released = releasable(cutSeq.get(), heads);
    commitSeal(day, cutSeq.get(), definitions.get(), released, segments);
    engine.state().updateAndGet(s -> s.withSealed(heads, segments));
    engine.headRoom().freed();
    engine.journal().releaseThrough(released);
  }

  private void cutDay(int day, long cutSeq) {
    engine.state().get().growing().values().stream()
        .filter(h -> h.partition().day() == day)
        .forEach(h -> h.cut(cutSeq));
    engine.state().updateAndGet(s -> s.withDayCut(day));
  }

  private Optional<SegmentHandle> writeSegment(Head head) {
    if (head.points() == 0) {
      return Optional.empty();
    }
    SegmentId id = engine.newSegment(head.partition().day());
    try (SegmentWriter writer = new SegmentWriter(engine.chunks().create(id))) {
      headWriter.write(head, writer);
      SegmentMeta meta = writer.finish();
      return Optional.of(
          new SegmentHandle(
              meta, head.partition().retentionDays(), head.cutSeq(), engine.chunks()));
    }
  }

  /** The journal is needed from the oldest frame of a head that stays. */
  private long releasable(long cutSeq, List<Head> sealed) {
    return engine.state().get().heads().stream()
        .filter(h -> !sealed.contains(h))
        .mapToLong(h -> h.firstSeq() - 1)
        .reduce(cutSeq, Math::min);
  }

  private void commitSeal(
      int day, long cutSeq, long definitions, long released, List<SegmentHandle> segments) {
    CatalogBatch batch = new CatalogBatch();
    segments.forEach(s -> list(s, batch));
    batch.put(CatalogKeys.sealed(day), longValue(cutSeq));
    batch.put(CatalogKeys.RELEASED, longValue(released));
    commit(batch, definitions);
  }

  /** Adds what journal files hold besides points, so that they may go, and commits. */
  private void commit(CatalogBatch batch, long definitions) {
    List<IdempotencyLedger.Entry> keys = engine.takeNewKeys();
    SeriesRegistry.Pending pending = engine.registry().collect(batch);
    keys.forEach(k -> batch.put(CatalogKeys.idempotency(k), Frame.encodeKey(k)));
    dropExpiredKeys(batch);
    dropDefinitions(definitions, batch);
    putTombstones(batch);
    batch.put(CatalogKeys.NUMBERS, longValue(engine.nextSegmentNumber()));
    boolean committed = false;
    try {
      engine.catalog().commit(batch);
      committed = true;
    } finally {
      if (committed) {
        engine.registry().confirm(pending);
      } else {
        engine.registry().putBack(pending);
        engine.putBackKeys(keys);
      }
    }
  }

  private void dropExpiredKeys(CatalogBatch batch) {
    long oldest =
        engine.options().clock().millis() - engine.options().idempotencyWindow().toMillis();
    engine
        .catalog()
        .scanPrefix(
            CatalogKeys.IDEMPOTENCY,
            (key, value) -> {
              boolean expired = ByteBuffer.wrap(key, 1, Long.BYTES).getLong() < oldest;
              if (expired) {
                batch.delete(key);
              }
              return expired;
            });
  }

  private void dropDefinitions(long below, CatalogBatch batch) {
    engine
        .catalog()
        .scan(
            CatalogKeys.FRAMES,
            CatalogKeys.frame(below),
            (key, value) -> {
              batch.delete(key);
              return true;
            });
  }

  private void putTombstones(CatalogBatch batch) {
    for (Tombstone tombstone : engine.state().get().tombstones()) {
      byte[] value =
          ByteBuffer.allocate(12)
              .putInt(tombstone.metricId())
              .putLong(tombstone.beforeMillis())
              .array();
      batch.put(CatalogKeys.tombstone(tombstone.seq()), value);
    }
  }

  private static void list(SegmentHandle segment, CatalogBatch batch) {
    batch.put(key(segment), segment.manifestValue());
  }

  private static byte[] key(SegmentHandle segment) {
    SegmentId id = segment.meta().id();
    return CatalogKeys.segment(id.partitionDay(), id.number());
  }

  private static byte[] longValue(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  // -- merging --

  /** Merges once if the plan finds reason to; true if it did. */
  synchronized boolean mergeOnce() {
    EngineState before = engine.state().get();
    Optional<List<SegmentHandle>> inputs = MergePlan.choose(before);
    inputs.ifPresent(chosen -> merge(chosen, before));
    return inputs.isPresent();
  }

  /** Merges all segments of each partition into one. */
  synchronized void mergeAll() {
    for (List<SegmentHandle> partition : MergePlan.partitions(engine.state().get())) {
      if (partition.size() > 1) {
        merge(partition, engine.state().get());
      }
    }
  }

  private void merge(List<SegmentHandle> inputs, EngineState before) {
    PartitionKey partition = inputs.getFirst().partition();
    long tombstoneSeq =
        before.tombstones().stream().mapToLong(Tombstone::seq).max().orElse(Long.MIN_VALUE);
    long carriedOut =
        Math.max(
            tombstoneSeq, inputs.stream().mapToLong(SegmentHandle::tombstoneSeq).min().orElse(0));
    SegmentId id = engine.newSegment(partition.day());
    List<SegmentHandle> merged = new ArrayList<>();
    try (SegmentWriter writer = new SegmentWriter(engine.chunks().create(id))) {
      SegmentMerger merger = new SegmentMerger(engine.chunks(), engine.registry(), before);
      if (merger.merge(inputs, writer) > 0) {
        SegmentMeta meta = writer.finish();
        merged.add(new SegmentHandle(meta, partition.retentionDays(), carriedOut, engine.chunks()));
      }
    }
    replace(inputs, merged);
  }

  private void replace(Collection<SegmentHandle> gone, Collection<SegmentHandle> replacements) {
    CatalogBatch batch = new CatalogBatch();
    replacements.forEach(s -> list(s, batch));
    gone.forEach(s -> batch.delete(key(s)));
    batch.put(CatalogKeys.NUMBERS, longValue(engine.nextSegmentNumber()));
    engine.catalog().commit(batch);
    engine.state().updateAndGet(s -> s.withReplaced(gone, replacements));
    for (SegmentHandle segment : gone) {
      release(segment);
    }
    pruneTombstones();
  }

  /** Unpins; the last one frees the bytes. */
  void release(SegmentHandle segment) {
    if (segment.unpin()) {
      engine.chunks().drop(List.of(segment.meta().id()));
    }
  }

  /** A delete is done when nothing that it touches is left to be clipped. */
  private void pruneTombstones() {
    List<Tombstone> kept = new ArrayList<>();
    CatalogBatch batch = new CatalogBatch();
    EngineState now = engine.state().get();
    for (Tombstone tombstone : now.tombstones()) {
      if (stillNeeded(tombstone, now)) {
        kept.add(tombstone);
      } else {
        batch.delete(CatalogKeys.tombstone(tombstone.seq()));
      }
    }
    if (!batch.isEmpty()) {
      engine.catalog().commit(batch);
      engine.state().updateAndGet(s -> s.withTombstones(keep(s.tombstones(), now, kept)));
    }
  }

  /** Deletes that came while the others were looked at stay. */
  private static List<Tombstone> keep(
      List<Tombstone> current, EngineState looked, List<Tombstone> kept) {
    return current.stream()
        .filter(t -> kept.contains(t) || !looked.tombstones().contains(t))
        .toList();
  }

  private static boolean stillNeeded(Tombstone tombstone, EngineState now) {
    boolean clipsSegment =
        now.segments().stream()
            .anyMatch(
                s ->
                    s.tombstoneSeq() < tombstone.seq()
                        && s.meta().minTimestampMillis() < tombstone.beforeMillis());
    return clipsSegment || now.heads().stream().anyMatch(h -> h.firstSeq() <= tombstone.seq());
  }

  // -- retention --

  /**
   * Frees the days that are past retention: a segment where they are past for every metric is
   * dropped, a metric that shares its segment or head with longer-lived ones is deleted from it.
   * Both are for good, whatever the retention becomes later.
   */
  synchronized RetentionReport enforceRetention() {
    long nowMillis = engine.options().clock().millis();
    EngineState state = engine.state().get();
    Map<Integer, Long> partly = new HashMap<>();
    List<SegmentHandle> dropped = new ArrayList<>();
    for (SegmentHandle segment : state.segments()) {
      Map<Integer, Long> expired = expiredMetrics(segment, nowMillis);
      if (expired.size() == segment.meta().metrics()) {
        dropped.add(segment);
      } else {
        expired.values().removeIf(before -> before == DELETED_ALREADY);
        expired.forEach((metric, before) -> partly.merge(metric, before, Math::max));
      }
    }
    state.heads().forEach(head -> expiredInHead(head, nowMillis, partly));
    if (!dropped.isEmpty()) {
      replace(dropped, List.of());
    }
    partly.forEach(engine::delete);
    return new RetentionReport(
        dropped.stream().mapToLong(s -> s.meta().points()).sum(),
        dropped.stream().mapToLong(s -> s.meta().bytes()).sum());
  }

  /** Metrics of the segment whose retention its whole day is past, with the first day they keep. */
  private Map<Integer, Long> expiredMetrics(SegmentHandle segment, long nowMillis) {
    int day = segment.partition().day();
    long lastMillis = Snapshots.dayRange(day).endMillis();
    Map<Integer, Long> expired = new HashMap<>();
    if (day < PartitionKey.dayOf(nowMillis - engine.retention().shortestMillis())) {
      segment
          .reader()
          .forEachMetric(
              entry -> {
                long kept = firstKeptMillis(entry.metricId(), nowMillis);
                long deleted =
                    engine.state().get().deletedBefore(entry.metricId(), segment.tombstoneSeq());
                if (deleted > lastMillis) {
                  expired.put(entry.metricId(), DELETED_ALREADY);
                } else if (kept > lastMillis) {
                  expired.put(entry.metricId(), kept);
                }
              });
    }
    return expired;
  }

  private void expiredInHead(Head head, long nowMillis, Map<Integer, Long> expired) {
    if (head.partition().day()
        >= PartitionKey.dayOf(nowMillis - engine.retention().shortestMillis())) {
      return;
    }
    for (MetricHead metric : head.metrics()) {
      long kept = firstKeptMillis(metric.metricId(), nowMillis);
      if (metric.points() > 0 && metric.minMillis() < kept) {
        expired.merge(metric.metricId(), kept, Math::max);
      }
    }
  }

  /** Start of the oldest UTC day any part of which the metric keeps. */
  private long firstKeptMillis(int metricId, long nowMillis) {
    long cutOff = nowMillis - retentionMillis(metricId);
    return Snapshots.dayRange(PartitionKey.dayOf(cutOff)).startMillis();
  }

  private long retentionMillis(int metricId) {
    return engine
        .registry()
        .nameOf(metricId)
        .map(n -> engine.retention().of(n.tenant(), n.metric()).toMillis())
        .orElse(0L);
  }
}
