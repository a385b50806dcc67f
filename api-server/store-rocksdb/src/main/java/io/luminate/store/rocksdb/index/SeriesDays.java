// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.index;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The last UTC day on which each series of a metric has a point, and so how many series have any in
 * the days that are kept. A series that was let in counts too, as its first points may be under
 * way; that ends by itself.
 *
 * <p>Days are numbers since the epoch. Thread safe, under one lock, which the thread that applies
 * points takes once for a stretch of them.
 */
public final class SeriesDays {
  private static final int NONE = Integer.MIN_VALUE;

  private final IndexMemory memory;

  /** By ordinal. */
  private int[] lastDays = new int[0];

  private final TreeMap<Integer, Integer> seriesByLastDay = new TreeMap<>();

  /** By ordinal, the day on which they were let in. */
  private final Map<Integer, Integer> underWay = new HashMap<>();

  /** The days of the last count; with others, some of what was under way counts no more. */
  private int countedFrom = NONE;

  private int countedOn = NONE;
  private boolean released;
  private volatile boolean complete;

  SeriesDays(IndexMemory memory) {
    this.memory = memory;
  }

  /** Whether the points that there were when it began are in it. */
  public boolean isComplete() {
    return complete;
  }

  public void complete() {
    complete = true;
  }

  /** Points of series, on one day. */
  public synchronized void touch(long[] handles, int from, int to, int day) {
    for (int i = from; i < to; i++) {
      touch(Handles.ordinal(handles[i]), day);
    }
  }

  public synchronized void touch(int ordinal, int day) {
    if (released) {
      return;
    }
    if (ordinal >= lastDays.length) {
      grow(ordinal + 1);
    }
    int before = lastDays[ordinal];
    if (before < day) {
      lastDays[ordinal] = day;
      seriesByLastDay.merge(day, 1, Integer::sum);
      seriesByLastDay.computeIfPresent(before, (d, series) -> series == 1 ? null : series - 1);
      underWay.remove(ordinal);
    }
  }

  private void grow(int series) {
    int known = lastDays.length;
    lastDays = Arrays.copyOf(lastDays, Math.max(series, known + known / 2));
    Arrays.fill(lastDays, known, lastDays.length, NONE);
    memory.grow((long) (lastDays.length - known) * Integer.BYTES);
  }

  /** Whether it is another one that counts by now. */
  public synchronized boolean isReleased() {
    return released;
  }

  /** Gives its memory back. */
  synchronized void release() {
    released = true;
    memory.grow(-(long) lastDays.length * Integer.BYTES);
    lastDays = new int[0];
  }

  /**
   * @param firstDay the first that is kept
   */
  public synchronized boolean counts(int ordinal, int firstDay, int today) {
    return hasPoints(ordinal, firstDay) || underWay.getOrDefault(ordinal, NONE) >= today - 1;
  }

  private boolean hasPoints(int ordinal, int firstDay) {
    return ordinal < lastDays.length && lastDays[ordinal] >= firstDay && lastDays[ordinal] != NONE;
  }

  /** Series that count. */
  public synchronized long count(int firstDay, int today) {
    if (firstDay != countedFrom || today != countedOn) {
      underWay
          .entrySet()
          .removeIf(e -> e.getValue() < today - 1 || hasPoints(e.getKey(), firstDay));
      countedFrom = firstDay;
      countedOn = today;
    }
    long series = underWay.size();
    for (int ofDay : seriesByLastDay.tailMap(firstDay).values()) {
      series += ofDay;
    }
    return series;
  }

  /** Has the series count, unless so many others do. */
  public synchronized boolean enter(int ordinal, int firstDay, int today, long seriesMax) {
    if (!counts(ordinal, firstDay, today)) {
      if (count(firstDay, today) >= seriesMax) {
        return false;
      }
      underWay.put(ordinal, today);
    }
    return true;
  }
}
