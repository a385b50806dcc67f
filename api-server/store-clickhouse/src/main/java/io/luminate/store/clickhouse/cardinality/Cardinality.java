// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.cardinality;

import io.luminate.model.Dimensions;
import io.luminate.model.EntityKeys;
import io.luminate.model.TenantId;
import io.luminate.store.SeriesAdmission;
import io.luminate.store.SeriesRequest;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.ClickHouseFailure;
import io.luminate.store.clickhouse.client.Recurring;
import io.luminate.store.clickhouse.schema.Tables;
import io.luminate.store.clickhouse.write.PointWriter;
import io.luminate.store.clickhouse.write.block.SketchBlock;
import io.luminate.store.clickhouse.write.series.SeriesTable;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.HllUnion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets series in. One that this process remembers is let in at once; any other is counted in its
 * metric's sketch. Where the count is near the limit, ClickHouse is asked which of a request's
 * unknown series it has, all at once, so that none of those is refused. What cannot be answered is
 * let in, and counted.
 */
public final class Cardinality implements AutoCloseable {
  private static final Duration SHARE_EVERY = Duration.ofSeconds(10);

  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

  /** A delete whose metric cannot be counted anew is tried again as often. */
  private static final Duration RECOUNT_EVERY = Duration.ofMinutes(1);

  /** Longer than it can take, with what it waits for its tenant's other counts. */
  private static final Duration RECOUNT_WITHIN = Duration.ofMinutes(7);

  /** Of metrics that wait for it. */
  private static final int RECOUNTS_MAX = 1_000;

  /** Of each of the two clients: a tenant's questions take three quarters of them at most. */
  public static final int CONNECTIONS = 4;

  /** Of sketches in memory: some 200 metrics with many series, any number of others. */
  static final long SKETCH_BYTES_MAX = 20L << 20;

  /** None takes less than what an empty one does. */
  static final int COUNTS_MAX = Math.toIntExact(SKETCH_BYTES_MAX / MetricCount.OBJECTS_BYTES);

  /** So many keys of metrics may come until it is looked at what all sketches take. */
  private static final int KEYS_UNTIL_FORGOTTEN = (4 << 20) / MetricCount.KEY_BYTES;

  /** Who comes next counts what it meets by itself. */
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(Cardinality.class);

  private final PointWriter writer;
  private final SeriesTable series;
  private final SketchTable sketches;
  private final StoredSeries stored;
  private final InstantSource clock;
  private final SketchRows rows;
  private final String process = UUID.randomUUID().toString();
  private final AtomicInteger day = new AtomicInteger(Integer.MIN_VALUE);
  private final AtomicLong unanswered = new AtomicLong();
  private final AtomicInteger keysMet = new AtomicInteger();
  private final Loads loads = new Loads();

  /** Held while changes are taken and written: of a process' rows the last one counts. */
  private final ReentrantLock writing = new ReentrantLock();

  /** Metrics that were counted as a whole, to be written with what else is new. */
  private final WholeCounts counted = new WholeCounts();

  /** Metrics whose points were deleted, until they have been counted anew. */
  private final ConcurrentHashMap<MetricName, MetricCount> recounts = new ConcurrentHashMap<>();

  /** Metrics that were counted for another retention, with their epoch. */
  private final ConcurrentHashMap<MetricName, Long> renewals = new ConcurrentHashMap<>();

  private final Map<MetricName, MetricCount> counts = new LinkedHashMap<>(16, 0.75f, true);
  private final Tenants tenants;

  /** When it was last asked what others have written; of one thread. */
  private long changesAskedNanos = System.nanoTime();

  private final Recurring sharing;
  private final Recurring recounting;

