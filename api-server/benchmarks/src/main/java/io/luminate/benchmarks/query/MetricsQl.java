// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.query;

import io.luminate.benchmarks.load.CustomersWorkload;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The same questions in MetricsQL. Percentiles rank the series' percentiles there, not their
 * points: exact ones over raw points cannot be asked for.
 */
public final class MetricsQl {
  private final long startMillis;
  private final long endMillis;
  private final String window;
  private final String customer;

  public MetricsQl(CustomersWorkload workload) {
    startMillis = workload.startMillis();
    endMillis = workload.endMillis();
    window = "[" + (endMillis - startMillis) + "ms]";
    customer = "{customer_id=\"cust_" + LuminateQueries.oneOf(workload) + "\"}";
  }

  public List<NamedQuery> all() {
    String latency = "(api_latency" + window + ")";
    return List.of(
        NamedQuery.get(
            QueryName.RAW_RANGE,
            "/api/v1/export?match[]=%s&start=%s&end=%s"
                .formatted(
                    encoded("api_latency" + customer), seconds(startMillis), seconds(endMillis))),
        instant(
            QueryName.AVG_BY_CUSTOMER,
            "topk(100, sum(sum_over_time%s) by (customer_id) / sum(count_over_time%s) by (customer_id))"
                .formatted(latency, latency)),
        instant(
            QueryName.COUNT_BY_CUSTOMER,
            "topk(10, sum(count_over_time%s) by (customer_id))".formatted(latency)),
        instant(
            QueryName.P95_BY_CUSTOMER,
            "topk(100, quantile(0.95, quantile_over_time(0.95, api_latency%s)) by (customer_id))"
                .formatted(window)),
        instant(
            QueryName.P99_BY_ENDPOINT,
            "quantile(0.99, quantile_over_time(0.99, api_latency%s)) by (endpoint)"
                .formatted(window)),
        instant(
            QueryName.SUM_BY_TIER,
            "sum(sum_over_time(api_latency{region=\"us-east-1\"}%s)) by (tier)".formatted(window)),
        instant(
            QueryName.INTEGRAL_BY_CUSTOMER,
            "topk(100, sum(integrate(cpu_usage%s)) by (customer_id))".formatted(window)),
        range(QueryName.RATE_OF_ONE, "sum(rate(total_requests%s[1m]))".formatted(customer), 60),
        range(QueryName.RATE_OF_ALL, "sum(rate(total_requests[5m]))", 300),
        NamedQuery.get(
            QueryName.TOP_VALUES,
            "/api/v1/label/customer_id/values?match[]=api_latency&limit=100&start=%s&end=%s"
                .formatted(seconds(startMillis), seconds(endMillis))));
  }

  private NamedQuery instant(QueryName name, String query) {
    return NamedQuery.get(
        name,
        "/api/v1/query?nocache=1&timeout=300s&time=%s&query=%s"
            .formatted(seconds(endMillis), encoded(query)));
  }

  private NamedQuery range(QueryName name, String query, int stepSeconds) {
    return NamedQuery.get(
        name,
        "/api/v1/query_range?nocache=1&timeout=300s&start=%s&end=%s&step=%ds&query=%s"
            .formatted(seconds(startMillis), seconds(endMillis), stepSeconds, encoded(query)));
  }

  private static String seconds(long millis) {
    return "%d.%03d".formatted(millis / 1_000, millis % 1_000);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
