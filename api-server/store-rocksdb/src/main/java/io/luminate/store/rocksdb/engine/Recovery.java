// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.IdempotencyLedger;
import io.luminate.store.rocksdb.index.Handles;
import io.luminate.store.rocksdb.journal.JournalCorruption;
import io.luminate.store.rocksdb.journal.JournalTornTail;
import io.luminate.store.rocksdb.journal.ReplayVisitor;
import io.luminate.store.rocksdb.segment.Catalog;
import io.luminate.store.rocksdb.segment.CatalogBatch;
import io.luminate.store.rocksdb.segment.ChunkStore;
import io.luminate.store.rocksdb.segment.SegmentId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Brings the engine back to what was acknowledged: manifest, deletes and keys from the catalog,
 * then the journal's frames behind what each day has sealed.
 */
final class Recovery implements ReplayVisitor, Frame.Visitor {
  private static final System.Logger LOG = System.getLogger(Recovery.class.getName());

  private final Catalog catalog;
  private final ChunkStore chunks;
  private final SeriesRegistry registry;
  private final Applier applier;
  private final IdempotencyLedger ledger;
  private final AtomicReference<EngineState> state;
  private final Map<Integer, Long> sealedSeqs = new HashMap<>();
  private final List<JournalCorruption> corruptions = new ArrayList<>();
  private final List<IdempotencyLedger.Entry> replayedKeys = new ArrayList<>();
  private final Map<Long, Frame.Operation> replayedOperations = new HashMap<>();
  private long releasedSeq;

  /** The highest seq that the catalog speaks of. */
  private long seqFloor;

  private long nextSegmentNumber = 1;
  private long nextDefinition = 1;
  private long seq;
  private long lostPoints;

  /** By metric, the highest ordinal with points and without a definition. */
  private final Map<Integer, Integer> undefined = new HashMap<>();

  Recovery(
      Catalog catalog,
      ChunkStore chunks,
      SeriesRegistry registry,
      Applier applier,
      IdempotencyLedger ledger,
      AtomicReference<EngineState> state) {
    this.catalog = catalog;
    this.chunks = chunks;
    this.registry = registry;
    this.applier = applier;
    this.ledger = ledger;
    this.state = state;
  }

  /** Everything but the journal. */
  void restoreCatalog() {
    catalog.get(CatalogKeys.RELEASED).ifPresent(v -> releasedSeq = number(v));
    raiseFloor(releasedSeq);
    catalog.get(CatalogKeys.CORRUPTED).ifPresent(v -> raiseFloor(number(v)));
    restoreSegments();
    catalog.scanPrefix(CatalogKeys.SEALED, this::restoreSealed);
    catalog.scanPrefix(CatalogKeys.TOMBSTONES, this::restoreTombstone);
    catalog.scanPrefix(CatalogKeys.FRAMES, this::restoreDefinitions);
    catalog.scanPrefix(CatalogKeys.IDEMPOTENCY, this::restoreKey);
    catalog
        .get(CatalogKeys.NUMBERS)
        .ifPresent(v -> nextSegmentNumber = Math.max(nextSegmentNumber, number(v)));
    keepDefinitions();
  }

  /**
   * Definitions were written unforced, and the frame that has them too may never have come. From
   * now on frames refer to those series without defining them, so they must not be lost any more.
   */
  private void keepDefinitions() {
    if (nextDefinition > 1) {
      byte[] number = ByteBuffer.allocate(Long.BYTES).putLong(nextSegmentNumber).array();
      catalog.commit(new CatalogBatch().put(CatalogKeys.NUMBERS, number));
    }
  }

  private void raiseFloor(long knownSeq) {
    seqFloor = Math.max(seqFloor, knownSeq);
  }

  private static long number(byte[] value) {
    return ByteBuffer.wrap(value).getLong();
  }

  private void restoreSegments() {
    List<SegmentHandle> listed = new ArrayList<>();
    Set<SegmentId> ids = new HashSet<>();
    catalog.scanPrefix(
        CatalogKeys.SEGMENTS,
        (key, value) -> {
          SegmentHandle segment = SegmentHandle.restore(value, chunks);
          listed.add(segment);
          raiseFloor(segment.tombstoneSeq());
          ids.add(segment.meta().id());
          nextSegmentNumber = Math.max(nextSegmentNumber, segment.meta().id().number() + 1);
          return true;
        });
    dropUnlisted(ids);
    state.updateAndGet(s -> s.withReplaced(List.of(), listed));
  }

  /** Segments that a crash caught between being written and being listed, or unlisted and freed. */
  private void dropUnlisted(Set<SegmentId> listed) {
    List<SegmentId> leftovers = new ArrayList<>();
    for (SegmentId id : chunks.segments()) {
      nextSegmentNumber = Math.max(nextSegmentNumber, id.number() + 1);
      if (!listed.contains(id)) {
        leftovers.add(id);
      }
    }
    if (!leftovers.isEmpty()) {
      chunks.drop(leftovers);
    }
  }

  private boolean restoreSealed(byte[] key, byte[] value) {
    sealedSeqs.put(ByteBuffer.wrap(key, 1, Integer.BYTES).getInt(), number(value));
    raiseFloor(number(value));
    return true;
  }

