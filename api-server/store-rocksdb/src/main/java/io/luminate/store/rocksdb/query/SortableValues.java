// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.store.QueryControl;
import java.util.Arrays;

/**
 * Doubles as longs whose signed order is that of {@link Double#compare}: selection then needs no
 * care for NaN or negative zero.
 */
final class SortableValues {
  /** Below this, sorting is faster than partitioning. */
  private static final int SORT_VALUES = 48;

  /** Partitions of more values look at the deadline first. */
  private static final int CHECKPOINT_VALUES = 1 << 16;

  private SortableValues() {}

  static long of(double value) {
    long bits = Double.doubleToRawLongBits(value);
    return bits ^ ((bits >> 63) & Long.MAX_VALUE);
  }

  static double toDouble(long sortable) {
    return Double.longBitsToDouble(sortable ^ ((sortable >> 63) & Long.MAX_VALUE));
  }

  /** Linear between closest ranks of {@code values[from, to)}, which it reorders. */
  static double percentile(long[] values, int from, int to, double fraction, QueryControl control) {
    double rank = fraction * (to - from - 1);
    int lower = (int) rank;
    select(values, from, to - 1, from + lower, control);
    double low = toDouble(values[from + lower]);
    double share = rank - lower;
    if (share == 0 || from + lower + 1 >= to) {
      return low;
    }
    long next = Long.MAX_VALUE;
    for (int i = from + lower + 1; i < to; i++) {
      next = Math.min(next, values[i]);
    }
    return between(low, toDouble(next), share);
  }

  static double between(double low, double high, double share) {
    double distance = high - low;
    return Double.isFinite(distance) ? low + distance * share : low * (1 - share) + high * share;
  }

  /** Moves the value of a rank to its place, smaller ones before and greater ones behind it. */
  private static void select(long[] values, int from, int last, int rank, QueryControl control) {
    int low = from;
    int high = last;
    while (high - low > SORT_VALUES) {
      if (high - low > CHECKPOINT_VALUES) {
        control.checkpoint();
      }
      long pivot = pivot(values, low, high);
      int i = low;
      int j = high;
      while (i <= j) {
        while (values[i] < pivot) {
          i++;
        }
        while (values[j] > pivot) {
          j--;
        }
        if (i <= j) {
          long swapped = values[i];
          values[i++] = values[j];
          values[j--] = swapped;
        }
      }
      if (rank > j && rank < i) {
        return;
      }
      high = rank <= j ? j : high;
      low = rank >= i ? i : low;
    }
    Arrays.sort(values, low, high + 1);
  }

  /** Median of three medians of three: close to the middle for sorted and for random input. */
  private static long pivot(long[] values, int low, int high) {
    int step = (high - low) / 8;
    return median(
        median(values[low], values[low + step], values[low + 2 * step]),
        median(values[low + 3 * step], values[low + 4 * step], values[low + 5 * step]),
        median(values[low + 6 * step], values[low + 7 * step], values[high]));
  }

  private static long median(long a, long b, long c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }
}
