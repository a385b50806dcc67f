// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.index;

import io.luminate.model.Dimensions;
import io.luminate.model.EntityKeys;
import io.luminate.model.SeriesHash;
import io.luminate.model.TenantId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.IntConsumer;

/**
 * The series of one metric of one tenant, numbered from 0 in order of arrival; ordinals are never
 * used again. SeriesColumns by ordinal: a value code per key, the 128-bit series hash, the cluster
 * hash.
 *
 * <p>A series is <em>resolved</em> when a request asks for its ordinal and <em>defined</em> once a
 * journal frame with its dimensions is durable. Only defined series may have points, so a resolved
 * one that a crash forgets leaves a hole that nothing refers to.
 *
 * <p>One lock for writers. Readers take none: they read {@code seriesCount} first, which is written
 * last, and arrays only ever grow by copying.
 */
public final class MetricIndex implements SeriesIndex {
  /** Of an index without series. */
  public static final int FIXED_BYTES = 1_024;

  /** Of a value that may be new: what its dictionary adds to it, and more as arrays double. */
  private static final int VALUE_OVERHEAD_BYTES = 64;

  private final int metricId;
  private final TenantId tenant;
  private final String name;
  private final EntityKeys entityKeys;
  private final Function<String, Dictionary> dictionaries;
  private final IndexMemory memory;

  private volatile SeriesColumns columns = SeriesColumns.empty();
  private volatile int seriesCount;

  /** {@code ordinal + 1} by series hash, linear probing, 0 = free, at most half full. */
  private volatile int[] slots = new int[4];

  private final BitSet defined = new BitSet();

  /**
   * The same bits for readers without a lock; one that is not seen yet costs a second definition.
   */
  private volatile long[] definedWords = new long[1];

  private final BitSet dirtyBlocks = new BitSet();
  private volatile Postings[] postings = new Postings[0];
  private final AtomicReference<Optional<SeriesDays>> days =
      new AtomicReference<>(Optional.empty());
  private volatile KeyGrowth growth = KeyGrowth.NONE;

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

  public int seriesCount() {
    return seriesCount;
  }

  /** Finds the series or adds it. */
  public int resolve(Dimensions dimensions) {
    SeriesHash hash = dimensions.hash();
    int known = find(dimensions, hash);
    return known >= 0 ? known : add(dimensions, hash);
  }

  /** The same, but -1 for a new one where there are that many already. */
  public synchronized int resolve(Dimensions dimensions, long seriesMax) {
    SeriesHash hash = dimensions.hash();
    int known = find(dimensions, hash);
    return known >= 0 || seriesCount >= seriesMax ? known : add(dimensions, hash);
  }

  /** Its ordinal, or -1. */
  public int find(Dimensions dimensions) {
    return find(dimensions, dimensions.hash());
  }

  private int find(Dimensions dimensions, SeriesHash hash) {
    int[] table = slots;
    int count = seriesCount;
    SeriesColumns now = columns;
    int slot = (int) hash.low() & table.length - 1;
    for (int entry = table[slot]; entry != 0; entry = table[slot]) {
      int ordinal = entry - 1;
      if (ordinal < count && now.hasHash(ordinal, hash) && now.equal(ordinal, dimensions)) {
        return ordinal;
      }
      slot = slot + 1 & table.length - 1;
    }
    return -1;
  }

  private synchronized int add(Dimensions dimensions, SeriesHash hash) {
    int known = find(dimensions, hash);
    return known >= 0 ? known : put(seriesCount, dimensions, hash);
  }

