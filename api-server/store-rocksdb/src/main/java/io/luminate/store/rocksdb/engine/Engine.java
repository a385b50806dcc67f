// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.model.TenantId;
import io.luminate.store.BodyHash;
import io.luminate.store.DeleteReceipt;
import io.luminate.store.DeleteRequest;
import io.luminate.store.ErrorCode;
import io.luminate.store.IdempotencyClaim;
import io.luminate.store.IdempotencyLedger;
import io.luminate.store.PointBatch;
import io.luminate.store.QueryControl;
import io.luminate.store.StoreException;
import io.luminate.store.WriteRequest;
import io.luminate.store.rocksdb.engine.SeriesDefinitions.Encoded;
import io.luminate.store.rocksdb.head.Head;
import io.luminate.store.rocksdb.index.Handles;
import io.luminate.store.rocksdb.index.MetricIndex;
import io.luminate.store.rocksdb.journal.Disk;
import io.luminate.store.rocksdb.journal.Journal;
import io.luminate.store.rocksdb.journal.JournalCorruption;
import io.luminate.store.rocksdb.journal.JournalDrive;
import io.luminate.store.rocksdb.journal.JournalEntry;
import io.luminate.store.rocksdb.journal.JournalException;
import io.luminate.store.rocksdb.journal.JournalFailedException;
import io.luminate.store.rocksdb.journal.JournalListener;
import io.luminate.store.rocksdb.journal.JournalOptions;
import io.luminate.store.rocksdb.journal.JournalOverloadedException;
import io.luminate.store.rocksdb.segment.Catalog;
import io.luminate.store.rocksdb.segment.ChunkStore;
import io.luminate.store.rocksdb.segment.SegmentId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The write path and the shared state. The points of a request become one journal frame; once the
 * journal has it, the journal thread puts them into heads in seq order, and only then the request
 * returns.
 *
 * <p>Concurrency: requests run on their callers' threads; heads and deletes change on the journal
 * thread; sealing, merging and dropping ({@link Upkeep}) take turns under one lock; {@link
 * EngineState} is replaced atomically by any of them.
 */
final class Engine implements JournalListener, AutoCloseable {
  private final RocksStoreOptions options;
  private final JournalDrive drive;
  private final JournalOptions journalOptions;
  private final Catalog catalog;
  private final ChunkStore chunks;
  private final Disk disk;
  private final SeriesRegistry registry;
  private final RetentionTable retention;
  private final IdempotencyLedger ledger;
  private final AtomicReference<EngineState> state = new AtomicReference<>(EngineState.EMPTY);
  private final Applier applier;
  private final DeleteOperations operations;
  private final Journal journal;
  private final FrameBuffers buffers = new FrameBuffers();
  private final List<JournalCorruption> corruptions;
  private final KnownDamage damage = new KnownDamage();
  private final AtomicLong nextSegmentNumber;
  private final DefinitionRecords definitions;

  /** Keys recorded since the last commit of the catalog. */
  private final ConcurrentLinkedQueue<IdempotencyLedger.Entry> newKeys =
      new ConcurrentLinkedQueue<>();

  private final AtomicLong newKeyBytes = new AtomicLong();

  private final HeadRoom headRoom;
  private final HandleEpochs epochs = new HandleEpochs();

  /** Readers of points. */
  private final Quiescence queries = new Quiescence();

  /** Whether memory and catalog may contradict each other. */
  private volatile boolean torn;

