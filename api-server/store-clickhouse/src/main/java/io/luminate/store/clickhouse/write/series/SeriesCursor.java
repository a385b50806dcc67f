// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.series;

import java.util.List;

/**
 * Reads one series after the other by handle, without a lock and without an object for each. For
 * one thread. The bytes at hand are those of a {@link SeriesRecord}.
 */
public final class SeriesCursor {
  private static final byte[] NO_PAGE = {};
  private static final int LINE_BYTES = 64;

  private final SeriesTable table;
  private List<SeriesGeneration> generations;
  private SeriesGeneration generation;
  private long generationNumber;
  private byte[] page = NO_PAGE;
  private int at;

  /** Depends on what was loaded, and means nothing. */
  private int loaded;

  SeriesCursor(SeriesTable table) {
    this.table = table;
    this.generations = table.generations();
    select(generations.getFirst());
  }

  private void select(SeriesGeneration selected) {
    generation = selected;
    generationNumber = selected.number();
  }

  /**
   * Has all series of a batch at hand until {@link #release}, even if they are forgotten meanwhile.
   *
   * @return whether none of them is forgotten already
   * @throws IllegalArgumentException for a number that never was a handle
   */
  public boolean begin(long[] handles, int count) {
    long lowest = Long.MAX_VALUE;
    long highest = 0;
    for (int i = 0; i < count; i++) {
      lowest = Math.min(lowest, handles[i]);
      highest = Math.max(highest, handles[i]);
    }
    generations = table.generations();
    if (highest >= end()) {
      // A number may travel between threads faster than the record behind it.
      generations = table.generationsForCertain();
    }
    if (count > 0 && (lowest < SeriesTable.FIRST_HANDLE || highest >= end())) {
      throw new IllegalArgumentException("no handle of a series: " + lowest + " to " + highest);
    }
    select(generations.getFirst());
    return lowest >>> 32 >= generationNumber;
  }

  /** Has no more of them: what the table forgets is memory again. */
  public void release() {
    generations = List.of(generations.getLast());
    select(generations.getFirst());
    page = NO_PAGE;
  }

  private long end() {
    SeriesGeneration newest = generations.getLast();
    return (newest.number() << 32) + newest.end();
  }

  public void moveTo(long handle) {
    long number = handle >>> 32;
    if (number != generationNumber) {
      select(generations.get((int) (number - generations.getFirst().number())));
    }
    page = generation.page((int) handle);
    at = SeriesGeneration.at(handle);
  }

  /**
   * Brings series into the processor's cache: loads that do not wait for each other are several at
   * a time.
   */
  public void load(long[] handles, int from, int to) {
    int sum = loaded;
    for (int i = from; i < to; i++) {
      moveTo(handles[i]);
      sum += page[at] + page[Math.min(at + LINE_BYTES, page.length - 1)];
    }
    loaded = sum;
  }

  public SeriesMetric metric() {
    return generation.metric(SeriesRecord.metric(page, at));
  }

  /** The array in which everything below is. */
  public byte[] bytes() {
    return page;
  }

  /** Where the 16 bytes of the hash are. */
  public int series() {
    return at + SeriesRecord.SERIES;
  }

  /** The pair whose value is the entity; none has the number {@link #NO_ENTITY}. */
  public int entityPair() {
    return page[at + SeriesRecord.ENTITY] & 0xFF;
  }

  public static final int NO_ENTITY = SeriesRecord.NO_ENTITY;

  /** Pairs behind those in slots, each a key and a value. */
  public int restPairs() {
    return page[at + SeriesRecord.REST] & 0xFF;
  }

  /** Whether a value of it stands for several. */
  public boolean isOverflow() {
    return page[at + SeriesRecord.OVERFLOW] != 0;
  }

  /** Where the first pair in a slot is: the slot's number in a byte and a value; 0 ends them. */
  public int pairs() {
    return at + SeriesRecord.PAIRS;
  }
}
