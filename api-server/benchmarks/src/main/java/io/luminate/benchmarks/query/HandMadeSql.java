// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.query;

import io.luminate.benchmarks.load.CustomersWorkload;
import io.luminate.benchmarks.load.Metric;
import java.util.List;

/** The same questions in SQL, over a table with a column for each dimension of the workload. */
public final class HandMadeSql {
  private static final long MINUTE_MILLIS = 60_000;

  private final String table;
  private final String path;
  private final long startMillis;
  private final long endMillis;
  private final String customer;

  /**
   * @param access the part of an address that says as whom
   */
  public HandMadeSql(CustomersWorkload workload, String access, String table) {
    this.table = table;
    this.path = "/?" + access;
    this.startMillis = workload.startMillis();
    this.endMillis = workload.endMillis();
    String id = "'cust_" + LuminateQueries.oneOf(workload) + "'";
    this.customer = " AND entity = " + id + " AND customer_id = " + id;
  }

  public static String create(String table) {
    return """
        CREATE TABLE %s (
          tenant LowCardinality(String) DEFAULT 'default', metric_name LowCardinality(String),
          entity String CODEC(ZSTD(1)), series UInt64 CODEC(ZSTD(1)),
          timestamp Int64 CODEC(DoubleDelta, ZSTD(1)), value Float64 CODEC(Gorilla, ZSTD(1)),
          customer_id String CODEC(ZSTD(1)), region String CODEC(ZSTD(1)),
          tier String CODEC(ZSTD(1)), host String CODEC(ZSTD(1)),
          endpoint String CODEC(ZSTD(1)), status_code String CODEC(ZSTD(1)))
        ENGINE = MergeTree
        PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(timestamp, 'UTC'))
        ORDER BY (tenant, metric_name, entity, series, timestamp)"""
        .formatted(table);
  }

  public List<NamedQuery> all() {
    return List.of(
        query(QueryName.RAW_RANGE, rawOfOne()),
        top(QueryName.AVG_BY_CUSTOMER, "customer_id", "avg(value)", "", 100),
        top(QueryName.COUNT_BY_CUSTOMER, "customer_id", "count()", "", 10),
        top(
            QueryName.P95_BY_CUSTOMER,
            "customer_id",
            "quantileExactInclusive(0.95)(value)",
            "",
            100),
        top(QueryName.P99_BY_ENDPOINT, "endpoint", "quantileExactInclusive(0.99)(value)", "", 100),
        top(QueryName.SUM_BY_TIER, "tier", "sum(value)", " AND region = 'us-east-1'", 100),
        query(QueryName.INTEGRAL_BY_CUSTOMER, integral()),
        query(QueryName.RATE_OF_ONE, rate(MINUTE_MILLIS, customer)),
        query(QueryName.RATE_OF_ALL, rate(5 * MINUTE_MILLIS, "")),
        query(QueryName.TOP_VALUES, topValues()));
  }

  private NamedQuery query(QueryName name, String sql) {
    return new NamedQuery(name, path, sql + " FORMAT JSON");
  }

  private NamedQuery top(QueryName name, String key, String value, String filter, int limit) {
    return query(
        name,
        "SELECT %s g, %s v, count() n FROM %s GROUP BY g ORDER BY v DESC, g LIMIT %d"
            .formatted(key, value, points(Metric.API_LATENCY) + filter, limit));
  }

  private String points(Metric metric) {
    return "%s WHERE tenant = 'default' AND metric_name = '%s' AND timestamp BETWEEN %d AND %d"
        .formatted(table, metric.wireName(), startMillis, endMillis);
  }

  private String rawOfOne() {
    return "SELECT timestamp, value, customer_id, region, tier, endpoint, status_code FROM "
        + points(Metric.API_LATENCY)
        + customer
        + " ORDER BY timestamp, series, value LIMIT 10000";
  }

  private String integral() {
    return """
        SELECT g, sum(area) v, sum(n) FROM (
          SELECT any(customer_id) g, count() n, arraySort(groupArray((timestamp, value))) p,
            arraySum((a, b) -> (b.1 - a.1) * (a.2 + b.2), arrayPopBack(p), arrayPopFront(p)) / 2000
              area
          FROM %s GROUP BY series)
        GROUP BY g ORDER BY v DESC, g LIMIT 100"""
        .formatted(points(Metric.CPU_USAGE));
  }

  private String rate(long intervalMillis, String filter) {
    long first = Math.floorDiv(startMillis, intervalMillis) * intervalMillis;
    return """
        SELECT b, sum(d) / %2$d FROM (
          SELECT arraySort(groupArray((timestamp, value))) p,
            arrayJoin(arrayMap(
              (a, b) -> (intDiv(b.1, %1$d) * %1$d, greatest(0, b.2 - a.2)),
              arrayPopBack(p), arrayPopFront(p))) j, j.1 b, j.2 d
          FROM %3$s GROUP BY series)
        WHERE b >= %4$d GROUP BY b ORDER BY b"""
        .formatted(
            intervalMillis, intervalMillis / 1_000, points(Metric.TOTAL_REQUESTS) + filter, first);
  }

  private String topValues() {
    return "SELECT customer_id g, count() v FROM "
        + points(Metric.API_LATENCY)
        + " GROUP BY g ORDER BY v DESC, g LIMIT 101";
  }
}