  Engine(
      Disk disk, Catalog catalog, ChunkStore chunks, RocksStoreOptions options, JournalDrive drive)
      throws IOException {
    this.options = options;
    this.drive = drive;
    this.disk = disk;
    this.catalog = catalog;
    this.chunks = chunks;
    RecordedEntityKeys.check(catalog, options.entityKeys());
    this.registry =
        new SeriesRegistry(catalog, options.entityKeys(), options.sizes().indexBytesMax());
    this.retention = new RetentionTable(catalog, options.retention(), options.clock());
    this.ledger =
        new IdempotencyLedger(
            options.clock(), options.idempotency().window(), options.idempotency().keysMax());
    this.applier = new Applier(state, registry, retention);
    this.headRoom = new HeadRoom(state, options.sizes().headBytesMax());
    Recovery recovery = new Recovery(catalog, chunks, registry, applier, ledger, state);
    recovery.restoreCatalog();
    this.definitions = new DefinitionRecords(catalog, recovery.nextDefinition());
    this.nextSegmentNumber = new AtomicLong(recovery.nextSegmentNumber());
    this.journalOptions = options.journal(drive);
    this.journal = Journal.open(disk, journalOptions, recovery, this);
    recovery.finish();
    this.operations = new DeleteOperations(catalog, options.clock(), state);
    operations.replayed(recovery.replayedOperations(), registry);
    this.corruptions = recovery.corruptions();
    this.damage.foundAtStart(recovery.losses());
    recovery.replayedKeys().forEach(this::addNewKey);
  }

  // -- writing --

  IdempotencyClaim claim(TenantId tenant, String key, BodyHash body, QueryControl control) {
    return ledger.claim(tenant, key, body, control);
  }

  /**
   * Definitions of any length are fine: past a bound they go ahead in frames of their own, which
   * mean nothing to anybody until the points are there.
   */
  void write(WriteRequest request) {
    headRoom.await();
    requireSpace();
    PointBatch batch = request.batch();
    Optional<Frame.Keyed> keyed =
        request.keyed().map(k -> new Frame.Keyed(k.claim(), ledger.entry(k.claim(), k.receipt())));
    requireFrame(Frame.bytes(batch, keyed));
    int entered = epochs.enter(batch);
    try {
      write(batch, keyed);
    } finally {
      epochs.leave(entered);
    }
  }

  private void write(PointBatch batch, Optional<Frame.Keyed> keyed) {
    List<List<Encoded>> defined = framed(undefinedSeries(batch));
    if (defined.size() > 1) {
      PointBatch none = new PointBatch(batch.tenant(), 0);
      defined.forEach(part -> append(none, part, Optional.empty()));
      append(batch, List.of(), keyed);
    } else {
      append(batch, defined.isEmpty() ? List.of() : defined.getFirst(), keyed);
    }
  }

  void requireFrame(long bytes) {
    long bytesMax = (long) journalOptions.payloadBytesMax() - definitionBytesMax();
    if (bytes > bytesMax) {
      throw new StoreException(
          ErrorCode.BATCH_TOO_LARGE,
          "points and answer of a request take at most " + bytesMax + " bytes, got " + bytes,
          Map.of("max_journal_frame_bytes", bytesMax, "received", bytes));
    }
  }

  /** Of one frame; what is left of it is for points and the answer under their key. */
  private int definitionBytesMax() {
    return journalOptions.payloadBytesMax() / 4;
  }

  /** Frame by frame. A part passes half the bound by one series at most, so that it fits. */
  private List<List<Encoded>> framed(List<SeriesDefinitions> definitions) {
    int half = definitionBytesMax() / 2;
    List<List<Encoded>> frames = new ArrayList<>();
    int room = 0;
    for (SeriesDefinitions ofMetric : definitions) {
      for (Encoded part : ofMetric.encode(half)) {
        int bytes = Frame.SECTION_BYTES + part.bytes().length;
        if (room < bytes) {
          frames.add(new ArrayList<>());
          room = definitionBytesMax();
        }
        frames.getLast().add(part);
        room -= bytes;
      }
    }
    return frames;
  }

  private void append(PointBatch batch, List<Encoded> defined, Optional<Frame.Keyed> keyed) {
    long record = defined.isEmpty() ? 0 : definitions.store(defined);
    Frame frame = Frame.points(batch, defined, keyed, buffers);
    try {
      append(frame);
    } finally {
      buffers.giveBack(frame.payload());
      definitions.settle(record);
    }
  }

