// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.assertError;
import static io.luminate.server.http.RunningServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Every query is counted once, by its answer or by why there is none. */
final class QueryCountsTest {
  private static final String REQUESTS = "luminate_query_requests_total";
  private static final String ERRORS = "luminate_query_errors_total";
  private static final String QUERY =
      "{\"queryType\":\"range\",\"metricName\":\"m\",\"timeRange\":{\"relative\":\"1h\"}}";

  private static Map<String, String> counts(RunningServer server, String name) throws Exception {
    Map<String, String> counts = new TreeMap<>();
    for (String line : server.management("/metrics").body().lines().toList()) {
      if (line.startsWith(name)) {
        int space = line.lastIndexOf(' ');
        counts.put(line.substring(name.length(), space), line.substring(space + 1));
      }
    }
    return counts;
  }

  private static String row(String type, String status, String tenant) {
    return "{query_type=\"%s\",status=\"%s\",tenant_id=\"%s\"}".formatted(type, status, tenant);
  }

  private static String error(String code) {
    return "{error_type=\"" + code + "\"}";
  }

  @Test
  void refusedByRate_isCounted() throws Exception {
    try (RunningServer server =
        new RunningServer(Map.of("LUMINATE_RATE_LIMITS_QUERY_REQUESTS_PER_SECOND", "0"))) {
      assertError(server.post("/api/v1/query", token("a"), QUERY), 429, "RATE_LIMIT_EXCEEDED");
      assertError(server.get("/api/v1/metrics", token("a")), 429, "RATE_LIMIT_EXCEEDED");
      assertError(server.get("/api/v1/usage", token("a")), 429, "RATE_LIMIT_EXCEEDED");
      assertThat(counts(server, REQUESTS))
          .isEqualTo(
              Map.of(row("unread", "error", "a"), "1.0", row("discovery", "error", "a"), "1.0"));
      assertThat(counts(server, ERRORS)).isEqualTo(Map.of(error("RATE_LIMIT_EXCEEDED"), "2.0"));
      assertThat(counts(server, "luminate_query_latency_seconds_count").values()).containsOnly("0");
    }
  }

  @Test
  void refusedByConcurrency_isCounted() throws Exception {
    try (RunningServer server =
        new RunningServer(Map.of("LUMINATE_RATE_LIMITS_CONCURRENT_QUERIES", "0"))) {
      assertError(server.post("/api/v1/query", token("a"), QUERY), 429, "RATE_LIMIT_EXCEEDED");
      assertThat(counts(server, REQUESTS)).isEqualTo(Map.of(row("range", "error", "a"), "1.0"));
      assertThat(counts(server, ERRORS)).isEqualTo(Map.of(error("RATE_LIMIT_EXCEEDED"), "1.0"));
      assertThat(counts(server, "luminate_active_queries")).isEqualTo(Map.of("", "0.0"));
    }
  }

  @Test
  void refusedUnread_isCounted() throws Exception {
    try (RunningServer server = new RunningServer(Map.of())) {
      String large = " ".repeat((1 << 20) + 1);
      assertError(server.post("/api/v1/query", token("a"), large), 413, "BATCH_TOO_LARGE");
      assertError(server.post("/api/v1/query", token("a"), "{"), 400, "INVALID_QUERY");
      assertError(server.post("/api/v1/query", "stranger", QUERY), 401, "UNAUTHORIZED");
      assertError(server.get("/api/v1/query", token("a")), 405, "METHOD_NOT_ALLOWED");
      assertThat(counts(server, REQUESTS))
          .isEqualTo(
              Map.of(row("unread", "error", "default"), "1.0", row("unread", "error", "a"), "3.0"));
      assertThat(counts(server, ERRORS))
          .isEqualTo(
              Map.of(
                  error("BATCH_TOO_LARGE"), "1.0",
                  error("INVALID_QUERY"), "1.0",
                  error("UNAUTHORIZED"), "1.0",
                  error("METHOD_NOT_ALLOWED"), "1.0"));
    }
  }

  @Test
  void answeredAndFailed_areCountedOnce_andNothingElseIs() throws Exception {
    try (RunningServer server = new RunningServer(Map.of())) {
      assertThat(server.post("/api/v1/query", token("a"), QUERY).statusCode()).isEqualTo(200);
      assertThat(server.get("/api/v1/metrics", token("a")).statusCode()).isEqualTo(200);
      String far = QUERY.replace("1h", "91d");
      assertError(server.post("/api/v1/query", token("a"), far), 400, "INVALID_QUERY");
      for (String path : List.of("/api/v1/nothing", "/api/v1/admin/operations/none")) {
        assertThat(server.get(path, token("a")).statusCode()).isEqualTo(404);
      }
      assertThat(counts(server, REQUESTS))
          .isEqualTo(
              Map.of(
                  row("range", "success", "a"), "1.0",
                  row("discovery", "success", "a"), "1.0",
                  row("range", "error", "a"), "1.0"));
      assertThat(counts(server, ERRORS)).isEqualTo(Map.of(error("INVALID_QUERY"), "1.0"));
      assertThat(counts(server, "luminate_active_queries")).isEqualTo(Map.of("", "0.0"));
      assertThat(counts(server, "luminate_query_latency_seconds_count"))
          .containsEntry("{query_type=\"range\"}", "2");
    }
  }
}
