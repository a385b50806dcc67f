// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.schema;

import io.luminate.model.TenantId;
import io.luminate.store.ErrorCode;
import io.luminate.store.StoreException;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.RowReader;
import io.luminate.store.clickhouse.client.Statement;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * The slots of all metrics, as rows that every process shares. A metric's row of version n lists
 * all its keys that have a slot, in the order of their slots; each version begins with the one
 * before, so what was read once stays true, and only a key that is not in it is a reason to read
 * again.
 *
 * <p>Concurrency: assignments of one metric wait for each other, those of different metrics only
 * where they share one of the locks. No lock is held while a reader waits for ClickHouse.
 */
public final class Slots {
  /** Of memory: 5 000 metrics with 20 keys of ordinary length, or 20 000 with three. */
  static final long BYTES_MAX = 8L << 20;

  /** Of a metric without keys: its entry in the map, its name and its list. */
  private static final long METRIC_BYTES = 240;

  /** Of a text besides its characters, and of the reference to it. */
  private static final long TEXT_BYTES = 48;

  private static final int LOCKS = 64;

  private final SharedTable rows;

  /** The same rows as whoever only asks gets at them. */
  private final SharedTable readRows;

  private final String table;
  private final Duration answerWithin;

  /** Those that were asked for longest ago come first. */
  private final Map<MetricName, MetricSlots> known = new LinkedHashMap<>(16, 0.75f, true);

  private final long bytesMax;

  /** Of what is known, about; guarded by it. */
  private long knownBytes;

  private final List<ReentrantLock> locks = new ArrayList<>();

  private record MetricName(TenantId tenant, String metric) {}

  /** A row; version 0 stands for none. */
  private record Version(int number, MetricSlots slots) {}

  /**
   * @param readClient for looks on behalf of questions
   * @param answerWithin how long one look or one assignment may take, about, where no question
   *     bounds it
   */
  public Slots(
      ClickHouseClient client, ClickHouseClient readClient, Tables tables, Duration answerWithin) {
    this(client, readClient, tables, answerWithin, BYTES_MAX);
  }

  Slots(
      ClickHouseClient client,
      ClickHouseClient readClient,
      Tables tables,
      Duration answerWithin,
      long bytesMax) {
    this.answerWithin = answerWithin;
    this.rows = new SharedTable(client, tables, Tables.SLOTS);
    this.readRows = new SharedTable(readClient, tables, Tables.SLOTS);
    this.table = tables.slots();
    this.bytesMax = bytesMax;
    for (int i = 0; i < LOCKS; i++) {
      locks.add(new ReentrantLock());
    }
  }

  /** What this process has seen; never waits for ClickHouse. */
  public MetricSlots known(TenantId tenant, String metric) {
    return known(new MetricName(tenant, metric));
  }

  /**
   * What there is now, for a question.
   *
   * @param bounds gives a statement those of the question
   */
  public MetricSlots reread(TenantId tenant, String metric, UnaryOperator<Statement> bounds) {
    return newest(readRows, new MetricName(tenant, metric), bounds).slots();
  }

  /** What there is now, for whoever changes points. */
  public MetricSlots rereadToChange(TenantId tenant, String metric) {
    return newest(rows, new MetricName(tenant, metric)).slots();
  }

  /**
   * All of the tenant's metrics that have a slot, as they are now; none of them is remembered.
   *
   * @param bounds gives a statement those of the question
   */
  public Map<String, MetricSlots> rereadAll(TenantId tenant, UnaryOperator<Statement> bounds) {
    Statement all =
        Statement.of(
                "SELECT metric, argMax(keys, version) FROM "
                    + table
                    + " WHERE tenant = {tenant:String} GROUP BY metric")
            .with("tenant", tenant.value());
    return readRows.read(bounds.apply(all), Slots::slotsByMetric);
  }

  private static Map<String, MetricSlots> slotsByMetric(RowReader rows) throws IOException {
    Map<String, MetricSlots> slots = new HashMap<>();
    while (rows.hasNext()) {
      slots.put(rows.string(), new MetricSlots(keys(rows)));
    }
    return slots;
  }

  private static List<String> keys(RowReader rows) throws IOException {
    List<String> keys = new ArrayList<>();
    for (int left = rows.length(); left > 0; left--) {
      keys.add(rows.string());
    }
    return keys;
  }

  /** Returns once every key has its slot, or the metric has none left. */
  public MetricSlots assign(TenantId tenant, String metric, Collection<String> keys) {
    MetricName name = new MetricName(tenant, metric);
    MetricSlots slots = known(name);
    return complete(slots, keys) ? slots : assignOneByOne(name, keys);
  }

