// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.index;

/**
 * Ordinals by the low word of their series' hash: {@code ordinal + 1}, linear probing, 0 = free, at
 * most half full. One writer; readers take the table as it is and may miss what was just entered.
 */
final class SeriesSlots {
  private static final int SLOTS_MIN = 4;

  private volatile int[] table = new int[SLOTS_MIN];
  private volatile int entries;

  /** For readers to probe, see {@link #first}. */
  int[] table() {
    return table;
  }

  static int first(int[] table, long hashLow) {
    return (int) hashLow & table.length - 1;
  }

  static int next(int[] table, int slot) {
    return slot + 1 & table.length - 1;
  }

  int entries() {
    return entries;
  }

  void enter(int ordinal, long[] hashLow) {
    int more = entries + 1;
    entries = more;
    int[] now = more * 2 > table.length ? rehashed(table.length * 2, hashLow) : table;
    place(now, hashLow[ordinal], ordinal);
    table = now;
  }

  private int[] rehashed(int capacity, long[] hashLow) {
    int[] larger = new int[capacity];
    for (int entry : table) {
      if (entry != 0) {
        place(larger, hashLow[entry - 1], entry - 1);
      }
    }
    return larger;
  }

  /** Begins anew, for so many entries. */
  Builder rebuild(int expected) {
    return new Builder(Math.max(SLOTS_MIN, Integer.highestOneBit(Math.max(1, expected)) * 4));
  }

  /** A table that replaces the one in use when it is done. */
  final class Builder {
    private final int[] fresh;
    private int placed;

    private Builder(int capacity) {
      fresh = new int[capacity];
    }

    void add(int ordinal, long hashLow) {
      place(fresh, hashLow, ordinal);
      placed++;
    }

    void publish() {
      entries = placed;
      table = fresh;
    }
  }

  private static void place(int[] table, long hashLow, int ordinal) {
    int slot = first(table, hashLow);
    while (table[slot] != 0) {
      slot = next(table, slot);
    }
    table[slot] = ordinal + 1;
  }
}
