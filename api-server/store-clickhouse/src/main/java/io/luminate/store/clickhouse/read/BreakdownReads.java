// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.model.Filter;
import io.luminate.model.TenantId;
import io.luminate.store.QueryControl;
import io.luminate.store.SeriesBreakdown;
import io.luminate.store.SeriesBreakdown.Day;
import io.luminate.store.SeriesBreakdown.KeyShare;
import io.luminate.store.clickhouse.client.RowReader;
import io.luminate.store.clickhouse.read.MetricScans.Place;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What the series of a metric are made of. Each statement reads the metric's points of all retained
 * days once; what it keeps for each series is a hash, and one for each of its keys.
 */
final class BreakdownReads {
  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

  /** Exact for some ten thousand, beyond that off by 0.3 %, in some 100 KB. */
  private static final String COUNT = "uniqCombined64(17)";

  private static final String DAY = "intDiv(timestamp, " + DAY_MILLIS + ")";

  private final StatementRunner runner;
  private final MetricScans scans;

  BreakdownReads(StatementRunner runner, MetricScans scans) {
    this.runner = runner;
    this.scans = scans;
  }

  SeriesBreakdown of(
      TenantId tenant,
      String metricName,
      List<Filter> filters,
      long retainedFromMillis,
      QueryControl control) {
    control.checkpoint();
    long fromMillis = Math.floorDiv(retainedFromMillis, DAY_MILLIS) * DAY_MILLIS;
    Metric metric =
        new Metric(scans.fresh(control, tenant, metricName, filters), fromMillis, control);
    List<String> names = metric.names();
    boolean more = names.size() > SeriesBreakdown.KEYS_MAX;
    return metric.breakdown(more ? names.subList(0, SeriesBreakdown.KEYS_MAX) : names, more);
  }

  /** One metric's matching points. */
  private final class Metric {
    private final Place place;
    private final long fromMillis;
    private final QueryControl control;

    Metric(Place place, long fromMillis, QueryControl control) {
      this.place = place;
      this.fromMillis = fromMillis;
      this.control = control;
    }

    private String scan(Parameters parameters) {
      return place.scan(fromMillis, parameters).sql();
    }

    /** Those with a slot, and of others the ones with most values, up to one too many. */
    List<String> names() {
      List<String> names = new ArrayList<>(place.columns().slots().keys());
      if (place.columns().slots().full()) {
        Parameters parameters = new Parameters();
        String statement =
            "SELECT k FROM (SELECT arrayJoin(mapKeys(rest)) AS k, rest[k] AS v "
                + scan(parameters)
                + ") GROUP BY k ORDER BY uniq(v) DESC, k LIMIT "
                + parameters.int64(SeriesBreakdown.KEYS_MAX + 1L - names.size());
        names.addAll(
            runner.run(parameters.statement(statement), DiscoveryReads::texts, control).value());
      }
      return names;
    }

    SeriesBreakdown breakdown(List<String> names, boolean more) {
      Parameters parameters = new Parameters();
      List<String> hashes = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        String column = place.columns().of(names.get(i), parameters).orElseThrow();
        hashes.add("if(empty(" + column + "), 0, sipHash64(" + i + ", " + column + "))");
      }
      String statement =
          "SELECT toInt64(count())"
              + each(
                  names,
                  ", toInt64(uniqCombined64If(17)(h%2$d, h%2$d != 0)), toInt64(%1$s(t - h%2$d))")
              + " FROM (SELECT "
              + IntStream.range(0, names.size())
                  .mapToObj(i -> "any(" + hashes.get(i) + ") AS h" + i + ", ")
                  .collect(Collectors.joining())
              + others(names, more, parameters)
              + each(names, " + h%2$d")
              + " AS t "
              + scan(parameters)
              + " GROUP BY series)";
      List<Day> days = days();
      return runner
          .run(parameters.statement(statement), rows -> read(rows, names, more, days), control)
          .value();
    }

    /** A hash of the pairs that have none of their own, or two series might be taken for one. */
    private String others(List<String> names, boolean more, Parameters parameters) {
      if (!more) {
        return "toUInt64(0)";
      }
      String known = parameters.texts(names);
      String pairs = "mapFilter((k, v) -> NOT has(" + known + ", k), rest)";
      return "any(sipHash64(mapKeys(" + pairs + "), mapValues(" + pairs + ")))";
    }

    private List<Day> days() {
      Parameters parameters = new Parameters();
      String statement =
          "SELECT d, toInt64(sum(c)), toInt64(sum(f)) FROM (SELECT "
              + DAY
              + " AS d, "
              + COUNT
              + "(series) AS c, toUInt64(0) AS f "
              + scan(parameters)
              + " GROUP BY d UNION ALL SELECT d, toUInt64(0) AS c, count() AS f FROM (SELECT min("
              + DAY
              + ") AS d "
              + scan(parameters)
              + " GROUP BY series) GROUP BY d) GROUP BY d ORDER BY d";
      return runner.run(parameters.statement(statement), BreakdownReads::days, control).value();
    }
  }

  private static String each(List<String> names, String pattern) {
    return IntStream.range(0, names.size())
        .mapToObj(i -> String.format(pattern, COUNT, i))
        .collect(Collectors.joining());
  }

  /** An estimate is no more than what it is a part of. */
  private static SeriesBreakdown read(
      RowReader rows, List<String> names, boolean more, List<Day> days) throws IOException {
    if (!rows.hasNext()) {
      return SeriesBreakdown.NONE;
    }
    long series = rows.int64();
    List<KeyShare> keys = new ArrayList<>();
    for (String name : names) {
      KeyShare key =
          new KeyShare(name, Math.min(series, rows.int64()), Math.min(series, rows.int64()));
      if (key.values() > 0) {
        keys.add(key);
      }
    }
    return new SeriesBreakdown(series, keys, more, days);
  }

  private static List<Day> days(RowReader rows) throws IOException {
    List<Day> days = new ArrayList<>();
    while (rows.hasNext()) {
      days.add(new Day(LocalDate.ofEpochDay(rows.int64()), rows.int64(), rows.int64()));
    }
    return days;
  }
}
