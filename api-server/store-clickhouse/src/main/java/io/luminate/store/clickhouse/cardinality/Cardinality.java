// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.cardinality;

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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import org.apache.datasketches.hll.HllSketch;
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

  /** Of sketches in memory: some 200 metrics with many series, any number of others. */
  private static final long SKETCH_BYTES_MAX = 20L << 20;

  /** Whose metrics are remembered. */
  private static final int TENANTS_MAX = 2_000;

  /** How long a request waits until it is known what other processes have counted. */
  private static final Duration EXCHANGE_WITHIN = Duration.ofSeconds(2);

  /** Who comes next counts what it meets by itself. */
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(1);

  /** The last second that ClickHouse's DateTime can say, in the year 2106. */
  private static final long LAST_SECOND = 0xFFFF_FFFFL;

  private static final Logger LOG = LoggerFactory.getLogger(Cardinality.class);

  private final PointWriter writer;
  private final SeriesTable series;
  private final SketchTable sketches;
  private final StoredSeries stored;
  private final InstantSource clock;
  private final BiFunction<TenantId, String, Duration> retention;
  private final Duration margin;
  private final String process = UUID.randomUUID().toString();
  private final AtomicInteger day = new AtomicInteger(Integer.MIN_VALUE);
  private final AtomicLong unanswered = new AtomicLong();
  private final AtomicLong writers = new AtomicLong();

  private final ConcurrentHashMap<MetricName, CompletableFuture<Boolean>> exchanges =
      new ConcurrentHashMap<>();

  /** Held while changes are taken and written: of a process' rows the last one counts. */
  private final ReentrantLock writing = new ReentrantLock();

  /** Metrics that were counted as a whole, to be written with what else is new. */
  private final Queue<Counted> counted = new ConcurrentLinkedQueue<>();

  private record Counted(MetricName name, MetricCount.Row row) {}

  private final Map<MetricName, MetricCount> counts = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<TenantId, TenantMetrics> metrics = new LinkedHashMap<>(16, 0.75f, true);
  private final Recurring sharing;

  /**
   * @param retention of a tenant's metric
   * @param margin how much longer rows stay
   */
  public Cardinality(
      PointWriter writer,
      ClickHouseClient client,
      Tables tables,
      EntityKeys entityKeys,
      InstantSource clock,
      BiFunction<TenantId, String, Duration> retention,
      Duration margin) {
    this.writer = writer;
    this.series = writer.series();
    this.sketches = new SketchTable(client, tables);
    this.stored = new StoredSeries(client, tables, entityKeys);
    this.clock = clock;
    this.retention = retention;
    this.margin = margin;
    this.sharing = Recurring.start("cardinality", SHARE_EVERY, this::share);
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
    }
    return today;
  }

  /** From which on the metric's points stay. */
  int firstDay(MetricName name) {
    long kept = retention.apply(name.tenant(), name.metric()).toMillis();
    return Math.toIntExact(Math.floorDiv(clock.millis() - kept, DAY_MILLIS));
  }

  MetricCount count(MetricName name) {
    synchronized (counts) {
      return counts.computeIfAbsent(
          name, n -> new MetricCount(process + "/" + writers.incrementAndGet()));
    }
  }

  /** Of what was counted meanwhile nothing is to be forgotten with the count. */
  void keep(MetricName name, MetricCount count) {
    synchronized (counts) {
      counts.putIfAbsent(name, count);
    }
  }

  TenantMetrics metricsOf(TenantId tenant) {
    synchronized (metrics) {
      TenantMetrics known = metrics.computeIfAbsent(tenant, t -> new TenantMetrics(t, stored));
      if (metrics.size() > TENANTS_MAX) {
        metrics.remove(metrics.keySet().iterator().next());
      }
      return known;
    }
  }

  private Map<MetricName, MetricCount> all() {
    synchronized (counts) {
      return new HashMap<>(counts);
    }
  }

  /**
   * Tells other processes what came here, and hears what came there. Whoever needs it waits for one
   * and the same exchange; that goes on when nobody does any more.
   *
   * @return whether it is known now
   */
  boolean exchange(MetricName name, MetricCount count, int firstDay, long seriesMax) {
    CompletableFuture<Boolean> exchange =
        exchanges.computeIfAbsent(
            name,
            n ->
                CompletableFuture.supplyAsync(
                    () -> !count.isOutdated(seriesMax) || exchangeNow(n, count, firstDay),
                    task -> Thread.ofVirtual().name("cardinality-exchange").start(task)));
    try {
      return exchange.get(EXCHANGE_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      LOG.warn("{} of {} could not be counted", name.metric(), name.tenant(), e.getCause());
    } catch (TimeoutException e) {
      LOG.info("{} of {} is being counted", name.metric(), name.tenant());
    } finally {
      if (exchange.isDone()) {
        exchanges.remove(name, exchange);
      }
    }
    return false;
  }

  /** Of a metric that nobody ever counted the points are. */
  private boolean exchangeNow(MetricName name, MetricCount count, int firstDay) {
    try {
      writeChanges(Map.of(name, count), SketchTable.WITHIN);
      SketchTable.Stored found = sketches.read(name, firstDay);
      List<HllSketch> all = new ArrayList<>(found.sketches());
      if (!found.counted()) {
        rows(stored.count(name), found.epoch()).forEach(row -> counted.add(new Counted(name, row)));
        counted.stream()
            .filter(one -> one.name().equals(name) && one.row().day() >= firstDay)
            .forEach(one -> all.add(HllSketch.heapify(one.row().sketch())));
      }
      count.load(found.epoch(), all, firstDay);
      return true;
    } catch (ClickHouseFailure e) {
      LOG.warn("{} of {} cannot be counted yet: {}", name.metric(), name.tenant(), e.getMessage());
      return false;
    }
  }

  /** One of today in any case: it says that the metric was counted, also if nothing is there. */
  private List<MetricCount.Row> rows(Map<Integer, HllSketch> byDay, long epoch) {
    Map<Integer, HllSketch> all = new HashMap<>(byDay);
    all.putIfAbsent(today(), new HllSketch(MetricCount.LG_K));
    List<MetricCount.Row> rows = new ArrayList<>();
    all.forEach(
        (ofDay, sketch) ->
            rows.add(new MetricCount.Row(ofDay, epoch, sketch.toCompactByteArray())));
    return rows;
  }

  private void add(SketchBlock block, MetricName name, String from, MetricCount.Row row) {
    Duration kept = retention.apply(name.tenant(), name.metric()).plus(margin).plusDays(1);
    long expiresSeconds = Math.min(LAST_SECOND, (row.day() + 1) * 86_400L + kept.toSeconds());
    block.add(
        new SketchBlock.Row(
            name.tenant().value(),
            name.metric(),
            row.day(),
            from,
            row.epoch(),
            expiresSeconds,
            row.sketch()));
  }

  /** Points of a metric are deleted: it is counted anew, and nothing remembered of it holds. */
  public void deleted(TenantId tenant, String metric) {
    MetricName name = new MetricName(tenant, metric);
    series.renew(today());
    metricsOf(tenant).deleted(metric);
    long epoch = clock.millis();
    count(name).restart(epoch, series.lowestHandle() >>> 32);
    SketchBlock block = new SketchBlock();
    rows(stored.count(name), epoch).forEach(row -> add(block, name, "", row));
    sketches.insert(block, SketchTable.WITHIN);
  }

  /** Writes what is new here, reads what is new elsewhere, forgets what nobody asks for. */
  private void share() {
    Map<MetricName, MetricCount> now = all();
    writeChanges(now, SketchTable.WITHIN);
    for (SketchTable.Change change : sketches.changes(process, SHARE_EVERY.multipliedBy(2))) {
      MetricCount known = now.get(change.name());
      if (known != null && change.day() >= firstDay(change.name())) {
        known.merge(change.epoch(), change.sketch());
      }
    }
    forget(now.values().stream().mapToLong(MetricCount::bytes).sum() - SKETCH_BYTES_MAX);
  }

  /** What nobody has asked for longest; its counts are written. */
  private void forget(long bytes) {
    synchronized (counts) {
      long left = bytes;
      for (var eldest = counts.values().iterator(); left > 0 && eldest.hasNext(); ) {
        left -= eldest.next().bytes();
        eldest.remove();
      }
    }
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
    Map<MetricName, List<MetricCount.Row>> taken = new HashMap<>();
    SketchBlock block = new SketchBlock();
    List<Counted> whole = List.copyOf(counted);
    whole.forEach(one -> add(block, one.name(), "", one.row()));
    now.forEach(
        (name, count) -> {
          List<MetricCount.Row> rows = count.takeChanged();
          rows.forEach(row -> add(block, name, count.writer(), row));
          taken.put(name, rows);
        });
    boolean written = false;
    try {
      sketches.insert(block, within);
      counted.removeAll(whole);
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

  @Override
  public void close() {
    sharing.close();
    try {
      writeChanges(all(), CLOSE_WITHIN);
    } catch (ClickHouseFailure e) {
      LOG.warn("counts of the last seconds are not written: {}", e.getMessage());
    }
  }
}
