// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

/**
 * Sorts a series' points by (time, value in {@link Double#compare} order), in place. They come as a
 * few ascending stretches, one per source, so it merges what is already in order. Not thread safe.
 */
final class PointSort {
  /** Below this, moving single points is faster than merging. */
  private static final int INSERTION_POINTS = 32;

  /** Room for shorter ones is not counted: some pages per worker. */
  static final int SMALL_POINTS = 1 << 15;

  private int[] spareMillis = new int[0];
  private double[] spareValues = new double[0];

  void sort(int[] millis, double[] values, int from, int to) {
    if (to - from <= INSERTION_POINTS) {
      insertion(millis, values, from, to);
      return;
    }
    while (mergePairs(millis, values, from, to) > 1) {
      // Each round at least halves the number of ascending stretches.
    }
  }

  private static boolean before(int millisA, double valueA, int millisB, double valueB) {
    return millisA != millisB ? millisA < millisB : Double.compare(valueA, valueB) < 0;
  }

  private static void insertion(int[] millis, double[] values, int from, int to) {
    for (int i = from + 1; i < to; i++) {
      int t = millis[i];
      double v = values[i];
      int at = i;
      while (at > from && before(t, v, millis[at - 1], values[at - 1])) {
        millis[at] = millis[at - 1];
        values[at] = values[at - 1];
        at--;
      }
      millis[at] = t;
      values[at] = v;
    }
  }

  /** Merges neighbouring stretches two by two; returns how many are left. */
  private int mergePairs(int[] millis, double[] values, int from, int to) {
    int stretches = 0;
    int first = from;
    while (first < to) {
      int middle = stretchEnd(millis, values, first, to);
      int end = middle < to ? stretchEnd(millis, values, middle, to) : middle;
      if (middle < end) {
        merge(millis, values, first, middle, end);
      }
      first = end;
      stretches++;
    }
    return stretches;
  }

  private static int stretchEnd(int[] millis, double[] values, int first, int to) {
    int end = first + 1;
    while (end < to && !before(millis[end], values[end], millis[end - 1], values[end - 1])) {
      end++;
    }
    return end;
  }

  /** The shorter side moves out of the way, so that sorting takes half a series of room at most. */
  private void merge(int[] millis, double[] values, int first, int middle, int end) {
    if (middle - first <= end - middle) {
      mergeUp(millis, values, first, middle, end);
    } else {
      mergeDown(millis, values, first, middle, end);
    }
  }

  private void mergeUp(int[] millis, double[] values, int first, int middle, int end) {
    int left = setAside(millis, values, first, middle);
    int a = 0;
    int b = middle;
    int out = first;
    while (a < left && b < end) {
      boolean right = before(millis[b], values[b], spareMillis[a], spareValues[a]);
      millis[out] = right ? millis[b] : spareMillis[a];
      values[out++] = right ? values[b++] : spareValues[a++];
    }
    System.arraycopy(spareMillis, a, millis, out, left - a);
    System.arraycopy(spareValues, a, values, out, left - a);
  }

  private void mergeDown(int[] millis, double[] values, int first, int middle, int end) {
    int b = setAside(millis, values, middle, end) - 1;
    int a = middle - 1;
    int out = end - 1;
    while (a >= first && b >= 0) {
      boolean left = before(spareMillis[b], spareValues[b], millis[a], values[a]);
      millis[out] = left ? millis[a] : spareMillis[b];
      values[out--] = left ? values[a--] : spareValues[b--];
    }
    System.arraycopy(spareMillis, 0, millis, first, b + 1);
    System.arraycopy(spareValues, 0, values, first, b + 1);
  }

  private int setAside(int[] millis, double[] values, int from, int to) {
    int count = to - from;
    if (spareMillis.length < count) {
      int capacity = Math.max(count, Math.min(SMALL_POINTS, 2 * count));
      spareMillis = new int[capacity];
      spareValues = new double[capacity];
    }
    System.arraycopy(millis, from, spareMillis, 0, count);
    System.arraycopy(values, from, spareValues, 0, count);
    return count;
  }
}
