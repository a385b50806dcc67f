// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.store.rocksdb.head.PointPage;
import io.luminate.store.rocksdb.index.SeriesIndex;
import io.luminate.store.rocksdb.segment.ChunkRef;
import java.util.Arrays;

/**
 * Which series match, and the group of each: matching and grouping in one look-up per run. Thread
 * safe.
 */
sealed interface SeriesGroups {
  int NOT_MATCHED = -1;

  /** Writes the group of each of {@code ordinals[from, from + count)} to {@code out[0, count)}. */
  void fill(int[] ordinals, int from, int count, int[] out);

  /** Whether any matched series may lie in a chunk. */
  boolean mayHold(ChunkRef chunk);

  /** Whether any matched series may have a point in a page. */
  default boolean mayHold(PointPage page) {
    return true;
  }

  default boolean isEmpty() {
    return false;
  }

  /** Every series matches, and all are in group 0. */
  default boolean isOneGroup() {
    return false;
  }

  /** The same series, each in a group of its own below {@link #numbers}. */
  SeriesGroups numbered();

  int numbers();

  /** The group of the series that {@link #numbered} gives this number, if it matches. */
  int groupOfNumber(int number);

  /** Keeps the groups {@code winners[i]} as groups {@code i}; other series no longer match. */
  default SeriesGroups only(int[] winners, int groups) {
    int[] rankOf = new int[groups];
    Arrays.fill(rankOf, NOT_MATCHED);
    for (int rank = 0; rank < winners.length; rank++) {
      rankOf[winners[rank]] = rank;
    }
    return new Renamed(this, rankOf);
  }

  /** No series matches. */
  record None() implements SeriesGroups {
    @Override
    public void fill(int[] ordinals, int from, int count, int[] out) {
      Arrays.fill(out, 0, count, NOT_MATCHED);
    }

    @Override
    public boolean mayHold(ChunkRef chunk) {
      return false;
    }

    @Override
    public boolean isEmpty() {
      return true;
    }

    @Override
    public SeriesGroups numbered() {
      return this;
    }

    @Override
    public int numbers() {
      return 0;
    }

    @Override
    public int groupOfNumber(int number) {
      return NOT_MATCHED;
    }
  }

  /** All series in one group. */
  record All(int seriesCount) implements SeriesGroups {
    @Override
    public void fill(int[] ordinals, int from, int count, int[] out) {
      Arrays.fill(out, 0, count, 0);
    }

    @Override
    public boolean mayHold(ChunkRef chunk) {
      return true;
    }

    @Override
    public boolean isOneGroup() {
      return true;
    }

    @Override
    public SeriesGroups numbered() {
      return new Identity();
    }

    @Override
    public int numbers() {
      return seriesCount;
    }

    @Override
    public int groupOfNumber(int number) {
      return 0;
    }
  }

  /** Each series' group is its ordinal. */
  record Identity() implements SeriesGroups {
    @Override
    public void fill(int[] ordinals, int from, int count, int[] out) {
      System.arraycopy(ordinals, from, out, 0, count);
    }

    @Override
    public boolean mayHold(ChunkRef chunk) {
      return true;
    }

    @Override
    public SeriesGroups numbered() {
      return this;
    }

    @Override
    public int numbers() {
      throw new IllegalStateException("the number of series is the caller's to know");
    }

    @Override
    public int groupOfNumber(int number) {
      return number;
    }
  }

  /** A group, or {@link #NOT_MATCHED}, for every ordinal below {@code seriesCount}. */
  @SuppressWarnings("ArrayRecordComponent")
  record Dense(int[] groupOf, int seriesCount) implements SeriesGroups {
    @Override
    public void fill(int[] ordinals, int from, int count, int[] out) {
      for (int i = 0; i < count; i++) {
        out[i] = groupOf[ordinals[from + i]];
      }
    }

    @Override
    public boolean mayHold(ChunkRef chunk) {
      return true;
    }

    @Override
    public SeriesGroups numbered() {
      return new Numbered(groupOf);
    }

    @Override
    public int numbers() {
      return seriesCount;
    }

    @Override
    public int groupOfNumber(int number) {
      return groupOf[number];
    }
  }

  /** Each matched series' group is its ordinal. */
  @SuppressWarnings("ArrayRecordComponent")
  record Numbered(int[] groupOf) implements SeriesGroups {
    @Override
    public void fill(int[] ordinals, int from, int count, int[] out) {
      for (int i = 0; i < count; i++) {
        int ordinal = ordinals[from + i];
        out[i] = groupOf[ordinal] < 0 ? NOT_MATCHED : ordinal;
      }
    }

    @Override
    public boolean mayHold(ChunkRef chunk) {
      return true;
    }

    @Override
    public SeriesGroups numbered() {
      return this;
    }

    @Override
    public int numbers() {
      return groupOf.length;
    }

    @Override
    public int groupOfNumber(int number) {
      return number;
    }
  }

