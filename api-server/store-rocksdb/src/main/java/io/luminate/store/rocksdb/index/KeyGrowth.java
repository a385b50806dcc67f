// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.index;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * How many values a metric's series have of each key, and how many of those came with the newest
 * eighth of them: a key whose values are new again and again makes the series, whatever others had
 * before.
 *
 * @param keys the one with most new values first, then by values, then by name
 * @param builtSeries of the metric when this was counted
 */
public record KeyGrowth(List<Key> keys, int builtSeries) {
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

  static KeyGrowth of(SeriesIndex index, int series) {
    int firstNew = Math.max(0, series - Math.max(NEWEST_SERIES_MIN, series / NEWEST_SHARE));
    List<Key> keys = new ArrayList<>();
    List<String> names = index.keys();
    for (int keyNo = 0; keyNo < names.size(); keyNo++) {
      keys.add(count(names.get(keyNo), index.codes(keyNo), series, firstNew));
    }
    keys.sort(
        Comparator.comparingInt(Key::newValues)
            .thenComparingInt(Key::values)
            .reversed()
            .thenComparing(Key::name));
    return new KeyGrowth(keys, series);
  }

  private static Key count(String name, int[] codes, int series, int firstNew) {
    BitSet seen = new BitSet();
    int old = 0;
    for (int ordinal = 0; ordinal < Math.min(series, codes.length); ordinal++) {
      if (ordinal == firstNew) {
        old = seen.cardinality();
      }
      if (codes[ordinal] != 0) {
        seen.set(codes[ordinal]);
      }
    }
    int values = seen.cardinality();
    return new Key(name, values, firstNew == 0 ? values : values - old);
  }

  /** Counting again is worth it once this many came. */
  boolean tooOld(int series, int keyCount) {
    return keyCount != keys.size() || series - builtSeries > builtSeries / NEWEST_SHARE;
  }
}
