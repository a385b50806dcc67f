// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.index;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How many values a metric's series have of each key, and how many of those came with the newest
 * eighth of them: a key whose values are new again and again makes the series, whatever others had
 * before.
 *
 * @param keys the one with most new values first, then by values, then by name
 * @param builtArrivals series that had come to the metric when this was counted
 */
public record KeyGrowth(List<Key> keys, long builtArrivals) {
  /**
   * @param values distinct ones, over all series that are in the index
   * @param newValues those that came with the newest series
   */
  public record Key(String name, int values, int newValues) {}

  private static final int NEWEST_SHARE = 8;
  private static final int NEWEST_SERIES_MIN = 1_024;

  static final KeyGrowth NONE = new KeyGrowth(List.of(), 0);

  public KeyGrowth {
    keys = List.copyOf(keys);
  }

  /**
   * @param series that are in the index, or were
   */
  static KeyGrowth of(SeriesIndex index, Arrivals arrivals, int series) {
    int[] newest = arrivals.newest(newest(series));
    List<Key> keys = new ArrayList<>();
    List<String> names = index.keys();
    for (int keyNo = 0; keyNo < names.size(); keyNo++) {
      if (index.keyNo(names.get(keyNo)) == keyNo) {
        keys.add(count(names.get(keyNo), index.codes(keyNo), series, newest));
      }
    }
    keys.sort(
        Comparator.comparingInt(Key::newValues)
            .thenComparingInt(Key::values)
            .reversed()
            .thenComparing(Key::name));
    return new KeyGrowth(keys, arrivals.count());
  }

  private static int newest(int series) {
    return Math.max(NEWEST_SERIES_MIN, series / NEWEST_SHARE);
  }

  /** A value that only series among the newest have is new. */
  private static Key count(String name, int[] codes, int series, int[] newest) {
    BitSet young = new BitSet();
    IntStream.of(newest).forEach(young::set);
    BitSet old = new BitSet();
    BitSet all = new BitSet();
    for (int ordinal = 0; ordinal < Math.min(series, codes.length); ordinal++) {
      if (codes[ordinal] != 0) {
        all.set(codes[ordinal]);
        old.set(codes[ordinal], old.get(codes[ordinal]) || !young.get(ordinal));
      }
    }
    int values = all.cardinality();
    return new Key(name, values, values - old.cardinality());
  }

  /**
   * Counting again is worth it once many came.
   *
   * @param arrivals of the index
   */
  boolean tooOld(long arrivals, int series, int keyCount) {
    return keyCount != keys.size() || arrivals - builtArrivals > series / NEWEST_SHARE;
  }
}
