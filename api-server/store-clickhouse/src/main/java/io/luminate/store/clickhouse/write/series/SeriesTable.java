// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.series;

import io.luminate.model.Dimensions;
import io.luminate.model.EntityKeys;
import io.luminate.model.TenantId;
import io.luminate.store.clickhouse.schema.MetricSlots;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

/**
 * Numbers for series, and by number what a row of a series is made of, in bounded memory. Series
 * are remembered in generations; when there are {@link #GENERATIONS} and the newest is full, the
 * oldest is forgotten whole. A series that is asked for afterwards gets a new number.
 *
 * <p>A handle is the number of its generation, from 1, in the upper half and the record's offset
 * below. A generation that is the next to be forgotten gives out no handles any more and its
 * handles count as forgotten, but may still be read: a request that has them already has a whole
 * generation's time to be written.
 *
 * <p>Concurrency: series are sought and added under one lock, which nobody holds while waiting for
 * ClickHouse; {@link SeriesCursor} reads without it.
 */
public final class SeriesTable {
  static final int GENERATIONS = 16;

  static final long FIRST_HANDLE = 1L << 32;

  private final SlotAssignment assignment;
  private final EntityKeys entityKeys;
  private final long generationBytesMax;
  private final ReentrantLock lock = new ReentrantLock();

  /** Oldest first, by ascending number without gaps; replaced, never changed. */
  private volatile List<SeriesGeneration> generations;

  private volatile long lowestHandle;

  /**
   * @param bytesMax of memory; a series takes some 40 bytes besides its values
   */
  public SeriesTable(SlotAssignment assignment, EntityKeys entityKeys, long bytesMax) {
    this.assignment = assignment;
    this.entityKeys = entityKeys;
    this.generationBytesMax = bytesMax / GENERATIONS;
    this.generations = List.of(new SeriesGeneration(1, generationBytesMax));
  }

  /** The same number for an equal series, as long as it is not forgotten; never 0. */
  public long handle(TenantId tenant, String metric, Dimensions dimensions) {
    List<String> keys = IntStream.range(0, dimensions.size()).mapToObj(dimensions::key).toList();
    MetricSlots slots = assignment.assign(tenant, metric, keys);
    byte[] record = SeriesRecord.encode(dimensions, slots, entityKeys);
    int hash = SeriesRecord.hash(record, 31 * tenant.hashCode() + metric.hashCode());
    lock.lock();
    try {
      for (SeriesGeneration generation : generations.reversed()) {
        int offset = generation.find(tenant, metric, record, hash);
        if (offset != 0 && handle(generation, offset) >= lowestHandle) {
          return handle(generation, offset);
        }
      }
      SeriesGeneration newest = roomFor(record);
      return handle(newest, newest.add(tenant, metric, record, hash));
    } finally {
      lock.unlock();
    }
  }

  private static long handle(SeriesGeneration generation, int offset) {
    return generation.number() << 32 | Integer.toUnsignedLong(offset);
  }

  private SeriesGeneration roomFor(byte[] record) {
    SeriesGeneration newest = generations.getLast();
    if (newest.fits(record)) {
      return newest;
    }
    SeriesGeneration next = new SeriesGeneration(newest.number() + 1, generationBytesMax);
    List<SeriesGeneration> all = new ArrayList<>(generations);
    all.add(next);
    if (all.size() > GENERATIONS) {
      all.removeFirst();
    }
    if (all.size() == GENERATIONS) {
      lowestHandle = all.getFirst().number() + 1 << 32;
    }
    generations = List.copyOf(all);
    return next;
  }

  /** Handles below are forgotten, or about to be. */
  public long lowestHandle() {
    return lowestHandle;
  }

  /** Series that are remembered. */
  public long size() {
    lock.lock();
    try {
      return generations.stream().mapToLong(SeriesGeneration::size).sum();
    } finally {
      lock.unlock();
    }
  }

  /** Memory that they take, roughly. */
  public long bytes() {
    lock.lock();
    try {
      return generations.stream().mapToLong(SeriesGeneration::bytes).sum();
    } finally {
      lock.unlock();
    }
  }

  /** For one thread. */
  public SeriesCursor cursor() {
    return new SeriesCursor(this);
  }

  List<SeriesGeneration> generations() {
    return generations;
  }

  /** With every record of every handle that was given out before. */
  List<SeriesGeneration> generationsForCertain() {
    lock.lock();
    try {
      return generations;
    } finally {
      lock.unlock();
    }
  }
}
