// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.query;

import io.luminate.benchmarks.load.CustomersWorkload;
import io.luminate.benchmarks.load.Metric;
import java.util.List;

/** The same questions in SQL, over a table with a column for each dimension of the workload. */
public final class HandMadeSql {
  private static final long MINUTE_MILLIS = 60_000;

  /**
   * A series' points in the order of time. No series has two at a time, so that values need not be
   * sorted among themselves.
   */
  private static final String IN_ORDER =
      "groupArray(timestamp) t0, groupArray(value) v0, arraySort(t0) ts,"
          + " arraySort((x, y) -> y, v0, t0) vs";

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

  /**
   * Codecs that took least processor time to insert, of those that were measured. Values under LZ4
   * in place of ZSTD would take less to ask, and more bytes.
   */
  public static String create(String table) {
    return """
        CREATE TABLE %s (
          tenant LowCardinality(String) DEFAULT 'default', metric_name LowCardinality(String),
          entity String, series UInt64 CODEC(ZSTD(1)),
          timestamp Int64 CODEC(T64, LZ4), value Float64 CODEC(ZSTD(1)),
          customer_id String, region String, tier String, host String, endpoint String,
          status_code String)
        ENGINE = MergeTree
        PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(timestamp, 'UTC'))
        ORDER BY (tenant, metric_name, entity, series, timestamp)"""
        .formatted(table);
  }

  /** How many points of a metric are in a table. */
  public static String count(String table, Metric metric) {
    return "SELECT count() FROM %s WHERE metric_name = '%s'".formatted(table, metric.wireName());
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
          SELECT any(customer_id) g, count() n, %s,
            arrayDotProduct(arrayDifference(ts), arrayMap((x, y) -> (x + y) / 2000, vs,
              arrayPushFront(arrayPopBack(vs), 0))) area
          FROM %s GROUP BY series)
        GROUP BY g ORDER BY v DESC, g LIMIT 100"""
        .formatted(IN_ORDER, points(Metric.CPU_USAGE));
  }

  /** What a series' first point is is no increase. */
  private String rate(long intervalMillis, String filter) {
    long first = Math.floorDiv(startMillis, intervalMillis) * intervalMillis;
    return """
        SELECT intDiv(t, %1$d) * %1$d b, sum(greatest(d, 0)) / %2$d FROM (
          SELECT %5$s FROM %3$s GROUP BY series)
        ARRAY JOIN arrayPopFront(ts) AS t, arrayPopFront(arrayDifference(vs)) AS d
        WHERE t >= %4$d GROUP BY b ORDER BY b"""
        .formatted(
            intervalMillis,
            intervalMillis / 1_000,
            points(Metric.TOTAL_REQUESTS) + filter,
            first,
            IN_ORDER);
  }

  private String topValues() {
    return "SELECT customer_id g, count() v FROM "
        + points(Metric.API_LATENCY)
        + " GROUP BY g ORDER BY v DESC, g LIMIT 101";
  }
}
