// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.IdempotencyLedger;
import io.luminate.store.RetentionReport;
import io.luminate.store.rocksdb.head.Head;
import io.luminate.store.rocksdb.head.PartitionKey;
import io.luminate.store.rocksdb.index.MetricIndex;
import io.luminate.store.rocksdb.segment.CatalogBatch;
import io.luminate.store.rocksdb.segment.CorruptSegmentException;
import io.luminate.store.rocksdb.segment.SegmentId;
import io.luminate.store.rocksdb.segment.SegmentMeta;
import io.luminate.store.rocksdb.segment.SegmentWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

/**
 * Sealing, merging and dropping. Each step writes new segments first, then changes the catalog in
 * one synced batch, then the state; whatever a crash interrupts is found unlisted at the next start
 * and dropped. One at a time.
 */
final class Upkeep {
  private final Engine engine;
  private final HeadWriter headWriter;

  /**
   * Segments of heads whose commit failed. The commit may have happened all the same, so the next
   * try lists the same segments instead of writing the points a second time.
   */
  private final Map<Head, SegmentHandle> written = new HashMap<>();

  /** Results of merges whose commit failed; the manifest may hold them. */
  private final List<SegmentHandle> abandoned = new ArrayList<>();

  /** Whether a commit failed that changed the manifest, so that it is unknown what that says. */
  private boolean manifestUnsure;

  /** Out of the manifest and out of use; their bytes are to go. */
  private final ConcurrentLinkedQueue<SegmentId> unused = new ConcurrentLinkedQueue<>();

  /** Inputs of a merge that found damage: they stay as they are, for what is readable in them. */
  private final Set<SegmentId> damaged = new HashSet<>();

  private final ClippedSegments clipped;
  private final SealPlan sealPlan;
  private final DeadSeries deadSeries;

  Upkeep(Engine engine) {
    this.engine = engine;
    this.sealPlan = new SealPlan(engine);
    this.clipped = new ClippedSegments(engine.damage());
    this.headWriter = new HeadWriter(engine.registry());
    this.deadSeries = new DeadSeries(engine, this::sealDue);
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
    engine.requireWhole();
    AtomicLong cutSeq = new AtomicLong();
    AtomicLong definitions = new AtomicLong();
    engine.atBoundary(
        () -> {
          cutSeq.set(engine.journal().lastSeq());
          definitions.set(engine.definitions().settledBelow());
          engine.indivisible(() -> cutDay(day, cutSeq.get()));
        });
    List<Head> heads =
        engine.state().get().sealing().stream().filter(h -> h.partition().day() == day).toList();
    List<SegmentHandle> segments = new ArrayList<>();
    heads.forEach(head -> writeSegment(head).ifPresent(segments::add));
    long released = releasable(cutSeq.get(), heads);
    commitSeal(day, cutSeq.get(), definitions.get(), released, segments);
    engine.state().updateAndGet(s -> s.withSealed(heads, segments));
    heads.forEach(written::remove);
    engine.headRoom().freed();
    engine.journal().releaseThrough(released);
    pruneTombstones();
  }

  boolean sealIsDue() {
    return sealPlan.dueDay().isPresent();
  }