  /**
   * @param client for what somebody waits for
   * @param counting for what reads all points of a metric or a tenant, and may take minutes
   * @param retention of a tenant's metric
   * @param margin how much longer rows stay
   */
  public Cardinality(
      PointWriter writer,
      ClickHouseClient client,
      ClickHouseClient counting,
      Tables tables,
      EntityKeys entityKeys,
      InstantSource clock,
      BiFunction<TenantId, String, Duration> retention,
      Duration margin) {
    this.writer = writer;
    this.series = writer.series();
    this.sketches = new SketchTable(client, tables);
    this.stored = new StoredSeries(client, counting, tables, entityKeys);
    this.tenants = new Tenants(stored);
    this.clock = clock;
    this.rows = new SketchRows(retention, margin);
    this.sharing = Recurring.start("cardinality", SHARE_EVERY, this::share);
    this.recounting = Recurring.start("cardinality-recount", RECOUNT_EVERY, this::recount);
  }

  /** Series that were let in without anybody knowing whether they are new. */
  public long unanswered() {
    return unanswered.get();
  }

  public List<SeriesAdmission> admit(SeriesRequest request) {
    return new RequestAdmission(this, writer, stored, request, today()).answers();
  }

  /** Nobody knows of so many series whether they are new. */
  void leaveUnanswered(long howMany) {
    unanswered.addAndGet(howMany);
  }

  /** Series are asked for again on a new day, so that each day's sketch has those of the day. */
  private int today() {
    int today = Math.toIntExact(Math.floorDiv(clock.millis(), DAY_MILLIS));
    int before = day.get();
    if (before != today && day.compareAndSet(before, today)) {
      series.renew(today);
      all().forEach((name, count) -> count.stale());
      tenants.beginDay();
    }
    return today;
  }

  /** From which on the metric's points stay. */
  int firstDay(MetricName name) {
    return rows.firstDay(name, clock.millis());
  }

  MetricCount count(MetricName name) {
    synchronized (counts) {
      MetricCount count = counts.computeIfAbsent(name, n -> new MetricCount());
      forgetEldest();
      return count;
    }
  }

  /** Within moments one tenant may bring more metrics with more keys than there is room for. */
  void met(MetricCount count, Dimensions dimensions) {
    if (keysMet.addAndGet(count.met(dimensions)) > KEYS_UNTIL_FORGOTTEN) {
      keysMet.set(0);
      forget();
    }
  }

  /** Of the series that came new in this process, if the metric is counted here. */
  public List<String> keysByGrowth(TenantId tenant, String metric) {
    return known(new MetricName(tenant, metric)).map(MetricCount::keysByGrowth).orElse(List.of());
  }

  private Optional<MetricCount> known(MetricName name) {
    synchronized (counts) {
      return Optional.ofNullable(counts.get(name));
    }
  }

  /** Of what was counted meanwhile nothing is to be forgotten with the count. */
  void keep(MetricName name, MetricCount count) {
    synchronized (counts) {
      if (counts.putIfAbsent(name, count) == null) {
        count.forgotten();
        forgetEldest();
      }
    }
  }

  /** There may be very many before {@link #forget} comes. */
  private void forgetEldest() {
    if (counts.size() > COUNTS_MAX) {
      counts.remove(counts.keySet().iterator().next());
    }
  }

  int countsKnown() {
    synchronized (counts) {
      return counts.size();
    }
  }

  TenantMetrics metricsOf(TenantId tenant) {
    return tenants.of(tenant);
  }

  private Map<MetricName, MetricCount> all() {
    synchronized (counts) {
      return new HashMap<>(counts);
    }
  }

  /**
   * Tells other processes what came here, and hears what came there, if there is room for one more
   * that does.
   *
   * @return whether it is known now
   */
  boolean exchange(
      MetricName name, MetricCount count, int firstDay, long seriesMax, Duration within) {
    if (loads.hasRoom(name) && count.isOutdated(seriesMax) && count.mayLoad()) {
      loads.await(name, () -> loadNow(name, count, firstDay), within, Patience.IN_ALL);
    }
    return !count.isOutdated(seriesMax);
  }