  /** Whoever waits for others that get no answer need not try after them. */
  private MetricSlots assignOneByOne(MetricName name, Collection<String> keys) {
    ReentrantLock lock = locks.get(Math.floorMod(name.hashCode(), LOCKS));
    try {
      if (!lock.tryLock(answerWithin.toNanos(), TimeUnit.NANOSECONDS)) {
        throw busy();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw busy();
    }
    try {
      MetricSlots slots = known(name);
      return complete(slots, keys) ? slots : assign(name, keys);
    } finally {
      lock.unlock();
    }
  }

  private static StoreException busy() {
    return new StoreException(
        ErrorCode.STORAGE_UNAVAILABLE,
        "the storage does not answer which columns a metric's dimensions have;"
            + " nothing was stored",
        Map.of("stored", "no"));
  }

  private MetricSlots assign(MetricName name, Collection<String> keys) {
    Version newest = newest(rows, name);
    while (!complete(newest.slots(), keys)) {
      newest = insert(name, newest.number() + 1, extended(newest.slots(), keys));
    }
    return newest.slots();
  }

  private static boolean complete(MetricSlots slots, Collection<String> keys) {
    return slots.full() || slots.keys().containsAll(keys);
  }

  private static List<String> extended(MetricSlots slots, Collection<String> keys) {
    SequencedSet<String> all = new LinkedHashSet<>(slots.keys());
    all.addAll(keys);
    return all.stream().limit(MetricSlots.COUNT).toList();
  }

  private Version insert(MetricName name, int version, List<String> keys) {
    return rows.insertFirst(
        about(
                name,
                "INSERT INTO "
                    + table
                    + " (tenant, metric, version, keys)"
                    + " SELECT {tenant:String}, {metric:String}, {version:UInt8}, {keys:Array(String)}"
                    + " WHERE (SELECT max(version) FROM "
                    + table
                    + " WHERE tenant = {tenant:String} AND metric = {metric:String})"
                    + " = {version:UInt8} - 1")
            .with("version", version)
            .with("keys", keys),
        name.tenant() + "/" + name.metric() + "/" + version,
        () -> newest(rows, name),
        newest -> newest.number() >= version);
  }

  private Version newest(SharedTable from, MetricName name) {
    return newest(from, name, UnaryOperator.identity());
  }

  private Version newest(SharedTable from, MetricName name, UnaryOperator<Statement> bounds) {
    Statement question =
        about(
            name,
            "SELECT version, keys FROM "
                + table
                + " WHERE tenant = {tenant:String} AND metric = {metric:String}"
                + " ORDER BY version DESC LIMIT 1");
    Version newest = from.read(bounds.apply(question), Slots::version);
    return new Version(newest.number(), remember(name, newest.slots()));
  }

  private Statement about(MetricName name, String sql) {
    return Statement.of(sql)
        .with("tenant", name.tenant().value())
        .with("metric", name.metric())
        .within(answerWithin);
  }

  private static Version version(RowReader rows) throws IOException {
    if (!rows.hasNext()) {
      return new Version(0, MetricSlots.NONE);
    }
    return new Version(rows.uint8(), new MetricSlots(keys(rows)));
  }

  private MetricSlots known(MetricName name) {
    synchronized (known) {
      return known.getOrDefault(name, MetricSlots.NONE);
    }
  }

  /** An answer may be older than what is known by now, never the other way round in content. */
  private MetricSlots remember(MetricName name, MetricSlots slots) {
    synchronized (known) {
      MetricSlots before = known.getOrDefault(name, MetricSlots.NONE);
      MetricSlots longer = before.keys().size() > slots.keys().size() ? before : slots;
      knownBytes += bytes(name, longer) - (known.containsKey(name) ? bytes(name, before) : 0);
      known.put(name, longer);
      forget();
      return longer;
    }
  }

  /** The newest stays in any case. */
  private void forget() {
    var eldest = known.entrySet().iterator();
    while (knownBytes > bytesMax && known.size() > 1) {
      Map.Entry<MetricName, MetricSlots> one = eldest.next();
      knownBytes -= bytes(one.getKey(), one.getValue());
      eldest.remove();
    }
  }

  private static long bytes(MetricName name, MetricSlots slots) {
    long bytes = METRIC_BYTES + name.tenant().value().length() + name.metric().length();
    for (String key : slots.keys()) {
      bytes += TEXT_BYTES + key.length();
    }
    return bytes;
  }

  int metricsKnown() {
    synchronized (known) {
      return known.size();
    }
  }
}
