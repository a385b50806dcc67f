// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.store.rocksdb.index.SeriesIndex;
import java.util.Arrays;

/** Keeps the first few points by (timestamp, series hash, value), the last of them on top. */
final class PointHeap {
  /** Of a point in the arrays. */
  private static final int POINT_BYTES = Long.BYTES + Integer.BYTES + Double.BYTES;

  private static final int INITIAL_POINTS = 64;

  private final SeriesIndex index;
  private final MemoryBudget memory;
  private final int capacity;
  long[] millis;
  int[] ordinals;
  double[] values;
  private int size;

  PointHeap(SeriesIndex index, MemoryBudget memory, int capacity) {
    this.index = index;
    this.memory = memory;
    this.capacity = capacity;
    int initial = Math.min(capacity, INITIAL_POINTS);
    this.millis = new long[initial];
    this.ordinals = new int[initial];
    this.values = new double[initial];
  }

  int size() {
    return size;
  }

  /** No point after this time can enter. */
  long lastMillis() {
    return size < capacity ? Long.MAX_VALUE : millis[0];
  }

  void add(long atMillis, int ordinal, double value) {
    if (size < capacity) {
      grow();
      int at = size++;
      while (at > 0 && isAfter((at - 1) >>> 1, atMillis, ordinal, value) < 0) {
        move((at - 1) >>> 1, at);
        at = (at - 1) >>> 1;
      }
      set(at, atMillis, ordinal, value);
    } else if (isAfter(0, atMillis, ordinal, value) > 0) {
      replaceTop(atMillis, ordinal, value);
    }
  }

  private void replaceTop(long atMillis, int ordinal, double value) {
    int at = 0;
    while (2 * at + 1 < size) {
      int child = 2 * at + 1;
      if (child + 1 < size && compare(child + 1, child) > 0) {
        child++;
      }
      if (isAfter(child, atMillis, ordinal, value) <= 0) {
        break;
      }
      move(child, at);
      at = child;
    }
    set(at, atMillis, ordinal, value);
  }

  /** Compares two of its points. */
  int compare(int a, int b) {
    return isAfter(a, millis[b], ordinals[b], values[b]);
  }

  /** Positive if the point at a place comes after the one given. */
  private int isAfter(int at, long atMillis, int ordinal, double value) {
    if (millis[at] != atMillis) {
      return Long.compare(millis[at], atMillis);
    }
    int bySeries = compareSeries(ordinals[at], ordinal);
    return bySeries != 0 ? bySeries : Double.compare(values[at], value);
  }

  private int compareSeries(int a, int b) {
    if (a == b) {
      return 0;
    }
    int byHigh = Long.compareUnsigned(index.hashHigh(a), index.hashHigh(b));
    return byHigh != 0 ? byHigh : Long.compareUnsigned(index.hashLow(a), index.hashLow(b));
  }

  private void move(int from, int to) {
    set(to, millis[from], ordinals[from], values[from]);
  }

  private void set(int at, long atMillis, int ordinal, double value) {
    millis[at] = atMillis;
    ordinals[at] = ordinal;
    values[at] = value;
  }

  private void grow() {
    if (size < millis.length) {
      return;
    }
    int newLength = (int) Math.min(capacity, millis.length * 2L);
    memory.reserve((long) (newLength - millis.length) * POINT_BYTES);
    millis = Arrays.copyOf(millis, newLength);
    ordinals = Arrays.copyOf(ordinals, newLength);
    values = Arrays.copyOf(values, newLength);
  }
}