  /** Groups under other numbers, some of them left out. */
  @SuppressWarnings("ArrayRecordComponent")
  record Renamed(SeriesGroups inner, int[] nameOf) implements SeriesGroups {
    @Override
    public void fill(int[] ordinals, int from, int count, int[] out) {
      inner.fill(ordinals, from, count, out);
      for (int i = 0; i < count; i++) {
        int group = out[i];
        out[i] = group < 0 ? group : nameOf[group];
      }
    }

    @Override
    public boolean mayHold(ChunkRef chunk) {
      return inner.mayHold(chunk);
    }

    @Override
    public boolean mayHold(PointPage page) {
      return inner.mayHold(page);
    }

    @Override
    public boolean isEmpty() {
      return inner.isEmpty();
    }

    @Override
    public SeriesGroups numbered() {
      int[] numberOrNot = new int[numbers()];
      for (int number = 0; number < numberOrNot.length; number++) {
        numberOrNot[number] = groupOfNumber(number) < 0 ? NOT_MATCHED : number;
      }
      return new Renamed(inner.numbered(), numberOrNot);
    }

    @Override
    public int numbers() {
      return inner.numbers();
    }

    /** A series without points may have come since, with a value that had no group. */
    @Override
    public int groupOfNumber(int number) {
      int group = inner.groupOfNumber(number);
      return group < 0 || group >= nameOf.length ? NOT_MATCHED : nameOf[group];
    }
  }

  /** A few series out of many, found by hashing; chunks are skipped by their cluster hashes. */
  final class Sparse implements SeriesGroups {
    /** With more series, looking at the page costs no more than asking its filter. */
    private static final int PAGE_PROBES_MAX = 128;

    private final int[] groups;
    private final int[] tableOrdinals;
    private final int[] tablePlaces;
    private final int mask;
    private final long[] clusterHashes;
    private final boolean numbering;

    /**
     * @param ordinals distinct
     * @param groups of each
     */
    Sparse(int[] ordinals, int[] groups, SeriesIndex index) {
      this.groups = groups;
      this.numbering = false;
      int capacity = Integer.highestOneBit(Math.max(4, ordinals.length * 4));
      this.mask = capacity - 1;
      this.tableOrdinals = new int[capacity];
      this.tablePlaces = new int[capacity];
      Arrays.fill(tableOrdinals, -1);
      for (int place = 0; place < ordinals.length; place++) {
        insert(ordinals[place], place);
      }
      this.clusterHashes =
          Arrays.stream(ordinals)
              .mapToLong(o -> index.clusterHash(o) ^ Long.MIN_VALUE)
              .sorted()
              .distinct()
              .toArray();
    }

    private Sparse(Sparse original) {
      this.groups = original.groups;
      this.tableOrdinals = original.tableOrdinals;
      this.tablePlaces = original.tablePlaces;
      this.mask = original.mask;
      this.clusterHashes = original.clusterHashes;
      this.numbering = true;
    }

    private void insert(int ordinal, int place) {
      int at = slotOf(ordinal);
      while (tableOrdinals[at] >= 0) {
        at = (at + 1) & mask;
      }
      tableOrdinals[at] = ordinal;
      tablePlaces[at] = place;
    }

    private int slotOf(int ordinal) {
      int mixed = ordinal * 0x9E3779B9;
      return (mixed ^ (mixed >>> 15)) & mask;
    }

    private int placeOf(int ordinal) {
      int at = slotOf(ordinal);
      while (true) {
        int found = tableOrdinals[at];
        if (found == ordinal) {
          return tablePlaces[at];
        }
        if (found < 0) {
          return -1;
        }
        at = (at + 1) & mask;
      }
    }

    @Override
    public void fill(int[] ordinals, int from, int count, int[] out) {
      for (int i = 0; i < count; i++) {
        int place = placeOf(ordinals[from + i]);
        out[i] = place < 0 ? NOT_MATCHED : numbering ? place : groups[place];
      }
    }

    @Override
    public boolean mayHold(ChunkRef chunk) {
      long first = chunk.firstClusterHash() ^ Long.MIN_VALUE;
      int at = Arrays.binarySearch(clusterHashes, first);
      int least = at < 0 ? -at - 1 : at;
      return least < clusterHashes.length && chunk.mayHold(clusterHashes[least] ^ Long.MIN_VALUE);
    }

    @Override
    public boolean mayHold(PointPage page) {
      boolean found = groups.length > PAGE_PROBES_MAX;
      for (int i = 0; i < tableOrdinals.length && !found; i++) {
        found = tableOrdinals[i] >= 0 && page.mayHold(tableOrdinals[i]);
      }
      return found;
    }

    @Override
    public SeriesGroups numbered() {
      return new Sparse(this);
    }

    @Override
    public int numbers() {
      return groups.length;
    }

    @Override
    public int groupOfNumber(int number) {
      return groups[number];
    }
  }
}