  /** Of a metric that nobody ever counted the points are. */
  private void loadNow(MetricName name, MetricCount count, int firstDay) {
    try {
      if (count.isChanged()) {
        writeChanges(Map.of(name, count), SketchTable.WITHIN);
      }
      SketchTable.Stored found =
          stored.lookUp(
              name.tenant(), SketchTable.WITHIN, left -> sketches.read(name, firstDay, left));
      OptionalLong toCount = count.toCount(found.epoch(), found.counted());
      if (toCount.isPresent()) {
        countPoints(name, count, toCount.getAsLong(), found, firstDay);
      } else {
        load(name, count, found.epoch(), found.all(), firstDay);
        renewUnlessCountedFor(name, found);
      }
    } catch (ClickHouseFailure e) {
      count.loadFailed();
      LOG.warn("{} of {} cannot be counted yet: {}", name.metric(), name.tenant(), e.getMessage());
    }
  }

  private void countPoints(
      MetricName name, MetricCount count, long epoch, SketchTable.Stored found, int firstDay) {
    List<MetricCount.Row> whole = rows.whole(name, stored.count(name), epoch, today());
    HllUnion all = found.epoch() == epoch ? found.all() : new HllUnion(MetricCount.LG_K);
    whole.stream()
        .filter(row -> row.day() >= firstDay)
        .forEach(row -> all.update(HllSketch.heapify(row.sketch())));
    load(name, count, epoch, all, firstDay);
    if (counted.add(name, whole)) {
      count.recounted(epoch);
    }
  }

  /** Rows go by the retention of their time, and points by today's: a longer one needs new rows. */
  private void renewUnlessCountedFor(MetricName name, SketchTable.Stored found) {
    boolean other = found.countedForDays() != rows.keptDays(name);
    if (other && renewals.size() < RECOUNTS_MAX) {
      renewals.put(name, found.epoch());
      recounting.soon();
    }
  }

  /** Where it fails it is tried again when the metric is loaded next. */
  private void renewOne() {
    for (MetricName name : renewals.keySet()) {
      Long epoch = renewals.remove(name);
      if (epoch != null) {
        counted.add(name, rows.whole(name, stored.count(name), epoch, today()));
        sharing.soon();
        recounting.soon();
        return;
      }
    }
  }

  /** After a delete anywhere nothing that is remembered of the metric's series holds any more. */
  private void load(MetricName name, MetricCount count, long epoch, HllUnion all, int firstDay) {
    if (count.load(epoch, all, firstDay)) {
      series.renew(name.tenant(), name.metric(), epoch);
    }
  }

  int loads() {
    return loads.size();
  }

  /**
   * Points of a metric are deleted: nothing remembered of it holds any more. It is counted anew
   * soon, not before this returns, and again if that fails. Until then others go on with what they
   * know, and so they do if this process ends first: they count what was deleted until its days are
   * over, or until the next delete.
   */
  public void deleted(TenantId tenant, String metric) {
    MetricName name = new MetricName(tenant, metric);
    metricsOf(tenant).deleted(metric);
    MetricCount count = count(name);
    // Last, or a series might be remembered that was counted before the delete alone.
    series.renew(tenant, metric, count.restart(clock.millis()));
    renewals.remove(name);
    if (recounts.size() < RECOUNTS_MAX) {
      recounts.put(name, count);
      recounting.soon();
    } else {
      LOG.warn("{} of {} is not counted anew after a delete", metric, tenant);
    }
  }

  /** One metric after the other, as each may read very many points. */
  void recount() {
    for (Map.Entry<MetricName, MetricCount> one : Map.copyOf(recounts).entrySet()) {
      MetricName name = one.getKey();
      MetricCount count = one.getValue();
      recounts.remove(name, count);
      if (count.isRestarted()) {
        int firstDay = firstDay(name);
        loads.await(name, () -> loadNow(name, count, firstDay), RECOUNT_WITHIN, RECOUNT_WITHIN);
      }
      if (count.isRestarted()) {
        recounts.putIfAbsent(name, count);
      } else {
        sharing.soon();
      }
    }
    renewOne();
  }

  /**
   * Writes what is new here, reads what is new elsewhere, forgets what nobody asks for.
   *
   * <p>It forgets also while nothing can be written. Series that were counted in what is forgotten
   * unwritten are still remembered as let in, so nothing counts them again before the next day: a
   * limit may be passed by as many. On that day they are counted when they are met.
   */
  void share() {
    try {
      writeChanges(all(), SketchTable.WITHIN);
      readChanges();
    } finally {
      forget();
      tenants.trim();
    }
  }