  /** A frame without points; false if the journal takes none at present. */
  boolean appendNothing(TenantId tenant) {
    try {
      append(new PointBatch(tenant, 0), List.of(), Optional.empty());
      return true;
    } catch (StoreException e) {
      return false;
    }
  }

  /** New series by metric, and the proof that every point is the batch's tenant's own. */
  private List<SeriesDefinitions> undefinedSeries(PointBatch batch) {
    Map<MetricIndex, TreeSet<Integer>> undefined = new HashMap<>();
    int metricId = -1;
    Optional<MetricIndex> index = Optional.empty();
    for (int i = 0; i < batch.size(); i++) {
      long handle = batch.handles()[i];
      if (Handles.metricId(handle) != metricId) {
        metricId = Handles.metricId(handle);
        index = registry.byId(metricId).filter(m -> m.tenant().equals(batch.tenant()));
      }
      MetricIndex metric = index.orElseThrow(() -> foreignHandle(handle));
      int ordinal = Handles.ordinal(handle);
      if (!metric.isDefined(ordinal)) {
        undefined.computeIfAbsent(metric, m -> new TreeSet<>()).add(ordinal);
      }
    }
    List<SeriesDefinitions> all = new ArrayList<>();
    undefined.forEach(
        (m, o) -> all.add(new SeriesDefinitions(m, o.stream().mapToInt(x -> x).toArray())));
    return all;
  }

  private static IllegalArgumentException foreignHandle(long handle) {
    return new IllegalArgumentException(
        "series handle " + Long.toHexString(handle) + " is not of the batch's tenant");
  }

  long append(Frame frame) {
    try {
      return join(driven(journal.append(frame)));
    } catch (JournalException e) {
      throw unavailable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(ErrorCode.STORAGE_UNAVAILABLE, "interrupted before the write", e);
    }
  }

