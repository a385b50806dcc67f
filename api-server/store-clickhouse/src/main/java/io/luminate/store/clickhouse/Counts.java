// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import io.luminate.model.TenantId;
import io.luminate.store.MetricCardinality;
import java.util.List;

/**
 * Of all tenants; the metrics are those with most series.
 *
 * <p>As text: series and points in the first line, then a line of tenant, series and name for each
 * metric, between tabs, none of which is in a name.
 */
record Counts(long series, long points, List<MetricCardinality> metrics) {
  Counts {
    metrics = List.copyOf(metrics);
  }

  String text() {
    StringBuilder text = new StringBuilder().append(series).append('\t').append(points);
    for (MetricCardinality metric : metrics) {
      text.append('\n')
          .append(metric.tenant().value())
          .append('\t')
          .append(metric.series())
          .append('\t')
          .append(metric.metricName());
    }
    return text.toString();
  }

  static Counts parse(String text) {
    List<String> lines = text.lines().toList();
    String[] sums = lines.getFirst().split("\t");
    return new Counts(
        Long.parseLong(sums[0]),
        Long.parseLong(sums[1]),
        lines.stream().skip(1).map(Counts::metric).toList());
  }

  private static MetricCardinality metric(String line) {
    String[] parts = line.split("\t", 3);
    return new MetricCardinality(new TenantId(parts[0]), parts[2], Long.parseLong(parts[1]));
  }
}
