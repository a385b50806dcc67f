// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.demo;

import java.net.URI;

/** What to paste while the demo runs. */
final class DemoQueries {
  private DemoQueries() {}

  static String text(URI server) {
    return """

        The demo writes api_latency, total_requests and cpu_usage for 100 000 customers. Ask for example:

          # the slowest customers of the last hour
          curl -s URL/api/v1/query -H 'Content-Type: application/json' -d '{"queryType": "aggregate",
            "metricName": "api_latency", "timeRange": {"relative": "1h"}, "aggregation": "p95",
            "groupBy": ["customer_id"], "limit": 10}'

          # which region has an incident: p99 per minute
          curl -s URL/api/v1/query -H 'Content-Type: application/json' -d '{"queryType": "aggregate",
            "metricName": "api_latency", "timeRange": {"relative": "10m"}, "aggregation": "p99",
            "groupBy": ["region"], "interval": "1m"}'

          # errors by region
          curl -s URL/api/v1/query -H 'Content-Type: application/json' -d '{"queryType": "aggregate",
            "metricName": "api_latency", "timeRange": {"relative": "10m"}, "aggregation": "count",
            "filters": {"status_code": "500"}, "groupBy": ["region"]}'

          # requests per second of the noisiest customers
          curl -s URL/api/v1/query -H 'Content-Type: application/json' -d '{"queryType": "rate",
            "metricName": "total_requests", "timeRange": {"relative": "10m"}, "interval": "1m",
            "groupBy": ["customer_id"], "limit": 5}'

          # customers by number of points
          curl -s 'URL/api/v1/metrics/api_latency/dimensions/customer_id/values?limit=10'
        """
        .replace("URL", server.toString());
  }
}