  private static <T> T join(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof JournalException journalException) {
        throw journalException;
      }
      throw e;
    }
  }

  static StoreException unavailable(RuntimeException cause) {
    ErrorCode code =
        cause instanceof JournalOverloadedException
            ? ErrorCode.OVERLOADED
            : ErrorCode.STORAGE_UNAVAILABLE;
    String message =
        cause instanceof JournalFailedException
            ? "the disk failed to make writes durable; the server must be restarted"
            : "storage refused the write: " + cause.getMessage();
    return new StoreException(code, message, cause);
  }

  /** A step that leaves memory and catalog at odds if it ends half way, as without memory. */
  void indivisible(Runnable step) {
    boolean whole = false;
    try {
      step.run();
      whole = true;
    } finally {
      torn = torn || !whole;
    }
  }

  boolean torn() {
    return torn;
  }

  /** What is acknowledged or stored after such a step might be lost by the next start. */
  void requireWhole() {
    if (torn) {
      throw new StoreException(
          ErrorCode.STORAGE_UNAVAILABLE, "upkeep broke off half way; the server must be restarted");
    }
  }

  void requireSpace() {
    requireWhole();
    long usable = usableBytes();
    if (usable < options.sizes().diskReserveBytes()) {
      throw new StoreException(
          ErrorCode.STORAGE_UNAVAILABLE,
          "the disk has " + usable + " bytes left, below the reserve",
          new HashMap<>(
              Map.of("free_bytes", usable, "reserve_bytes", options.sizes().diskReserveBytes())));
    }
  }

  long usableBytes() {
    try {
      return disk.usableBytes();
    } catch (IOException e) {
      throw new StoreException(ErrorCode.STORAGE_UNAVAILABLE, "the data folder is unreadable", e);
    }
  }

  @Override
  public void applied(long seq, JournalEntry entry) {
    if (!(entry instanceof Frame frame)) {
      throw new IllegalStateException("not a frame of this engine");
    }
    switch (frame.content()) {
      case Frame.Content.Points p -> applyPoints(seq, p);
      case Frame.Content.Delete d ->
          applier.delete(new Tombstone(seq, d.metricId(), d.beforeMillis(), List.of()));
      case Frame.Content.Operate o -> {
        o.beforeApplied().run();
        applier.delete(o.operation().tombstone(seq));
      }
    }
  }

  private void applyPoints(long seq, Frame.Content.Points content) {
    for (SeriesDefinitions definitions : content.definitions()) {
      for (int ordinal : definitions.ordinals()) {
        definitions.index().markDefined(ordinal);
      }
    }
    PointBatch batch = content.batch();
    applier.points(
        seq, batch.handles(), batch.timestampsMillis(), batch.values(), batch.size(), Map.of());
    content
        .keyed()
        .ifPresent(
            k -> {
              addNewKey(k.entry());
              ledger.record(k.claim(), k.entry());
            });
  }

  /**
   * Deletes what somebody asked for, and records it.
   *
   * @param beforeApplied given the metric, on the journal's thread, just before its points go; must
   *     not throw
   * @param points asked after that how many it takes
   */
  DeleteReceipt deleteBefore(
      DeleteRequest request, Consumer<MetricIndex> beforeApplied, Supplier<OptionalLong> points) {
    return operations.delete(this, request, beforeApplied, points);
  }

  /** Deletes for good; returns the seq at which it takes effect. */
  long delete(int metricId, long beforeMillis) {
    return append(Frame.delete(metricId, beforeMillis));
  }

  DeleteOperations operations() {
    return operations;
  }

  // -- what upkeep and reading need --

  RocksStoreOptions options() {
    return options;
  }

  Catalog catalog() {
    return catalog;
  }

  ChunkStore chunks() {
    return chunks;
  }

  SeriesRegistry registry() {
    return registry;
  }

  RetentionTable retention() {
    return retention;
  }

  AtomicReference<EngineState> state() {
    return state;
  }

  Journal journal() {
    return journal;
  }

  HeadRoom headRoom() {
    return headRoom;
  }

  HandleEpochs epochs() {
    return epochs;
  }

  /** Whoever has points of a moment. */
  Quiescence queries() {
    return queries;
  }

  /** Whether all writes and queries are over that began before their last turns. */
  boolean isQuiet() {
    return epochs.isQuiet() && queries.isQuiet();
  }

  List<JournalCorruption> corruptions() {
    return corruptions;
  }

  KnownDamage damage() {
    return damage;
  }

  SegmentId newSegment(int day) {
    return new SegmentId(day, nextSegmentNumber.getAndIncrement());
  }

  long nextSegmentNumber() {
    return nextSegmentNumber.get();
  }

  DefinitionRecords definitions() {
    return definitions;
  }

  private void addNewKey(IdempotencyLedger.Entry entry) {
    newKeys.add(entry);
    newKeyBytes.addAndGet(entry.bytes());
  }

  /** Memory of the keys that wait for the catalog. */
  long newKeyBytes() {
    return newKeyBytes.get();
  }

  /** Moves the keys recorded since the last call, none of which is ever in neither place. */
  void takeNewKeys(List<IdempotencyLedger.Entry> into) {
    for (IdempotencyLedger.Entry e = newKeys.peek(); e != null; e = newKeys.peek()) {
      into.add(e);
      newKeys.remove();
      newKeyBytes.addAndGet(-e.bytes());
    }
  }

  void putBackKeys(List<IdempotencyLedger.Entry> keys) {
    keys.forEach(this::addNewKey);
  }

  /** Runs between frames; what it reads is exactly the state after {@code journal.lastSeq()}. */
  void atBoundary(Runnable task) {
    join(driven(journal.runAtBoundary(task)));
  }

  /** Where no thread drives the journal, in a simulation, its user has to. */
  private <T> CompletableFuture<T> driven(CompletableFuture<T> future) {
    while (drive == JournalDrive.MANUAL && !future.isDone()) {
      if (!journal.runOnce() && !future.isDone()) {
        throw new IllegalStateException("the journal has nothing left to do");
      }
    }
    return future;
  }

  long headPoints() {
    return state.get().heads().stream().mapToLong(Head::points).sum();
  }

  @Override
  public void close() {
    journal.close();
  }
}
