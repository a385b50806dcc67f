// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

/**
 * Sorts the points of one series by (timestamp, value in {@link Double#compare} order). Points
 * mostly arrive in order, so that is looked at first; short runs are sorted by insertion, long ones
 * by merging.
 */
final class RunSorter {
  private static final int INSERTION_MAX = 48;

  private long[] timesSpare = new long[0];
  private double[] valuesSpare = new double[0];

  void sort(long[] times, double[] values, int from, int to) {
    int sortedTo = from + 1;
    while (sortedTo < to && !after(times, values, sortedTo - 1, sortedTo)) {
      sortedTo++;
    }
    if (sortedTo >= to) {
      return;
    }
    if (to - from <= INSERTION_MAX) {
      insertionSort(times, values, from, to, sortedTo);
    } else {
      ensureSpare((to - from) / 2);
      mergeSort(times, values, from, to);
    }
  }

  private static boolean after(long[] times, double[] values, int a, int b) {
    return times[a] != times[b] ? times[a] > times[b] : Double.compare(values[a], values[b]) > 0;
  }

  private static void insertionSort(
      long[] times, double[] values, int from, int to, int firstUnsorted) {
    for (int i = firstUnsorted; i < to; i++) {
      long time = times[i];
      double value = values[i];
      int j = i - 1;
      while (j >= from && isAfter(times[j], values[j], time, value)) {
        times[j + 1] = times[j];
        values[j + 1] = values[j];
        j--;
      }
      times[j + 1] = time;
      values[j + 1] = value;
    }
  }

  private static boolean isAfter(long timeA, double valueA, long timeB, double valueB) {
    return timeA != timeB ? timeA > timeB : Double.compare(valueA, valueB) > 0;
  }

  private void mergeSort(long[] times, double[] values, int from, int to) {
    if (to - from <= INSERTION_MAX) {
      insertionSort(times, values, from, to, from + 1);
      return;
    }
    int middle = (from + to) >>> 1;
    mergeSort(times, values, from, middle);
    mergeSort(times, values, middle, to);
    if (after(times, values, middle - 1, middle)) {
      merge(times, values, from, middle, to);
    }
  }

  private void merge(long[] times, double[] values, int from, int middle, int to) {
    int left = middle - from;
    System.arraycopy(times, from, timesSpare, 0, left);
    System.arraycopy(values, from, valuesSpare, 0, left);
    int a = 0;
    int b = middle;
    for (int out = from; a < left; out++) {
      if (b < to && isAfter(timesSpare[a], valuesSpare[a], times[b], values[b])) {
        times[out] = times[b];
        values[out] = values[b++];
      } else {
        times[out] = timesSpare[a];
        values[out] = valuesSpare[a++];
      }
    }
  }

  private void ensureSpare(int points) {
    if (timesSpare.length < points) {
      timesSpare = new long[points];
      valuesSpare = new double[points];
    }
  }
}