  /** Replays a definition. Ordinals below that were never defined stay holes. */
  public synchronized void define(int ordinal, Dimensions dimensions) {
    if (ordinal >= seriesCount) {
      put(ordinal, dimensions, dimensions.hash());
    } else if (!defined.get(ordinal)) {
      fill(ordinal, dimensions, dimensions.hash());
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
   * is new to the metric is a column.
   */
  public long growthBytes(Dimensions dimensions) {
    SeriesColumns now = columns;
    long values = 0;
    int newKeys = 0;
    for (int i = 0; i < dimensions.size(); i++) {
      values += VALUE_OVERHEAD_BYTES + 4L * dimensions.value(i).length();
      newKeys += now.keyNo(dimensions.key(i)) < 0 ? 1 : 0;
    }
    boolean full = seriesCount >= now.hashHigh.length;
    return values + newKeys * now.columnBytes() + (full ? now.bytes() / 2 : 0);
  }

  private int put(int ordinal, Dimensions dimensions, SeriesHash hash) {
    set(columns.withRoomFor(ordinal + 1));
    fill(ordinal, dimensions, hash);
    return ordinal;
  }

  private void fill(int ordinal, Dimensions dimensions, SeriesHash hash) {
    for (int i = 0; i < dimensions.size(); i++) {
      Dictionary dictionary = dictionaries.apply(dimensions.key(i));
      set(columns.withKey(dimensions.key(i), dictionary));
      columns.codes[columns.keyNo(dimensions.key(i))][ordinal] =
          dictionary.intern(dimensions.value(i));
    }
    columns.setHashes(ordinal, hash, clusterHashOf(dimensions, hash), dimensions.size());
    seriesCount = Math.max(seriesCount, ordinal + 1);
    enter(ordinal, hash.low());
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

  private void enter(int ordinal, long hashLow) {
    int[] table = seriesCount * 2 > slots.length ? rehash(slots.length * 2) : slots;
    place(table, (int) hashLow, ordinal);
    slots = table;
  }

  private int[] rehash(int capacityMin) {
    int capacity = Math.max(capacityMin, Integer.highestOneBit(seriesCount) * 4);
    int[] table = new int[capacity];
    for (int slotEntry : slots) {
      if (slotEntry != 0) {
        place(table, (int) columns.hashLow[slotEntry - 1], slotEntry - 1);
      }
    }
    return table;
  }

  private static void place(int[] table, int hash, int ordinal) {
    int slot = hash & table.length - 1;
    while (table[slot] != 0) {
      slot = slot + 1 & table.length - 1;
    }
    table[slot] = ordinal + 1;
  }

  /** Whether frames may refer to the series without defining it. */
  public boolean isDefined(int ordinal) {
    long[] words = definedWords;
    int word = ordinal >>> 6;
    return word < words.length && (words[word] & 1L << ordinal) != 0;
  }

  /** Called once a frame that defines the series is durable. */
  public synchronized void markDefined(int ordinal) {
    if (!defined.get(ordinal)) {
      setDefined(ordinal);
      dirtyBlocks.set(ordinal / SeriesBlock.SERIES_MAX);
    }
  }

  private void setDefined(int ordinal) {
    defined.set(ordinal);
    int word = ordinal >>> 6;
    long[] words = definedWords;
    if (word >= words.length) {
      words = Arrays.copyOf(words, Math.max(word + 1, words.length * 2));
    }
    words[word] |= 1L << ordinal;
    definedWords = words;
  }

  public synchronized int definedCount() {
    return defined.cardinality();
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

  /** Names series that were asked for, and whose first points may be under way. */
  public void forEachUndefined(IntConsumer out) {
    int series = seriesCount;
    SeriesColumns now = columns;
    for (int ordinal = 0; ordinal < series; ordinal++) {
      boolean hole = now.hashHigh[ordinal] == 0 && now.hashLow[ordinal] == 0;
      if (!hole && !isDefined(ordinal)) {
        out.accept(ordinal);
      }
    }
  }

  /** About as it is: counted again when the metric has grown by an eighth. */
  public KeyGrowth keyGrowth() {
    int series = seriesCount;
    KeyGrowth known = growth;
    if (known.tooOld(series, columns.keys.size())) {
      known = KeyGrowth.of(this, series);
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

  public synchronized byte[] encodeBlock(int block) {
    return SeriesBlock.encode(block, seriesCount, defined, columns.codes);
  }

  /**
   * Restores a block that {@link #encodeBlock} wrote. The keys must have been restored before, by
   * {@link #restoreKeys}.
   */
  public synchronized void restoreBlock(int block, byte[] bytes) {
    int first = block * SeriesBlock.SERIES_MAX;
    SeriesBlock.Decoded decoded = SeriesBlock.decode(bytes);
    set(columns.withRoomFor(first + decoded.series()));
    for (int keyNo = 0; keyNo < decoded.codes().length; keyNo++) {
      System.arraycopy(decoded.codes()[keyNo], 0, columns.codes[keyNo], first, decoded.series());
    }
    for (int i = 0; i < decoded.series(); i++) {
      if (decoded.defined().get(i)) {
        restoreSeries(first + i);
      }
    }
    seriesCount = Math.max(seriesCount, first + decoded.series());
  }

  private void restoreSeries(int ordinal) {
    Dimensions dimensions = dimensions(ordinal);
    SeriesHash hash = dimensions.hash();
    columns.setHashes(ordinal, hash, clusterHashOf(dimensions, hash), dimensions.size());
    setDefined(ordinal);
    seriesCount = Math.max(seriesCount, ordinal + 1);
    enter(ordinal, hash.low());
  }

  public synchronized void restoreKeys(List<String> keys) {
    for (String key : keys) {
      set(columns.withKey(key, dictionaries.apply(key)));
    }
  }

  // -- reading --

  @Override
  public int keyNo(String key) {
    return columns.keyNo(key);
  }

  @Override
  public List<String> keys() {
    return columns.keys;
  }

  @Override
  public int[] codes(int keyNo) {
    return columns.codes[keyNo];
  }

  @Override
  public ValueDictionary dictionary(int keyNo) {
    return columns.dictionaries.get(keyNo);
  }

  @Override
  public long clusterHash(int ordinal) {
    return columns.clusterHash[ordinal];
  }

  @Override
  public long hashHigh(int ordinal) {
    return columns.hashHigh[ordinal];
  }

  @Override
  public long hashLow(int ordinal) {
    return columns.hashLow[ordinal];
  }

  @Override
  public Dimensions dimensions(int ordinal) {
    SeriesColumns now = columns;
    Map<String, String> pairs = new LinkedHashMap<>();
    for (int keyNo = 0; keyNo < now.keys.size(); keyNo++) {
      int code = now.codes[keyNo][ordinal];
      if (code != 0) {
        pairs.put(now.keys.get(keyNo), now.dictionaries.get(keyNo).value(code));
      }
    }
    return Dimensions.of(pairs);
  }

  @Override
  public int[] ordinalsOf(int keyNo, int code) {
    int series = seriesCount;
    return postings(keyNo, series).of(columns.codes[keyNo], series, code);
  }

  @Override
  public int postingSize(int keyNo, int code) {
    int series = seriesCount;
    return postings(keyNo, series).size(columns.codes[keyNo], series, code);
  }

  private Postings postings(int keyNo, int series) {
    Postings[] known = postings;
    Postings found = keyNo < known.length ? known[keyNo] : Postings.NONE;
    return found.tooOld(series) ? rebuildPostings(keyNo, series) : found;
  }

  private synchronized Postings rebuildPostings(int keyNo, int series) {
    Postings[] grown = Arrays.copyOf(postings, Math.max(postings.length, keyNo + 1));
    for (int i = postings.length; i < grown.length; i++) {
      grown[i] = Postings.NONE;
    }
    int maxCode = columns.dictionaries.get(keyNo).size();
    grown[keyNo] = Postings.build(columns.codes[keyNo], series, maxCode);
    postings = grown;
    return grown[keyNo];
  }
}