  /**
   * Seals a day if one is due; true if it did. A merge calls it too: that may last minutes, and
   * heads fill up in seconds.
   */
  synchronized boolean sealDue() {
    Optional<Integer> day = sealPlan.dueDay();
    day.ifPresent(this::seal);
    return day.isPresent();
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
    SegmentHandle known = written.get(head);
    if (known != null) {
      return Optional.of(known);
    }
    SegmentId id = engine.newSegment(head.partition().day());
    try (SegmentWriter writer = new SegmentWriter(engine.chunks().create(id))) {
      headWriter.write(head, writer);
      SegmentMeta meta = writer.finish();
      SegmentHandle segment =
          new SegmentHandle(meta, head.partition().retentionDays(), head.cutSeq(), engine.chunks());
      written.put(head, segment);
      return Optional.of(segment);
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
    CatalogBatch batch = newManifestBatch();
    segments.forEach(s -> list(s, batch));
    batch.put(CatalogKeys.sealed(day), longValue(cutSeq));
    batch.put(CatalogKeys.RELEASED, longValue(released));
    commit(batch, released, definitions);
    engine.indivisible(deadSeries::released);
  }

  /** Adds what journal files hold besides points, so that they may go, and commits. */
  private void commit(CatalogBatch batch, long released, long definitions) {
    List<IdempotencyLedger.Entry> keys = new ArrayList<>();
    SeriesRegistry.Pending pending = new SeriesRegistry.Pending();
    boolean committed = false;
    try {
      engine.takeNewKeys(keys);
      deadSeries.releasing(released, definitions);
      engine.registry().collect(batch, pending);
      keys.forEach(k -> batch.put(CatalogKeys.idempotency(k), Frame.encodeKey(k)));
      dropExpiredKeys(batch);
      dropDefinitions(definitions, batch);
      putTombstones(batch);
      batch.put(CatalogKeys.NUMBERS, longValue(engine.nextSegmentNumber()));
      commitManifest(batch);
      committed = true;
    } finally {
      if (!committed) {
        engine.indivisible(() -> putBack(pending, keys));
      }
    }
  }

  private void putBack(SeriesRegistry.Pending pending, List<IdempotencyLedger.Entry> keys) {
    engine.registry().putBack(pending);
    engine.putBackKeys(keys);
    deadSeries.failed();
  }

  /** Begins with what makes the manifest certain again after a commit that failed. */
  private CatalogBatch newManifestBatch() {
    CatalogBatch batch = new CatalogBatch();
    if (manifestUnsure) {
      abandoned.forEach(s -> batch.delete(key(s)));
      engine.state().get().segments().forEach(s -> list(s, batch));
    }
    return batch;
  }

  private void commitManifest(CatalogBatch batch) {
    boolean wasUnsure = manifestUnsure;
    manifestUnsure = true;
    engine.catalog().commit(batch);
    manifestUnsure = false;
    if (wasUnsure) {
      abandoned.forEach(s -> unused.add(s.meta().id()));
      abandoned.clear();
    }
  }

  private void dropExpiredKeys(CatalogBatch batch) {
    long oldest =
        engine.options().clock().millis() - engine.options().idempotency().window().toMillis();
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

  /**
   * The catalog gets the deletes that it lacks and loses those that are over. Both at once: one may
   * be over because another covers it.
   */
  private void putTombstones(CatalogBatch batch) {
    Map<Long, Tombstone> missing = new HashMap<>();
    engine.state().get().tombstones().stream().forEach(t -> missing.put(t.seq(), t));
    engine
        .catalog()
        .scanPrefix(
            CatalogKeys.TOMBSTONES,
            (key, value) -> {
              long seq = ByteBuffer.wrap(key, 1, Long.BYTES).getLong();
              if (missing.remove(seq) == null) {
                batch.delete(key);
              }
              return true;
            });
    missing.values().forEach(t -> batch.put(CatalogKeys.tombstone(t.seq()), t.value()));
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

  /**
   * Merges once if the plan finds reason to; true if it did.
   *
   * @param atLeisure whether nothing else waits for the time that it takes
   */
  synchronized boolean mergeOnce(boolean atLeisure) {
    engine.requireWhole();
    freeUnused();
    EngineState before = engine.state().get();
    Optional<List<SegmentHandle>> inputs = MergePlan.choose(before, damaged);
    if (inputs.isEmpty() && atLeisure) {
      inputs = MergePlan.chooseAtLeisure(before, damaged);
    }
    if (inputs.isEmpty()) {
      long now = engine.options().clock().millis();
      inputs = clipped.toRewrite(before, damaged, atLeisure, now).map(List::of);
    }
    inputs.ifPresent(chosen -> mergeReadable(chosen, before));
    return inputs.isPresent() || examineClipped(before);
  }

  private boolean examineClipped(EngineState state) {
    boolean examined = clipped.examineNext(state, engine.options().clock().millis());
    if (examined) {
      pruneTombstones();
    }
    return examined;
  }

  /** Damage in one segment keeps neither the others from merging nor this one from being read. */
  private void mergeReadable(List<SegmentHandle> inputs, EngineState before) {
    try {
      merge(inputs, before);
    } catch (CorruptSegmentException e) {
      inputs.forEach(s -> damaged.add(s.meta().id()));
      engine.damage().found(e);
    }
  }

  /** Merges all segments of each partition into one. */
  synchronized void mergeAll() {
    for (Optional<List<SegmentHandle>> next = unmerged(); next.isPresent(); next = unmerged()) {
      merge(next.get(), engine.state().get());
    }
  }

  private Optional<List<SegmentHandle>> unmerged() {
    return MergePlan.partitions(engine.state().get()).stream()
        .filter(partition -> partition.size() > 1)
        .map(MergePlan::bounded)
        .findFirst();
  }

  private void merge(List<SegmentHandle> inputs, EngineState before) {
    PartitionKey partition = inputs.getFirst().partition();
    makeManifestSure();
    SegmentId id = engine.newSegment(partition.day());
    List<SegmentHandle> merged = new ArrayList<>();
    try (SegmentWriter writer = new SegmentWriter(engine.chunks().create(id))) {
      SegmentMerger merger =
          new SegmentMerger(engine.chunks(), engine.registry(), before, this::sealDue);
      if (merger.merge(inputs, writer) > 0) {
        SegmentMeta meta = writer.finish();
        merged.add(
            new SegmentHandle(
                meta, partition.retentionDays(), carriedOut(inputs, before), engine.chunks()));
      }
    }
    replace(inputs, merged);
  }

  /**
   * Every delete up to the newest input is carried out in the result: those in force by the merge,
   * those no longer in force before it. A lower seq would let replay, which may meet a delete again
   * that is long done, take points that an input got after it.
   */
  private static long carriedOut(List<SegmentHandle> inputs, EngineState before) {
    return LongStream.concat(
            before.tombstones().stream().mapToLong(Tombstone::seq),
            inputs.stream().mapToLong(SegmentHandle::tombstoneSeq))
        .max()
        .orElse(0);
  }

  /** So that at most one result is abandoned, however often a merge is tried on a full disk. */
  private void makeManifestSure() {
    if (manifestUnsure) {
      commitManifest(newManifestBatch());
      freeUnused();
    }
  }

  private void replace(Collection<SegmentHandle> gone, Collection<SegmentHandle> replacements) {
    CatalogBatch batch = newManifestBatch();
    replacements.forEach(s -> list(s, batch));
    gone.forEach(s -> batch.delete(key(s)));
    batch.put(CatalogKeys.NUMBERS, longValue(engine.nextSegmentNumber()));
    commitReplacement(batch, replacements);
    engine.indivisible(() -> engine.state().updateAndGet(s -> s.withReplaced(gone, replacements)));
    gone.forEach(this::release);
    pruneTombstones();
    freeUnused();
  }

  private void commitReplacement(CatalogBatch batch, Collection<SegmentHandle> replacements) {
    boolean committed = false;
    try {
      commitManifest(batch);
      committed = true;
    } finally {
      if (!committed) {
        engine.indivisible(() -> abandoned.addAll(replacements));
      }
    }
  }

  /** Unpins. Queries call it too, and must not fail or wait for the disk: bytes go later. */
  void release(SegmentHandle segment) {
    if (segment.unpin()) {
      unused.add(segment.meta().id());
    }
  }

  /** Frees the bytes of segments that nothing needs any more; what fails is tried again. */
  synchronized void freeUnused() {
    List<SegmentId> ids = new ArrayList<>();
    for (SegmentId id = unused.poll(); id != null; id = unused.poll()) {
      ids.add(id);
    }
    if (ids.isEmpty()) {
      return;
    }
    boolean dropped = false;
    try {
      engine.chunks().drop(ids);
      dropped = true;
    } finally {
      if (!dropped) {
        unused.addAll(ids);
      }
    }
  }

  /** A delete is done when nothing that it touches is left to be clipped. */
  private void pruneTombstones() {
    EngineState now = engine.state().get();
    List<Tombstone> over = now.tombstones().stream().filter(t -> !stillNeeded(t, now)).toList();
    if (over.isEmpty()) {
      settleOperations();
      return;
    }
    engine.state().updateAndGet(s -> s.withTombstones(s.tombstones().without(over)));
    over.forEach(t -> engine.registry().loaded(t.metricId()).ifPresent(MetricIndex::lostPoints));
    CatalogBatch batch = new CatalogBatch();
    putTombstones(batch);
    if (!batch.isEmpty()) {
      engine.catalog().commit(batch);
    }
    settleOperations();
  }

  private void settleOperations() {
    EngineState now = engine.state().get();
    engine.operations().settle(tombstone -> stillNeeded(tombstone, now));
  }

  private boolean stillNeeded(Tombstone tombstone, EngineState now) {
    return now.isInHead(tombstone)
        || now.segments().stream().anyMatch(s -> clipped.mayTouch(tombstone, s));
  }

  // -- series that are gone --

  /** One step of taking them out of the indexes; true if there was one to take. */
  synchronized boolean forgetSeries() {
    engine.requireWhole();
    if (deadSeries.takeWantsSeal()) {
      sealAll();
      seal(PartitionKey.dayOf(engine.options().clock().millis()));
      return true;
    }
    return deadSeries.step();
  }

  /** Ordinals that became free, since the start. */
  synchronized long freedSeries() {
    return deadSeries.freed();
  }

  // -- retention --

  /** Drops segments past retention and deletes expired metrics from the others, for good. */
  synchronized RetentionReport enforceRetention() {
    engine.requireWhole();
    makeManifestSure();
    freeUnused();
    ExpiredData expired = ExpiredData.find(engine);
    if (!expired.segments().isEmpty()) {
      replace(expired.segments(), List.of());
      engine.registry().counting().forgetAll();
      engine.registry().forEachLoaded(MetricIndex::lostPoints);
    }
    expired.deletes().forEach(engine::delete);
    deadSeries.look(!expired.segments().isEmpty());
    RetentionReport.Freed freed =
        new RetentionReport.Freed(
            expired.segments().size(),
            expired.segments().stream().mapToLong(s -> s.meta().points()).sum(),
            expired.segments().stream().mapToLong(s -> s.meta().bytes()).sum());
    return new RetentionReport(Optional.of(freed), engine.retention().status());
  }
}