  private boolean restoreTombstone(byte[] key, byte[] value) {
    long deleteSeq = ByteBuffer.wrap(key, 1, Long.BYTES).getLong();
    Tombstone tombstone = Tombstone.restore(deleteSeq, value);
    state.updateAndGet(s -> s.withTombstones(s.tombstones().with(tombstone)));
    raiseFloor(deleteSeq);
    return true;
  }

  private boolean restoreDefinitions(byte[] key, byte[] value) {
    nextDefinition = ByteBuffer.wrap(key, 1, Long.BYTES).getLong() + 1;
    ByteBuffer in = ByteBuffer.wrap(value);
    while (in.hasRemaining()) {
      SeriesDefinitions.replay(in, registry);
    }
    return true;
  }

  private boolean restoreKey(byte[] key, byte[] value) {
    ledger.restore(Frame.decodeKey(ByteBuffer.wrap(value)));
    return true;
  }

  // -- the journal --

  @Override
  public long seqMin() {
    return releasedSeq + 1;
  }

  /**
   * Frames that were not forced may be gone while the catalog that counts them as sealed is not. A
   * new frame with the seq of one would be taken for sealed at the next start.
   */
  @Override
  public long seqFloor() {
    return seqFloor;
  }

  @Override
  public void frame(long frameSeq, ByteBuffer payload) {
    seq = frameSeq;
    Frame.decode(payload, this);
  }

  @Override
  public void corruption(JournalCorruption corruption) {
    LOG.log(System.Logger.Level.ERROR, corruption.message());
    corruptions.add(corruption);
    rememberLost(corruption.seqLast());
    state.get().tombstones().stream()
        .filter(t -> t.seq() >= corruption.seqFirst() && t.seq() <= corruption.seqLast())
        .forEach(tombstone -> applier.cutHeads(state.get(), tombstone));
  }

  /** Logged, not kept: nothing that was acknowledged is missing, as far as anybody can tell. */
  @Override
  public void tornTail(JournalTornTail tail) {
    LOG.log(System.Logger.Level.WARNING, tail.message());
  }

  private void rememberLost(long lastSeq) {
    if (lastSeq > seqFloor) {
      seqFloor = lastSeq;
      byte[] value = ByteBuffer.allocate(Long.BYTES).putLong(lastSeq).array();
      catalog.commit(new CatalogBatch().put(CatalogKeys.CORRUPTED, value));
    }
  }

  @Override
  public void definitions(ByteBuffer body) {
    SeriesDefinitions.replay(body, registry);
  }

  @Override
  public void points(long[] handles, long[] timestampsMillis, double[] values) {
    int known = keepDefined(handles, timestampsMillis, values);
    applier.points(seq, handles, timestampsMillis, values, known, sealedSeqs);
  }

  /** What was lost of the journal may have had the only definition of a series. */
  private int keepDefined(long[] handles, long[] times, double[] values) {
    int kept = 0;
    for (int i = 0; i < handles.length; i++) {
      long handle = handles[i];
      boolean defined =
          registry
              .byId(Handles.metricId(handle))
              .map(index -> index.isDefined(Handles.ordinal(handle)))
              .orElse(false);
      if (defined) {
        handles[kept] = handle;
        times[kept] = times[i];
        values[kept++] = values[i];
      } else {
        undefined.merge(Handles.metricId(handle), Handles.ordinal(handle), Math::max);
      }
    }
    lostPoints += handles.length - kept;
    return kept;
  }

  @Override
  public void key(IdempotencyLedger.Entry entry) {
    ledger.restore(entry);
    replayedKeys.add(entry);
  }

  @Override
  public void delete(int metricId, long beforeMillis) {
    applier.delete(new Tombstone(seq, metricId, beforeMillis, List.of()));
  }

  @Override
  public void operation(Frame.Operation operation) {
    applier.delete(operation.tombstone(seq));
    replayedOperations.put(seq, operation);
  }

  // -- what it found --

  /** Deletes that the journal still has, by seq. */
  Map<Long, Frame.Operation> replayedOperations() {
    return replayedOperations;
  }

  long nextSegmentNumber() {
    return nextSegmentNumber;
  }

  long nextDefinition() {
    return nextDefinition;
  }

  /** Keys that only the journal holds so far. */
  List<IdempotencyLedger.Entry> replayedKeys() {
    return replayedKeys;
  }

  List<JournalCorruption> corruptions() {
    return corruptions;
  }

  void finish() {
    undefined.forEach(registry::reserve);
    if (lostPoints > 0) {
      LOG.log(System.Logger.Level.ERROR, lostPointsMessage());
    }
  }

  private String lostPointsMessage() {
    return lostPoints + " points belong to series whose definition is lost with a corrupt frame";
  }

  /** What was acknowledged and is lost, one line each. */
  List<String> losses() {
    List<String> losses =
        new ArrayList<>(corruptions.stream().map(JournalCorruption::message).toList());
    if (lostPoints > 0) {
      losses.add(lostPointsMessage());
    }
    return losses;
  }
}
