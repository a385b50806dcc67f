// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.series;

/**
 * Where the records of all generations are, by hash: a table with linear probing, whose entries are
 *
 * <pre>
 *   hash u32 | generation u4, its number modulo 16 | offset u28
 * </pre>
 *
 * with 0 for none. For one thread at a time.
 */
final class SeriesIndex {
  static final int GENERATIONS_MAX = 16;
  static final int OFFSET_BITS = 28;

  /** An entry where the table has just grown by half, and is half full. */
  static final int BYTES_PER_SERIES_MAX = 16;

  private static final int ENTRIES_MIN = 1 << 10;
  private static final int OFFSET_MASK = (1 << OFFSET_BITS) - 1;

  private long[] entries = new long[ENTRIES_MIN];
  private int size;

  int size() {
    return size;
  }

  long bytes() {
    return (long) entries.length * Long.BYTES;
  }

  /** A place to look first. */
  int first(int hash) {
    return first(entries, hash);
  }

  private static int first(long[] entries, int hash) {
    return (int) (Integer.toUnsignedLong(hash) * entries.length >>> Integer.SIZE);
  }

  /** The place to look after another one. */
  int next(int place) {
    return next(entries, place);
  }

  private static int next(long[] entries, int place) {
    return place + 1 == entries.length ? 0 : place + 1;
  }

  /** Whether there is an entry, behind which others may be. */
  boolean taken(int place) {
    return entries[place] != 0;
  }

  boolean has(int place, int hash) {
    return (int) (entries[place] >>> 32) == hash;
  }

  /** Modulo {@link #GENERATIONS_MAX}. */
  int generation(int place) {
    return (int) entries[place] >>> OFFSET_BITS;
  }

  int offset(int place) {
    return (int) entries[place] & OFFSET_MASK;
  }

  /** Adds an entry; one that is equal may be there. */
  void add(int hash, long generation, int offset) {
    if (4 * (size + 1L) > 3L * entries.length) {
      grow();
    }
    size++;
    enter(entries, entry(hash, generation, offset));
  }

  /** An entry's series has moved. */
  void move(int place, long generation, int offset) {
    entries[place] = entry((int) (entries[place] >>> 32), generation, offset);
  }

  private static long entry(int hash, long generation, int offset) {
    int number = (int) generation & GENERATIONS_MAX - 1;
    return (long) hash << 32 | Integer.toUnsignedLong(number << OFFSET_BITS | offset);
  }

  private void grow() {
    long[] larger = new long[entries.length + entries.length / 2];
    for (long entry : entries) {
      if (entry != 0) {
        enter(larger, entry);
      }
    }
    entries = larger;
  }

  /**
   * Removes the entries of a generation. Others close up in place: from an empty place on each goes
   * as near to its first place as it can, which is never further than where it was.
   */
  void forget(long generation) {
    int start = 0;
    while (entries[start] != 0) {
      start++;
    }
    for (int place = next(start); place != start; place = next(place)) {
      long entry = entries[place];
      if (entry == 0) {
        continue;
      }
      entries[place] = 0;
      if ((int) entry >>> OFFSET_BITS == (generation & GENERATIONS_MAX - 1)) {
        size--;
      } else {
        enter(entries, entry);
      }
    }
  }

  private static void enter(long[] into, long entry) {
    int place = first(into, (int) (entry >>> Integer.SIZE));
    while (into[place] != 0) {
      place = next(into, place);
    }
    into[place] = entry;
  }
}
