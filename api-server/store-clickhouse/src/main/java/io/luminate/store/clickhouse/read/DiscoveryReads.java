// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import static java.util.stream.Collectors.joining;

import io.luminate.model.Filter;
import io.luminate.model.TenantId;
import io.luminate.model.Utf8Order;
import io.luminate.store.KeysResult;
import io.luminate.store.MetricNamesQuery;
import io.luminate.store.MetricNamesResult;
import io.luminate.store.QueryControl;
import io.luminate.store.StoreStats;
import io.luminate.store.ValuesQuery;
import io.luminate.store.ValuesResult;
import io.luminate.store.ValuesResult.ValueCount;
import io.luminate.store.clickhouse.client.RowReader;
import io.luminate.store.clickhouse.client.Statement;
import io.luminate.store.clickhouse.read.MetricScans.Place;
import io.luminate.store.clickhouse.schema.Tables;
import java.io.EOFException;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/** What names there are. All of this looks at whole UTC days any part of which is retained. */
final class DiscoveryReads {
  private static final long DAY_MILLIS = TimeUnit.DAYS.toMillis(1);

  /** Read at once; most metrics have all of their keys in fewer. */
  private static final int FIRST_ROWS = 1_000;

  /** To plan so many looks for one key each takes less than a statement more. */
  private static final int BRANCHES_MAX = 3;

  private final StatementRunner runner;
  private final MetricScans scans;
  private final Tables tables;

  DiscoveryReads(StatementRunner runner, MetricScans scans, Tables tables) {
    this.runner = runner;
    this.scans = scans;
    this.tables = tables;
  }

  private static long dayStart(long millis) {
    return Math.floorDiv(millis, DAY_MILLIS) * DAY_MILLIS;
  }

  /**
   * As each metric has a retention of its own, which of them count is decided here; so names come a
   * page at a time, the next one only if too few of a full one count.
   */
  MetricNamesResult listMetrics(
      MetricNamesQuery query, ToLongFunction<String> retainedFromMillis, QueryControl control) {
    List<String> names = new ArrayList<>();
    Map<String, Integer> lastDays = lastDays(query, Optional.empty(), control);
    while (true) {
      String after = "";
      for (Map.Entry<String, Integer> metric : lastDays.entrySet()) {
        after = metric.getKey();
        if (metric.getValue() >= partition(retainedFromMillis.applyAsLong(after))) {
          names.add(after);
        }
      }
      if (names.size() > query.limit() || lastDays.size() <= query.limit()) {
        return MetricNamesResult.ofFirst(query.limit(), names);
      }
      lastDays = lastDays(query, Optional.of(after), control);
    }
  }

  /** Of the first metrics, one more than may be named, by name. */
  private Map<String, Integer> lastDays(
      MetricNamesQuery query, Optional<String> after, QueryControl control) {
    control.checkpoint();
    Parameters parameters = new Parameters();
    Scan scan = Scan.of(tables, query.tenant(), parameters);
    if (!query.prefix().isEmpty()) {
      scan.and("startsWith(metric, " + parameters.text(query.prefix()) + ")");
    }
    after.ifPresent(name -> scan.and("metric > " + parameters.text(name)));
    if (!query.filters().isEmpty()) {
      scan.and(scans.anyMetric(control, query.tenant(), query.filters(), parameters));
    }
    String sql =
        "SELECT metric, max(toUInt32(_partition_id)) "
            + scan.sql()
            + " GROUP BY metric ORDER BY metric LIMIT "
            + parameters.int64(query.limit() + 1L);
    return runner.run(parameters.statement(sql), DiscoveryReads::lastDays, control).value();
  }

  private static Map<String, Integer> lastDays(RowReader rows) throws IOException {
    Map<String, Integer> days = new LinkedHashMap<>();
    while (rows.hasNext()) {
      days.put(rows.string(), rows.uint32());
    }
    return days;
  }

  /** The number of a day's partition, such as 20260311. */
  private static int partition(long millis) {
    LocalDate day = LocalDate.ofEpochDay(Math.max(0, Math.floorDiv(millis, DAY_MILLIS)));
    return (day.getYear() * 100 + day.getMonthValue()) * 100 + day.getDayOfMonth();
  }

  KeysResult listDimensionKeys(
      TenantId tenant,
      String metricName,
      List<Filter> filters,
      long retainedFromMillis,
      int limit,
      QueryControl control) {
    control.checkpoint();
    Place place = scans.fresh(control, tenant, metricName, filters);
    if (place.columns().slots().keys().isEmpty()) {
      return new KeysResult(List.of(), false);
    }
    long fromMillis = dayStart(retainedFromMillis);
    List<String> ofSlots = place.columns().slots().keys();
    FirstRows first =
        ofSlots.size() > BRANCHES_MAX
            ? firstRows(place, fromMillis, control)
            : new FirstRows(Set.of(), false);
    List<String> unmet =
        first.all()
            ? List.of()
            : ofSlots.stream().filter(key -> !first.met().contains(key)).toList();
    List<String> keys = new ArrayList<>(first.met());
    if (!unmet.isEmpty() || place.columns().slots().full()) {
      Statement statement = keys(place, unmet, fromMillis, limit);
      keys.addAll(runner.run(statement, DiscoveryReads::texts, control).value());
    }
    return KeysResult.ofFirst(limit, keys.stream().sorted(Utf8Order.COMPARATOR).toList());
  }