  /** Only of metrics that are counted here; any other is read as a whole when it is needed. */
  private void readChanges() {
    Map<MetricName, MetricCount> now = all();
    now.values().removeIf(count -> !count.isLoaded());
    long askedNanos = System.nanoTime();
    Duration lately = SHARE_EVERY.multipliedBy(2).plusNanos(askedNanos - changesAskedNanos);
    Set<MetricName> changed = sketches.changed(process, lately, now::containsKey);
    sketches.changes(process, lately, changed, change -> merge(now, change));
    changesAskedNanos = askedNanos;
  }

  private void merge(Map<MetricName, MetricCount> now, SketchTable.Change change) {
    MetricCount known = now.get(change.name());
    if (known != null
        && change.day() >= firstDay(change.name())
        && known.merge(change.epoch(), change.sketch())) {
      series.renew(change.name().tenant(), change.name().metric(), change.epoch());
    }
  }

  /** What nobody has asked for longest: first of all, that of which everything is written. */
  void forget() {
    synchronized (counts) {
      long over = counts.values().stream().mapToLong(MetricCount::bytes).sum() - SKETCH_BYTES_MAX;
      over = forget(over, count -> !count.isChanged());
      forget(over, count -> true);
    }
  }

  private long forget(long bytes, Predicate<MetricCount> which) {
    long left = bytes;
    for (var eldest = counts.values().iterator(); left > 0 && eldest.hasNext(); ) {
      MetricCount count = eldest.next();
      if (which.test(count)) {
        left -= count.bytes();
        eldest.remove();
      }
    }
    return left;
  }

  private void writeChanges(Map<MetricName, MetricCount> now, Duration within) {
    writing.lock();
    try {
      takeAndWrite(now, within);
    } finally {
      writing.unlock();
    }
  }

  private void takeAndWrite(Map<MetricName, MetricCount> now, Duration within) {
    int today = today();
    takeUp(now, within);
    SketchBlock block = new SketchBlock();
    Map<MetricName, List<MetricCount.Row>> whole = counted.all();
    whole.forEach((name, all) -> all.forEach(row -> rows.add(block, name, "", row)));
    Map<MetricName, List<MetricCount.Row>> taken = new HashMap<>();
    now.forEach(
        (name, count) -> {
          List<MetricCount.Row> changed = count.takeChanged();
          changed.forEach(row -> rows.add(block, name, process, row));
          taken.put(name, changed);
        });
    boolean written = false;
    try {
      sketches.insert(block, within);
      counted.written(whole);
      written = true;
    } finally {
      for (Map.Entry<MetricName, MetricCount> one : now.entrySet()) {
        if (written) {
          one.getValue().written(today);
        } else {
          one.getValue().putBack(taken.getOrDefault(one.getKey(), List.of()));
        }
      }
    }
  }

  /**
   * A metric that was forgotten and met again goes on with the row of the day that it had, so that
   * there is one for each metric, day and process, however often that happens.
   */
  private void takeUp(Map<MetricName, MetricCount> now, Duration within) {
    Map<MetricName, MetricCount.Days> partial = new HashMap<>();
    now.forEach((name, count) -> partial.put(name, count.partial()));
    partial.values().removeIf(days -> days.days().isEmpty());
    sketches.own(
        process,
        partial.keySet(),
        within,
        own -> {
          MetricCount count = now.get(own.name());
          if (count != null) {
            count.takeUp(own.day(), own.epoch(), own.sketch());
          }
        });
    partial.forEach((name, days) -> Objects.requireNonNull(now.get(name)).takenUp(days));
  }

  @Override
  public void close() {
    recounting.close();
    sharing.close();
    try {
      writeChanges(all(), CLOSE_WITHIN);
    } catch (ClickHouseFailure e) {
      LOG.warn("counts of the last seconds are not written: {}", e.getMessage());
    }
  }
}
