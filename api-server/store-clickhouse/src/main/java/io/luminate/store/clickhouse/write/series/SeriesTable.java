// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.series;

import io.luminate.model.Dimensions;
import io.luminate.model.EntityKeys;
import io.luminate.model.SeriesHash;
import io.luminate.model.TenantId;
import io.luminate.store.clickhouse.schema.MetricSlots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Numbers for series, and by number what a row of a series is made of, in bounded memory. Series
 * are remembered in generations; when there are {@link #GENERATIONS} and the newest is full, the
 * oldest is forgotten whole. A series that is asked for afterwards gets a new number.
 *
 * <p>A handle is the number of its generation, from 1, in the upper half and the record's offset
 * below. Generations that are about to be forgotten give out no handles any more and their handles
 * count as forgotten, but may still be read: a request that has them already has {@link #GRACE} to
 * be written, or where series are forgotten faster than that, the time in which half of the memory
 * fills. A series of theirs that is asked for again moves into the newest generation, so those stay
 * that are in use.
 *
 * <p>Concurrency: series are sought and added under one lock, which nobody holds while waiting for
 * ClickHouse; {@link SeriesCursor} reads without it.
 */
public final class SeriesTable {
  static final int GENERATIONS = SeriesIndex.GENERATIONS_MAX;

  /** In a queue and behind the inserts under way a request waits for less, if all is well. */
  static final Duration GRACE = Duration.ofSeconds(1);

  static final long FIRST_HANDLE = 1L << 32;

  /** Some tenants share one: a look more, and nothing else. */
  private static final int TENANT_PLACES = 1 << 10;

  private final SlotAssignment assignment;
  private final EntityKeys entityKeys;
  private final LongSupplier nanos;
  private final long generationBytesMax;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock, as is what follows. */
  private final SeriesIndex index = new SeriesIndex();

  private long newestNanos;

  /** By the generation with which it began. */
  private final NavigableMap<Long, Integer> dayByGeneration = new TreeMap<>();

  /** Oldest first, by ascending number without gaps; replaced, never changed. */
  private volatile List<SeriesGeneration> generations;

  private volatile long lowestHandle;

  /** By tenants' hashes: below, some handles of theirs are stale. */
  private final AtomicLongArray lowestSure = new AtomicLongArray(TENANT_PLACES);

  /**
   * @param bytesMax of memory; a series takes some 46 bytes besides its values
   */
  public SeriesTable(SlotAssignment assignment, EntityKeys entityKeys, long bytesMax) {
    this(assignment, entityKeys, bytesMax, System::nanoTime);
  }

  SeriesTable(SlotAssignment assignment, EntityKeys entityKeys, long bytesMax, LongSupplier nanos) {
    this.assignment = assignment;
    this.entityKeys = entityKeys;
    this.nanos = nanos;
    this.generationBytesMax = bytesMax / GENERATIONS;
    this.generations = List.of(new SeriesGeneration(1, generationBytesMax));
    this.newestNanos = nanos.getAsLong();
  }

  /**
   * A series that was looked for, so that it can be added without looking at its texts again.
   *
   * @param remembered 0 if it is not; its handle if {@link #isGood}, else for {@link #isStale} and
   *     {@link #dayOf} alone
   */
  public record Sought(
      TenantId tenant,
      String metric,
      Dimensions dimensions,
      Optional<byte[]> bytes,
      long remembered) {

    /** Of the dimensions. */
    public SeriesHash hash() {
      return bytes.map(SeriesRecord::seriesHash).orElseGet(dimensions::hash);
    }
  }

  /** Looks for series of one metric, whose slots it has at hand. For one thread. */
  public final class Seeker {
    private final TenantId tenant;
    private final String metric;
    private MetricSlots slots;

    private Seeker(TenantId tenant, String metric) {
      this.tenant = tenant;
      this.metric = metric;
      this.slots = assignment.known(tenant, metric);
    }

    /** Gives out nothing and moves nothing. */
    public Sought seek(Dimensions dimensions) {
      int[] slotOf = SeriesRecord.slotsOf(dimensions, slots);
      if (!allHaveSlots(slotOf)) {
        slots = assignment.known(tenant, metric);
        slotOf = SeriesRecord.slotsOf(dimensions, slots);
        if (!allHaveSlots(slotOf)) {
          return new Sought(tenant, metric, dimensions, Optional.empty(), 0);
        }
      }
      byte[] record = SeriesRecord.encode(dimensions, slotOf, entityKeys);
      return new Sought(
          tenant, metric, dimensions, Optional.of(record), remembered(tenant, metric, record));
    }

    private boolean allHaveSlots(int[] slotOf) {
      int least = Integer.MAX_VALUE;
      for (int slot : slotOf) {
        least = Math.min(least, slot);
      }
      return slots.full() || least > 0;
    }
  }

  /** For what is remembered of a metric's series. */
  public Seeker seeker(TenantId tenant, String metric) {
    return new Seeker(tenant, metric);
  }

  private long remembered(TenantId tenant, String metric, byte[] record) {
    int hash = hash(tenant, metric, record);
    lock.lock();
    try {
      int place = place(hash, tenant, metric, record);
      return index.taken(place) ? handle(generation(place), index.offset(place)) : 0;
    } finally {
      lock.unlock();
    }
  }

  /** The same number for an equal series, as long as it is not forgotten; never 0. */
  public long handle(TenantId tenant, String metric, Dimensions dimensions) {
    return add(tenant, metric, assigned(tenant, metric, dimensions));
  }

  /** As {@link #handle(TenantId, String, Dimensions)}. */
  public long handle(Sought series) {
    byte[] bytes =
        series
            .bytes()
            .orElseGet(() -> assigned(series.tenant(), series.metric(), series.dimensions()));
    return add(series.tenant(), series.metric(), bytes);
  }

  private byte[] assigned(TenantId tenant, String metric, Dimensions dimensions) {
    MetricSlots slots = assignment.assign(tenant, metric, keys(dimensions));
    return SeriesRecord.encode(dimensions, SeriesRecord.slotsOf(dimensions, slots), entityKeys);
  }

  private long add(TenantId tenant, String metric, byte[] record) {
    int hash = hash(tenant, metric, record);
    lock.lock();
    try {
      // First of all, as it changes the index.
      SeriesGeneration newest = roomFor(record);
      int place = place(hash, tenant, metric, record);
      if (index.taken(place)) {
        return known(place, newest, tenant, metric, record);
      }
      int offset = newest.add(tenant, metric, record);
      index.add(hash, newest.number(), offset);
      return handle(newest, offset);
    } finally {
      lock.unlock();
    }
  }

  private static int hash(TenantId tenant, String metric, byte[] record) {
    return SeriesRecord.hash(record, 31 * tenant.hashCode() + metric.hashCode());
  }

  /** Where the record is, or a place to put it. */
  private int place(int hash, TenantId tenant, String metric, byte[] record) {
    int place = index.first(hash);
    while (index.taken(place) && !holds(place, hash, tenant, metric, record)) {
      place = index.next(place);
    }
    return place;
  }

  /** Has every series asked for again, from this day on. */
  public void renew(int day) {
    lock.lock();
    try {
      if (generations.getLast().end() > SeriesGeneration.FIRST_OFFSET) {
        addGeneration();
        lowestHandle = generations.getLast().number() << 32;
      }
      dayByGeneration.put(generations.getLast().number(), day);
      dayByGeneration.headMap(generations.getFirst().number() - GENERATIONS).clear();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Has every series of a metric asked for again. Handles that requests have already can be written
   * all the same, and those of other metrics stay as good as they are.
   *
   * @param version of the metric, from 1; once for each is enough
   */
  public void renew(TenantId tenant, String metric, long version) {
    lock.lock();
    try {
      List<SeriesMetric> known =
          generations.stream().flatMap(one -> one.find(tenant, metric).stream()).toList();
      if (known.stream().allMatch(one -> one.renewedFor() < version) && !known.isEmpty()) {
        long below = (generations.getLast().number() << 32) + generations.getLast().end();
        known.forEach(one -> one.renew(version, below));
        lowestSure.set(tenantPlace(tenant), below);
      }
    } finally {
      lock.unlock();
    }
  }

  private static int tenantPlace(TenantId tenant) {
    return tenant.hashCode() & TENANT_PLACES - 1;
  }

  /** All handles of the tenant from this on are good. */
  public long lowestSureHandle(TenantId tenant) {
    return Math.max(lowestHandle, lowestSure.get(tenantPlace(tenant)));
  }

  /** Whether its series need not be asked for again. */
  public boolean isGood(long handle) {
    return handle >= lowestHandle && !isStale(handle);
  }

  /** Whether its metric was renewed since the series was asked for, or nobody knows. */
  public boolean isStale(long handle) {
    List<SeriesGeneration> all = generations;
    long place = (handle >>> 32) - all.getFirst().number();
    if (place < 0 || place >= all.size()) {
      return true;
    }
    SeriesGeneration generation = all.get((int) place);
    return Integer.toUnsignedLong((int) handle) >= generation.end()
        || generation.metricAt((int) handle).staleBelow() > handle;
  }

  /** The day on which the series behind a handle was asked for last. */
  public int dayOf(long handle) {
    lock.lock();
    try {
      Map.Entry<Long, Integer> began = dayByGeneration.floorEntry(handle >>> 32);
      return began == null ? Integer.MIN_VALUE : began.getValue();
    } finally {
      lock.unlock();
    }
  }

  private static List<String> keys(Dimensions dimensions) {
    String[] keys = new String[dimensions.size()];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = dimensions.key(i);
    }
    return List.of(keys);
  }

  private boolean holds(int place, int hash, TenantId tenant, String metric, byte[] record) {
    return index.has(place, hash)
        && generation(place).holds(index.offset(place), tenant, metric, record);
  }

  private SeriesGeneration generation(int place) {
    List<SeriesGeneration> all = generations;
    long oldest = all.getFirst().number();
    return all.get((int) (index.generation(place) - oldest & GENERATIONS - 1));
  }

  private long known(
      int place, SeriesGeneration newest, TenantId tenant, String metric, byte[] record) {
    long handle = handle(generation(place), index.offset(place));
    if (isGood(handle)) {
      return handle;
    }
    int offset = newest.add(tenant, metric, record);
    index.move(place, newest.number(), offset);
    return handle(newest, offset);
  }

  private static long handle(SeriesGeneration generation, int offset) {
    return generation.number() << 32 | Integer.toUnsignedLong(offset);
  }

  private SeriesGeneration roomFor(byte[] record) {
    SeriesGeneration newest = generations.getLast();
    return newest.fits(record) ? newest : addGeneration();
  }

  private SeriesGeneration addGeneration() {
    SeriesGeneration newest = generations.getLast();
    SeriesGeneration next = new SeriesGeneration(newest.number() + 1, generationBytesMax);
    List<SeriesGeneration> all = new ArrayList<>(generations);
    all.add(next);
    if (all.size() > GENERATIONS) {
      index.forget(all.removeFirst().number());
    }
    long now = nanos.getAsLong();
    if (all.size() == GENERATIONS) {
      long leaving = all.getFirst().number() + leaving(now - newestNanos);
      lowestHandle = Math.max(lowestHandle, leaving << 32);
    }
    newestNanos = now;
    generations = List.copyOf(all);
    return next;
  }

  /** As many as will be forgotten within the time of grace, if it goes on as fast as lately. */
  private static long leaving(long nanosPerGeneration) {
    long many = Math.ceilDiv(GRACE.toNanos(), Math.max(1, nanosPerGeneration));
    return Math.clamp(many, 1, GENERATIONS / 2);
  }

  /** Handles below are forgotten, or about to be. */
  public long lowestHandle() {
    return lowestHandle;
  }

  /** Series that are remembered. */
  public long size() {
    lock.lock();
    try {
      return index.size();
    } finally {
      lock.unlock();
    }
  }

  /** Memory that they take, roughly. */
  public long bytes() {
    lock.lock();
    try {
      return generations.stream().mapToLong(SeriesGeneration::bytes).sum() + index.bytes();
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