  /**
   * What a metric's first rows tell of its keys.
   *
   * @param met keys that have a slot, and a value in one of the rows
   * @param all whether there are no other rows
   */
  private record FirstRows(Set<String> met, boolean all) {}

  /** Mostly has all keys, for a twentieth of what it takes to look for each by itself. */
  private FirstRows firstRows(Place place, long fromMillis, QueryControl control) {
    List<String> keys = place.columns().slots().keys();
    Parameters parameters = new Parameters();
    List<String> columns =
        keys.stream().map(key -> place.columns().of(key, parameters).orElseThrow()).toList();
    String sql =
        "SELECT toInt64(count()), "
            + columns.stream().map(c -> "max(notEmpty(" + c + "))").collect(joining(", "))
            + " FROM (SELECT "
            + String.join(", ", columns)
            + " "
            + place.scan(fromMillis, parameters).sql()
            + " LIMIT "
            + FIRST_ROWS
            + ")";
    return runner.run(parameters.statement(sql), rows -> firstRows(keys, rows), control).value();
  }

  private static FirstRows firstRows(List<String> keys, RowReader row) throws IOException {
    long rows = row.int64();
    Set<String> met = new LinkedHashSet<>();
    for (String key : keys) {
      if (row.uint8() > 0) {
        met.add(key);
      }
    }
    return new FirstRows(met, rows < FIRST_ROWS);
  }

  /**
   * Each slot's column is looked at until the first value in it is met. Keys without a slot are any
   * number: of them come the first ones, and one more that tells whether there are more.
   */
  private static Statement keys(Place place, List<String> ofSlots, long fromMillis, int limit) {
    Parameters parameters = new Parameters();
    String scan = place.scan(fromMillis, parameters).sql();
    List<String> branches = new ArrayList<>();
    for (String key : ofSlots) {
      String column = place.columns().of(key, parameters).orElseThrow();
      branches.add(
          "SELECT " + parameters.text(key) + " " + scan + " AND notEmpty(" + column + ") LIMIT 1");
    }
    if (place.columns().slots().full()) {
      branches.add(
          "SELECT k FROM (SELECT DISTINCT arrayJoin(mapKeys(rest)) AS k "
              + scan
              + ") ORDER BY k LIMIT "
              + parameters.int64(limit + 1L));
    }
    return parameters.statement(String.join(" UNION ALL ", branches));
  }

  static List<String> texts(RowReader rows) throws IOException {
    List<String> texts = new ArrayList<>();
    while (rows.hasNext()) {
      texts.add(rows.string());
    }
    return texts;
  }

  ValuesResult listDimensionValues(
      ValuesQuery query, long retainedFromMillis, QueryControl control) {
    return scans.ask(
        control,
        query.tenant(),
        query.metricName(),
        query.filters(),
        List.of(query.key()),
        place -> values(query, place, retainedFromMillis, control));
  }

  private ValuesResult values(
      ValuesQuery query, Place place, long retainedFromMillis, QueryControl control) {
    control.checkpoint();
    Parameters parameters = new Parameters();
    Optional<String> column = place.columns().of(query.key(), parameters);
    if (column.isEmpty()) {
      return new ValuesResult(List.of(), false);
    }
    Scan scan = place.scan(dayStart(retainedFromMillis), parameters);
    scan.and(
        query.prefix().isEmpty()
            ? "notEmpty(k)"
            : "startsWith(k, " + parameters.text(query.prefix()) + ")");
    Statement statement =
        parameters.statement(
            "SELECT "
                + column.get()
                + " AS k, count() AS n "
                + scan.sql()
                + " GROUP BY k ORDER BY n DESC, k LIMIT "
                + parameters.int64(query.limit() + 1L));
    List<ValueCount> values = runner.run(statement, DiscoveryReads::counts, control).value();
    boolean truncated = values.size() > query.limit();
    return new ValuesResult(truncated ? values.subList(0, query.limit()) : values, truncated);
  }

  private static List<ValueCount> counts(RowReader rows) throws IOException {
    List<ValueCount> counts = new ArrayList<>();
    while (rows.hasNext()) {
      counts.add(new ValueCount(rows.string(), rows.int64()));
    }
    return counts;
  }

  StoreStats stats(TenantId tenant, QueryControl control) {
    Parameters parameters = new Parameters();
    Statement statement =
        parameters.statement(
            "SELECT uniqExact(metric, series), count() "
                + Scan.of(tables, tenant, parameters).sql());
    return runner.run(statement, DiscoveryReads::storeStats, control).value();
  }

  private static StoreStats storeStats(RowReader rows) throws IOException {
    if (!rows.hasNext()) {
      throw new EOFException("an aggregate without a row");
    }
    return new StoreStats(rows.int64(), rows.int64(), 0);
  }
}
