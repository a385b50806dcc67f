// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server;

import io.luminate.server.config.LuminateConfig;
import io.luminate.server.config.StorageConfig;
import java.util.OptionalInt;

/** What is said when the server is up: where it listens, and to a person something to try. */
record Greeting(LuminateConfig config, int port, int managementPort, OptionalInt internalPort) {
  String text() {
    return listening() + "\n" + (config.auth().enabled() ? "" : examples(url()));
  }

  /** One line. */
  String listening() {
    return "Luminate listens on %s%s (API) and on port %d (/metrics, /live, /ready)%s; data in %s"
        .formatted(
            url(),
            others(config.server().host()),
            managementPort,
            internal(),
            where(config.storage()));
  }

  private String url() {
    return "http://" + reachable(config.server().host()) + ":" + port;
  }

  private String internal() {
    return internalPort.isPresent()
        ? " and on port " + internalPort.getAsInt() + " (/internal/v1)"
        : "";
  }

  private static String where(StorageConfig storage) {
    return switch (storage.backend()) {
      case ROCKSDB -> storage.rocksdb().dataDir().toString();
      case CLICKHOUSE ->
          "database %s of ClickHouse at %s"
              .formatted(
                  storage.clickhouse().database(),
                  String.join(", ", storage.clickhouse().addresses()));
    };
  }

  /** A wildcard address is no address to send to. */
  private static String reachable(String host) {
    return isWildcard(host) ? "127.0.0.1" : host;
  }

  private static String others(String host) {
    return isWildcard(host) ? " and every other address of this machine" : "";
  }

  private static boolean isWildcard(String host) {
    return host.equals("0.0.0.0") || host.equals("::");
  }

  private static String examples(String url) {
    return """

    Write a point, and ask for it:

      curl -s %1$s/api/v1/write -H 'Content-Type: application/json' -d '{"metrics": [{"name": "api_latency", "timestamp": '"$(date +%%s)000"', "value": 145.5, "dimensions": {"customer_id": "cust_123", "endpoint": "/api/users"}}]}'

      curl -s %1$s/api/v1/query -H 'Content-Type: application/json' -d '{"queryType": "aggregate", "metricName": "api_latency", "timeRange": {"relative": "1h"}, "aggregation": "avg", "groupBy": ["customer_id"]}'

    """
        .formatted(url);
  }
}
