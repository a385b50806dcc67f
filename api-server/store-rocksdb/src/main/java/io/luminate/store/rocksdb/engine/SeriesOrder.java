// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.rocksdb.index.MetricIndex;
import java.util.Arrays;

/** The order of series inside a segment: (cluster hash, series hash), unsigned, then ordinal. */
final class SeriesOrder {
  private SeriesOrder() {}

  static int compare(MetricIndex index, int a, int b) {
    int order = Long.compareUnsigned(index.clusterHash(a), index.clusterHash(b));
    if (order == 0) {
      order = Long.compareUnsigned(index.hashHigh(a), index.hashHigh(b));
    }
    if (order == 0) {
      order = Long.compareUnsigned(index.hashLow(a), index.hashLow(b));
    }
    return order != 0 ? order : Integer.compare(a, b);
  }

  /**
   * Sorts the first {@code count} ordinals. The top bits of the cluster hash and the place in the
   * array share a {@code long}, so that a primitive sort does most of the work; series whose top
   * bits are equal, those of one entity, are put in order afterwards.
   */
  static void sort(MetricIndex index, int[] ordinals, int count) {
    int placeBits = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, count - 1));
    long placeMask = (1L << placeBits) - 1;
    long[] keys = new long[count];
    for (int i = 0; i < count; i++) {
      keys[i] = ((index.clusterHash(ordinals[i]) ^ Long.MIN_VALUE) & ~placeMask) | i;
    }
    Arrays.sort(keys);
    int[] unsorted = Arrays.copyOf(ordinals, count);
    for (int i = 0; i < count; i++) {
      ordinals[i] = unsorted[(int) (keys[i] & placeMask)];
    }
    sortEqualTops(index, ordinals, keys, ~placeMask, count);
  }

  private static void sortEqualTops(
      MetricIndex index, int[] ordinals, long[] keys, long topMask, int count) {
    int from = 0;
    for (int i = 1; i <= count; i++) {
      if (i == count || (keys[i] & topMask) != (keys[from] & topMask)) {
        sortStretch(index, ordinals, from, i);
        from = i;
      }
    }
  }

  private static void sortStretch(MetricIndex index, int[] ordinals, int from, int to) {
    if (to - from > 64) {
      Integer[] boxed = Arrays.stream(ordinals, from, to).boxed().toArray(Integer[]::new);
      Arrays.sort(boxed, (a, b) -> compare(index, a, b));
      for (int i = from; i < to; i++) {
        ordinals[i] = boxed[i - from];
      }
      return;
    }
    for (int i = from + 1; i < to; i++) {
      int ordinal = ordinals[i];
      int j = i - 1;
      for (; j >= from && compare(index, ordinals[j], ordinal) > 0; j--) {
        ordinals[j + 1] = ordinals[j];
      }
      ordinals[j + 1] = ordinal;
    }
  }
}
