// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.query;

import io.luminate.benchmarks.load.CustomersWorkload;
import io.luminate.benchmarks.load.Metric;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The queries over the whole time of a workload, as the query API takes them. */
public final class LuminateQueries {
  private static final int FEW = 25;
  private static final String QUERY_PATH = "/api/v1/query";

  private final String timeRange;
  private final String customer;
  private final String next;
  private final String few;

  public LuminateQueries(CustomersWorkload workload) {
    timeRange =
        "\"timeRange\":{\"start\":%d,\"end\":%d}"
            .formatted(workload.startMillis(), workload.endMillis());
    customer = filterOf(oneOf(workload));
    next = filterOf(oneOf(workload) + 1);
    int step = workload.size().customers() / workload.size().cpuSeries();
    few =
        IntStream.range(0, Math.min(FEW, workload.size().cpuSeries()))
            .mapToObj(i -> "\"cust_%d\"".formatted(i * step))
            .collect(Collectors.joining(",", "\"filters\":{\"customer_id\":[", "]}"));
  }

  private static String filterOf(int customer) {
    return "\"filters\":{\"customer_id\":\"cust_%d\"}".formatted(customer);
  }

  /** The customer that queries of one customer ask for. */
  static int oneOf(CustomersWorkload workload) {
    return workload.size().customers() / 2 + 7;
  }

  public List<NamedQuery> all() {
    return questions("", "\"filters\":{\"region\":\"us-east-1\"},", Metric.TOTAL_REQUESTS);
  }

  /**
   * The same of {@link #FEW} customers, of whom every metric knows, so that the server's own work
   * is much of it. Rates are of a metric of which they have too many points for the server to make
   * them.
   */
  public List<NamedQuery> ofFewCustomers() {
    return questions(few + ",", few + ",", Metric.CPU_USAGE).stream()
        .filter(query -> query.name() != QueryName.TOP_VALUES)
        .toList();
  }

  /** The quickest ones, of another customer. */
  public List<NamedQuery> ofAnotherCustomer() {
    return List.of(rawOf(next), rateOf(next));
  }

  private NamedQuery rawOf(String filter) {
    return query(QueryName.RAW_RANGE, "range", Metric.API_LATENCY, filter + ",\"limit\":10000");
  }

  private NamedQuery rateOf(String filter) {
    return query(
        QueryName.RATE_OF_ONE, "rate", Metric.TOTAL_REQUESTS, filter + ",\"interval\":\"1m\"");
  }

  private List<NamedQuery> questions(String filter, String regionFilter, Metric rated) {
    return List.of(
        rawOf(customer),
        latency(QueryName.AVG_BY_CUSTOMER, "avg", filter + by("customer_id", 100)),
        latency(QueryName.COUNT_BY_CUSTOMER, "count", filter + by("customer_id", 10)),
        latency(QueryName.P95_BY_CUSTOMER, "p95", filter + by("customer_id", 100)),
        latency(QueryName.P99_BY_ENDPOINT, "p99", filter + by("endpoint", 100)),
        latency(QueryName.SUM_BY_TIER, "sum", regionFilter + by("tier", 100)),
        aggregate(
            QueryName.INTEGRAL_BY_CUSTOMER,
            Metric.CPU_USAGE,
            "integral",
            filter + by("customer_id", 100)),
        rateOf(customer),
        query(QueryName.RATE_OF_ALL, "rate", rated, filter + "\"interval\":\"5m\""),
        NamedQuery.get(
            QueryName.TOP_VALUES,
            "/api/v1/metrics/api_latency/dimensions/customer_id/values?limit=100"));
  }

  /** How many points of a metric the server counts. */
  public String countOf(Metric metric) {
    return body("aggregate", metric, "\"aggregation\":\"count\"");
  }

  public static String path() {
    return QUERY_PATH;
  }

  private NamedQuery latency(QueryName name, String function, String rest) {
    return aggregate(name, Metric.API_LATENCY, function, rest);
  }

  private NamedQuery aggregate(QueryName name, Metric metric, String function, String rest) {
    return query(name, "aggregate", metric, "\"aggregation\":\"" + function + "\"," + rest);
  }

  private NamedQuery query(QueryName name, String type, Metric metric, String rest) {
    return new NamedQuery(name, QUERY_PATH, body(type, metric, rest));
  }

  private String body(String type, Metric metric, String rest) {
    return "{\"queryType\":\"%s\",\"metricName\":\"%s\",%s,\"timeout\":\"30s\",%s}"
        .formatted(type, metric.wireName(), timeRange, rest);
  }

  private static String by(String key, int limit) {
    return "\"groupBy\":[\"%s\"],\"limit\":%d".formatted(key, limit);
  }
}
