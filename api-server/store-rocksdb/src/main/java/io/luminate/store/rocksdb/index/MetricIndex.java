// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.index;

import io.luminate.model.Dimensions;
import io.luminate.model.EntityKeys;
import io.luminate.model.SeriesHash;
import io.luminate.model.TenantId;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * The series of one metric of one tenant, numbered from 0; the lowest free ordinal goes to the
 * next. SeriesColumns by ordinal: a value code per key, the 128-bit series hash, the cluster hash.
 *
 * <p>A series is <em>resolved</em> when a request asks for its ordinal and <em>defined</em> once a
 * journal frame with its dimensions is durable. Only defined series may have points, so a resolved
 * one that a crash forgets leaves a hole that nothing refers to. One that has none any more is
 * <em>retired</em>, undefined and freed, as the design page of dead series says.
 *
 * <p>One lock for writers. Readers take none: they read {@code seriesCount} first, which is written
 * last, and take {@link #view} for what they read; arrays grow by copying, and entries change only
 * where no reader has points of the series.
 */
public final class MetricIndex {
  /** Of an index without series. */
  public static final int FIXED_BYTES = 1_024;

  /** Of a value that may be new: what its dictionary adds to it, and more as arrays double. */
  private static final int VALUE_OVERHEAD_BYTES = 64;

  private static final int KEPT_SHARE = 64;

  private final int metricId;
  private final TenantId tenant;
  private final String name;
  private final EntityKeys entityKeys;
  private final Function<String, Dictionary> dictionaries;
  private final IndexMemory memory;

  private volatile SeriesColumns columns = SeriesColumns.empty();
  private volatile int seriesCount;
  private final SeriesSlots slots = new SeriesSlots();
  private final SeriesStates states = new SeriesStates();
  private final Arrivals arrivals = new Arrivals();

  private final BitSet dirtyBlocks = new BitSet();
  private final PostingLists postings = new PostingLists(arrivals, this::buildPostings);
  private final AtomicReference<Optional<SeriesDays>> days =
      new AtomicReference<>(Optional.empty());
  private volatile KeyGrowth growth = KeyGrowth.NONE;

  /** Without series, and to get none. */
  private boolean closed;

  /** Whether some series may be dead that the last look did not see. */
  private volatile boolean worthALook = true;

  public MetricIndex(
      int metricId,
      TenantId tenant,
      String name,
      EntityKeys entityKeys,
      Function<String, Dictionary> dictionaries,
      IndexMemory memory) {
    this.metricId = metricId;
    this.tenant = tenant;
    this.name = name;
    this.entityKeys = entityKeys;
    this.dictionaries = dictionaries;
    this.memory = memory;
    memory.grow(FIXED_BYTES);
  }

  public int metricId() {
    return metricId;
  }

  public TenantId tenant() {
    return tenant;
  }

  public String name() {
    return name;
  }

  /** No ordinal in use is at or above it. */
  public int seriesCount() {
    return seriesCount;
  }

  /** Series that are in the index, be they dead or not. */
  public int size() {
    return slots.entries();
  }

  /**
   * Finds the series or adds it.
   *
   * @throws ForgottenMetricException when the metric is not this one any more
   */
  public int resolve(Dimensions dimensions) {
    return resolve(dimensions, Long.MAX_VALUE);
  }

  /** The same, but -1 for a new one where there are that many already. */
  public int resolve(Dimensions dimensions, long seriesMax) {
    SeriesHash hash = dimensions.hash();
    int known = find(dimensions, hash);
    return known >= 0 && isStill(known, hash) ? known : resolveLocked(dimensions, hash, seriesMax);
  }

  /** The entry may have become another series since it was found, but was undefined before that. */
  private boolean isStill(int ordinal, SeriesHash hash) {
    boolean known = isDefined(ordinal);
    SeriesColumns now = columns;
    return known && ordinal < now.capacity() && now.hasHash(ordinal, hash);
  }

  private synchronized int resolveLocked(Dimensions dimensions, SeriesHash hash, long seriesMax) {
    if (closed) {
      throw new ForgottenMetricException("metric " + name + " is being taken away");
    }
    int known = find(dimensions, hash);
    if (known >= 0) {
      states.revive(known);
      return known;
    }
    return slots.entries() >= seriesMax ? -1 : put(states.take(seriesCount), dimensions, hash);
  }

  /** Its ordinal, or -1. */
  public int find(Dimensions dimensions) {
    return find(dimensions, dimensions.hash());
  }

  private int find(Dimensions dimensions, SeriesHash hash) {
    int[] table = slots.table();
    SeriesColumns now = columns;
    int slot = SeriesSlots.first(table, hash.low());
    for (int entry = table[slot]; entry != 0; entry = table[slot]) {
      int ordinal = entry - 1;
      if (ordinal < now.capacity()
          && now.hasHash(ordinal, hash)
          && now.equal(ordinal, dimensions)) {
        return ordinal;
      }
      slot = SeriesSlots.next(table, slot);
    }
    return -1;
  }

  /** Replays a definition. Ordinals below that were never defined stay holes. */
  public synchronized void define(int ordinal, Dimensions dimensions) {
    if (ordinal >= seriesCount || columns.isHole(ordinal)) {
      put(ordinal, dimensions, dimensions.hash());
    }
    markDefined(ordinal);
  }

  /** Leaves a hole: frames refer to the ordinal, and what it stood for is lost. */
  public synchronized void reserve(int ordinal) {
    set(columns.withRoomFor(ordinal + 1));
    seriesCount = Math.max(seriesCount, ordinal + 1);
  }

  private void set(SeriesColumns next) {
    memory.grow(next.bytes() - columns.bytes());
    columns = next;
  }

  /**
   * How much more memory the series would take at most, as if all its values were new: a key that
   * is new to the metric is a column. Some entries are kept for what others fold into.
   */
  public long growthBytes(Dimensions dimensions, boolean folded) {
    SeriesColumns now = columns;
    long values = 0;
    int newKeys = 0;
    for (int i = 0; i < dimensions.size(); i++) {
      values += VALUE_OVERHEAD_BYTES + 4L * dimensions.value(i).length();
      newKeys += now.keyNo(dimensions.key(i)) < 0 ? 1 : 0;
    }
    newKeys = Math.max(0, newKeys - (now.codes.length - now.keyCount()));
    int kept = folded ? 0 : now.capacity() / KEPT_SHARE;
    boolean full = now.capacity() - seriesCount + states.freeCount() <= kept;
    return values + newKeys * now.columnBytes() + (full ? now.bytes() / 2 : 0);
  }

  /** Whether no handle could name one more series. */
  public boolean isFull() {
    return seriesCount > Handles.ORDINAL_MAX && states.freeCount() == 0;
  }

  private int put(int ordinal, Dimensions dimensions, SeriesHash hash) {
    set(columns.withRoomFor(ordinal + 1));
    states.unfree(ordinal);
    for (int i = 0; i < dimensions.size(); i++) {
      Dictionary dictionary = dictionaries.apply(dimensions.key(i));
      set(columns.withKey(dimensions.key(i), dictionary));
      columns.codes[columns.keyNo(dimensions.key(i))][ordinal] =
          dictionary.intern(dimensions.value(i));
    }
    enter(ordinal, dimensions, hash);
    return ordinal;
  }

  private void enter(int ordinal, Dimensions dimensions, SeriesHash hash) {
    columns.setHashes(ordinal, hash, clusterHashOf(dimensions, hash), dimensions.size());
    seriesCount = Math.max(seriesCount, ordinal + 1);
    slots.enter(ordinal, columns.hashLow);
    arrivals.add(ordinal, seriesCount);
  }

  /** Series without an entity spread out by their own hash instead of crowding one place. */
  private long clusterHashOf(Dimensions dimensions, SeriesHash hash) {
    String entity = entityKeys.entityOf(dimensions);
    if (entity.isEmpty()) {
      return hash.high();
    }
    byte[] utf8 = entity.getBytes(StandardCharsets.UTF_8);
    return SeriesHash.of(utf8, 0, utf8.length).high();
  }

  /** Whether frames may refer to the series without defining it. */
  public boolean isDefined(int ordinal) {
    return states.isDefined(ordinal);
  }

  /** Called once a frame that defines the series is durable. */
  public synchronized void markDefined(int ordinal) {
    if (states.define(ordinal)) {
      dirtyBlocks.set(ordinal / SeriesBlock.SERIES_MAX);
    }
  }

  public synchronized int definedCount() {
    return states.defined().cardinality();
  }

  /** Series that were ever defined, as far as this process knows: it only grows. */
  public synchronized long definedEver() {
    return states.definedEver();
  }

  // -- which series are dead --

  /** Points went from the disk or from a head. */
  public void lostPoints() {
    worthALook = true;
  }

  public boolean isWorthALook() {
    return worthALook;
  }

  /** Whether points went since the last call. */
  public boolean takeWorthALook() {
    boolean worth = worthALook;
    worthALook = false;
    return worth;
  }

  /**
   * Takes all series but these for undefined, until a request asks for one or writes to it.
   *
   * @return how many that are
   */
  public synchronized int retireAllBut(BitSet ordinals) {
    BitSet others = new BitSet();
    others.set(0, seriesCount);
    others.andNot(ordinals);
    return states.retire(others);
  }

  /** These are as they were. */
  public synchronized void keep(BitSet ordinals) {
    ordinals.stream().forEach(states::revive);
  }

  /** All are as they were. */
  public synchronized void keepAll() {
    keep(states.retiring());
  }

  /** Has blocks leave out what is retired from now on. */
  public synchronized void undefineRetired() {
    states.undefineRetiring().stream()
        .forEach(ordinal -> dirtyBlocks.set(ordinal / SeriesBlock.SERIES_MAX));
  }

  /** After all blocks have it: whether they were persisted without it is not known. */
  public synchronized void redefineRetired() {
    states.redefine();
  }

  /**
   * Clears what is retired once no block, no frame, no segment and no reader knows it.
   *
   * @return how many ordinals became free
   */
  public synchronized int freeRetired() {
    BitSet gone = states.freeRetiring();
    if (!gone.isEmpty()) {
      gone.stream().forEach(columns::clear);
      rebuildSlots();
      seriesCount = states.trim(seriesCount);
      set(columns.withRoomForOnly(seriesCount).withoutUnusedKeys(seriesCount));
      postings.forget();
    }
    return gone.cardinality();
  }

  private void rebuildSlots() {
    SeriesSlots.Builder fresh =
        slots.rebuild((int) ordinals().filter(o -> !columns.isHole(o)).count());
    ordinals()
        .filter(o -> !columns.isHole(o))
        .forEach(ordinal -> fresh.add(ordinal, columns.hashLow[ordinal]));
    fresh.publish();
  }

  private IntStream ordinals() {
    return IntStream.range(0, seriesCount);
  }

  /** Has it get no series any more, unless it has any. */
  public synchronized boolean close() {
    closed = slots.entries() == 0;
    return closed;
  }

  public synchronized void reopen() {
    closed = false;
  }

  /** Gives the memory of a closed one back. */
  public void release() {
    // Not under the lock: who follows days asks for series under theirs.
    forgetDays();
    memory.grow(-FIXED_BYTES - columns.bytes());
  }

  /** Codes of all series that are in the index. */
  public synchronized void forEachUsedCode(UsedCodes out) {
    SeriesColumns now = columns;
    for (int keyNo = 0; keyNo < now.keys.size(); keyNo++) {
      BitSet used = out.of(now.keys.get(keyNo));
      for (int ordinal = 0; ordinal < seriesCount; ordinal++) {
        used.set(now.codes[keyNo][ordinal]);
      }
    }
  }

  // -- which series count --

  /** There while somebody needs to know. */
  public Optional<SeriesDays> days() {
    return days.get();
  }

  /** Begins to follow the days of new points; who calls it adds those that are there. */
  public SeriesDays followDays() {
    SeriesDays fresh = new SeriesDays(memory);
    days.getAndSet(Optional.of(fresh)).ifPresent(SeriesDays::release);
    return fresh;
  }

  public void forgetDays() {
    days.getAndSet(Optional.empty()).ifPresent(SeriesDays::release);
  }

  /**
   * Names series that were asked for, and whose first points may be under way, be they about to be
   * taken away or not: a point that comes keeps them.
   */
  public synchronized void forEachAwaited(IntConsumer out) {
    ordinals().filter(o -> !columns.isHole(o) && !states.wasDefined(o)).forEach(out);
  }

  /** About as it is: counted again when the metric has grown by an eighth. */
  public KeyGrowth keyGrowth() {
    IndexView now = view();
    KeyGrowth known = growth;
    if (known.tooOld(arrivals.count(), size(), now.keyCount())) {
      known = KeyGrowth.of(now, arrivals, now.seriesCount());
      growth = known;
    }
    return known;
  }

  // -- persistence: whole blocks, see SeriesBlock --

  /** Blocks with a series defined since they were last marked clean. */
  public synchronized int[] dirtyBlocks() {
    return dirtyBlocks.stream().toArray();
  }

  /** Before they are encoded, so that a series that comes meanwhile makes its block dirty again. */
  public synchronized void markClean(int[] blocks) {
    for (int block : blocks) {
      dirtyBlocks.clear(block);
    }
  }

  /** Puts blocks back after their persisting failed. */
  public synchronized void markDirty(int[] blocks) {
    for (int block : blocks) {
      dirtyBlocks.set(block);
    }
  }

  /** Nothing if the block has no series. */
  public synchronized Optional<byte[]> encodeBlock(int block) {
    return SeriesBlock.encode(block, states.defined(), columns.codes);
  }

  /**
   * Restores a block that {@link #encodeBlock} wrote. The keys must have been restored before, by
   * {@link #restoreKeys}.
   */
  public synchronized void restoreBlock(int block, byte[] bytes) {
    int first = block * SeriesBlock.SERIES_MAX;
    SeriesBlock.Decoded decoded = SeriesBlock.decode(bytes);
    set(columns.withRoomFor(first + decoded.series()));
    decoded.defined().stream().forEach(i -> restoreSeries(first + i, i, decoded.codes()));
    seriesCount = Math.max(seriesCount, first + decoded.series());
  }

  private void restoreSeries(int ordinal, int place, int[][] codes) {
    for (int keyNo = 0; keyNo < codes.length; keyNo++) {
      columns.codes[keyNo][ordinal] = codes[keyNo][place];
    }
    Dimensions dimensions = columns.dimensions(ordinal);
    enter(ordinal, dimensions, dimensions.hash());
    states.define(ordinal);
  }

  public synchronized void restoreKeys(List<String> keys) {
    for (String key : keys) {
      boolean none = key.equals(SeriesColumns.NO_KEY);
      set(columns.withLastKey(key, none ? Dictionary.NONE : dictionaries.apply(key)));
    }
  }

  // -- reading --

  /** All keys; a key's number is its place, where {@code ""} stands for none. */
  public List<String> keys() {
    return columns.keys;
  }

  /** The code column of a key, as it is now. */
  public int[] codes(int keyNo) {
    return columns.codes[keyNo];
  }

  public ValueDictionary dictionary(int keyNo) {
    return columns.dictionaries.get(keyNo);
  }

  public long clusterHash(int ordinal) {
    return columns.clusterHash[ordinal];
  }

  public long hashHigh(int ordinal) {
    return columns.hashHigh[ordinal];
  }

  public long hashLow(int ordinal) {
    return columns.hashLow[ordinal];
  }

  public Dimensions dimensions(int ordinal) {
    return columns.dimensions(ordinal);
  }

  /** For a reader who has taken the points that it is about. */
  public IndexView view() {
    while (true) {
      int series = seriesCount;
      SeriesColumns now = columns;
      if (series <= now.capacity()) {
        return new IndexView(series, now, postings);
      }
    }
  }

  private synchronized Postings buildPostings(int keyNo) {
    int maxCode = columns.dictionaries.get(keyNo).size();
    return Postings.build(columns.codes[keyNo], seriesCount, maxCode, arrivals.count());
  }
}
