// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.cardinality;

import io.luminate.model.EntityKeys;
import io.luminate.model.SeriesHash;
import io.luminate.model.TenantId;
import io.luminate.store.SeriesName;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.ClickHouseFailure;
import io.luminate.store.clickhouse.client.LongCounts;
import io.luminate.store.clickhouse.client.RowFunction;
import io.luminate.store.clickhouse.client.RowReader;
import io.luminate.store.clickhouse.client.Statement;
import io.luminate.store.clickhouse.client.TenantShares;
import io.luminate.store.clickhouse.schema.Tables;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;

/** What the points themselves say about series and metrics. */
final class StoredSeries {
  /** What reads every point of a metric, or of a tenant. */
  private static final Duration READ_WITHIN = Duration.ofMinutes(5);

  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

  /** ClickHouse takes no more than 128 KiB for a parameter. */
  private static final int NUMBERS_MAX = 2_500;

  private static final int TEXT_BYTES_MAX = 28 << 10;

  /** How long a count waits for others of its tenant. */
  private static final Duration COUNT_WAITS = Duration.ofMinutes(1);

  private final ClickHouseClient client;
  private final ClickHouseClient counting;
  private final TenantShares lookUps = new TenantShares(Cardinality.CONNECTIONS);
  private final TenantShares counts = new TenantShares(Cardinality.CONNECTIONS);
  private final String points;
  private final EntityKeys entityKeys;

  /**
   * @param client for look-ups
   * @param counting for what may take minutes, which look-ups do not wait for
   */
  StoredSeries(
      ClickHouseClient client, ClickHouseClient counting, Tables tables, EntityKeys entityKeys) {
    this.client = client;
    this.counting = counting;
    this.points = tables.points();
    this.entityKeys = entityKeys;
  }

  /** Which of a metric's series have a point from the day on. */
  Set<SeriesHash> present(
      TenantId tenant,
      String metric,
      Collection<SeriesName> series,
      int firstDay,
      Duration within) {
    Map<String, Object> values = new HashMap<>();
    values.put("tenant", tenant.value());
    values.put("metric", metric);
    values.put("from", firstDay * DAY_MILLIS);
    String sql =
        "SELECT DISTINCT series FROM "
            + points
            + " WHERE tenant = {tenant:String} AND metric = {metric:String}"
            + " AND timestamp >= {from:Int64} AND "
            + anyOf("entity", "Array(String)", entities(series), values)
            + " AND "
            + anyOf("series", "Array(UInt128)", numbers(series), values);
    Statement question = seeingDeletes(Statement.of(sql).withAll(values));
    return lookUp(
        tenant,
        within,
        left -> client.query(LongCounts.ending(question, left), StoredSeries::hashes).value());
  }

  /**
   * Asks over the connections for look-ups, of which the tenant has its share.
   *
   * @param question is told how much of the time is left
   * @throws ClickHouseFailure if nothing is
   */
  <T> T lookUp(TenantId tenant, Duration within, Function<Duration, T> question) {
    return lookUps.within(tenant, within, question);
  }

  private <T> T count(TenantId tenant, Statement question, RowFunction<T> read) {
    return counts.within(
        tenant, COUNT_WAITS, left -> counting.query(ofAllPoints(question), read).value());
  }

  private static Statement ofAllPoints(Statement question) {
    return LongCounts.bounded(seeingDeletes(question), READ_WITHIN);
  }

  private static Statement seeingDeletes(Statement question) {
    return question.withSetting(Tables.ON_THE_FLY, "1");
  }

  private static String anyOf(
      String column, String type, List<Object> slices, Map<String, Object> values) {
    List<String> conditions = new ArrayList<>();
    for (Object slice : slices) {
      String name = column + values.size();
      values.put(name, slice);
      conditions.add(column + " IN {" + name + ":" + type + "}");
    }
    return "(" + String.join(" OR ", conditions) + ")";
  }

  private List<Object> entities(Collection<SeriesName> series) {
    List<Object> slices = new ArrayList<>();
    List<String> slice = new ArrayList<>();
    int bytes = 0;
    for (String entity : distinctEntities(series)) {
      // A character may take four bytes, and each of them four characters.
      bytes += 4 * entity.length() + 1;
      if (bytes > TEXT_BYTES_MAX && !slice.isEmpty()) {
        slices.add(List.copyOf(slice));
        slice.clear();
        bytes = 4 * entity.length() + 1;
      }
      slice.add(entity);
    }
    slices.add(List.copyOf(slice));
    return slices;
  }

  private Set<String> distinctEntities(Collection<SeriesName> series) {
    Set<String> entities = new HashSet<>();
    series.forEach(one -> entities.add(entityKeys.entityOf(one.dimensions())));
    return entities;
  }

  private static List<Object> numbers(Collection<SeriesName> series) {
    List<String> numbers =
        series.stream().map(one -> number(one.dimensions().hash()).toString()).toList();
    List<Object> slices = new ArrayList<>();
    for (int from = 0; from < numbers.size(); from += NUMBERS_MAX) {
      int to = Math.min(numbers.size(), from + NUMBERS_MAX);
      slices.add("[" + String.join(",", numbers.subList(from, to)) + "]");
    }
    return slices;
  }

  private static BigInteger number(SeriesHash hash) {
    BigInteger high = new BigInteger(Long.toUnsignedString(hash.high()));
    return high.shiftLeft(Long.SIZE).or(new BigInteger(Long.toUnsignedString(hash.low())));
  }

  private static Set<SeriesHash> hashes(RowReader rows) throws IOException {
    Set<SeriesHash> found = new HashSet<>();
    while (rows.hasNext()) {
      long low = rows.int64();
      found.add(new SeriesHash(rows.int64(), low));
    }
    return found;
  }

  /** Counts a metric's series anew, each on the last day on which it has a point. */
  Map<Integer, HllSketch> count(MetricName name) {
    Statement statement =
        Statement.of(
                "SELECT intDiv(max(timestamp), 86400000), series FROM "
                    + points
                    + " WHERE tenant = {tenant:String} AND metric = {metric:String}"
                    + " GROUP BY series")
            .with("tenant", name.tenant().value())
            .with("metric", name.metric());
    return count(name.tenant(), statement, StoredSeries::sketches);
  }

  private static Map<Integer, HllSketch> sketches(RowReader rows) throws IOException {
    Map<Integer, HllSketch> byDay = new TreeMap<>();
    while (rows.hasNext()) {
      int day = Math.toIntExact(rows.int64());
      long low = rows.int64();
      byDay
          .computeIfAbsent(day, d -> new HllSketch(MetricCount.LG_K, TgtHllType.HLL_4))
          .update(new long[] {rows.int64(), low});
    }
    return byDay;
  }

  /** The tenant's metrics, with the last UTC day on which each has a point. */
  Map<String, Integer> metrics(TenantId tenant) {
    Statement statement =
        Statement.of(
                "SELECT metric, intDiv(max(timestamp), 86400000) FROM "
                    + points
                    + " WHERE tenant = {tenant:String} GROUP BY metric")
            .with("tenant", tenant.value());
    return count(
        tenant,
        statement,
        rows -> {
          Map<String, Integer> metrics = new HashMap<>();
          while (rows.hasNext()) {
            metrics.put(rows.string(), Math.toIntExact(rows.int64()));
          }
          return metrics;
        });
  }
}
