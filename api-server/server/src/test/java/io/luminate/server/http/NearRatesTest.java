// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.batch;
import static io.luminate.server.http.RunningServer.now;
import static io.luminate.server.http.RunningServer.point;
import static io.luminate.server.http.RunningServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who comes near a rate, or near the queries that it may have at work, is told so and measured. */
final class NearRatesTest {
  private static final String USAGE = "/api/v1/usage";
  private static final String SECRET = "internal-0123456789abcdef0123456789";
  private static final String A = token("a");
  private static final String B = token("b");
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final String QUERY =
      "{\"queryType\":\"range\",\"metricName\":\"m\",\"timeRange\":{\"relative\":\"1h\"}}";

  @TempDir private Path folder;
  private final AtomicLong nanos = new AtomicLong();
  private final ScriptedStore store = new ScriptedStore();
  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    Path secret = Files.writeString(folder.resolve("current"), SECRET);
    server =
        new RunningServer(
            store,
            Map.of(
                "LUMINATE_METRICS_INTERVAL",
                "0s",
                "LUMINATE_MANAGEMENT_INTERNAL_TOKEN_FILE",
                secret.toString(),
                "LUMINATE_RATE_LIMITS_WRITE_REQUESTS_PER_SECOND",
                "1",
                "LUMINATE_RATE_LIMITS_QUERY_REQUESTS_PER_SECOND",
                "10",
                "LUMINATE_RATE_LIMITS_METRICS_PER_SECOND",
                "10",
                "LUMINATE_RATE_LIMITS_CONCURRENT_QUERIES",
                "5"),
            MemoryBudget.ofRequests(),
            MemoryBudget.ofReplies(),
            nanos::get);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void write(String token, int requests, int points) throws Exception {
    String body =
        batch(Collections.nCopies(points, point("m", now(), 1, "{}")).toArray(String[]::new));
    for (int i = 0; i < requests; i++) {
      nanos.addAndGet(SECOND_NANOS);
      assertThat(server.post("/api/v1/write", token, body).statusCode()).isEqualTo(200);
    }
  }

  private String near(String token) throws Exception {
    return server.get(USAGE, token).body().replaceFirst(".*\"nearLimit\":", "");
  }

  private static String entry(String limit, int value, String used) {
    return "{\"limit\":\"%s\",\"value\":%d,\"share\":%2$d.0,\"used\":%s}"
        .formatted(limit, value, used);
  }

  @Test
  void rates_nearFrom80Percent_ofTheLastMinute() throws Exception {
    write(A, 47, 1);
    assertThat(near(A)).startsWith("[]");
    write(A, 1, 450);
    assertThat(near(A))
        .startsWith(
            "["
                + entry("writeRequestsPerSecond", 1, "0.8")
                + ","
                + entry("metricsPerSecond", 10, "8.283")
                + "]");
    assertThat(near(B)).startsWith("[]");
    assertThat(server.management("/metrics").body())
        .contains("{limit=\"write_requests_per_second\",tenant_id=\"a\"} 0.8")
        .contains("{limit=\"metrics_per_second\",tenant_id=\"a\"} 0.828")
        .contains("{limit=\"query_requests_per_second\",tenant_id=\"b\"} 0.00")
        .doesNotContain("{limit=\"write_requests_per_second\",tenant_id=\"b\"}");
    assertThat(internal("?near=true")).contains("\"tenants\":{},");
    assertThat(internal("")).contains(entry("writeRequestsPerSecond", 1, "0.8"));
    nanos.addAndGet(120 * SECOND_NANOS);
    assertThat(near(A)).startsWith("[]");
  }

  private String internal(String parameters) throws Exception {
    String address = "http://127.0.0.1:" + server.internalPort() + "/internal/v1/usage";
    return server
        .send(
            HttpRequest.newBuilder(URI.create(address + parameters))
                .header("Authorization", "Bearer " + SECRET))
        .body();
  }

  /** They are over when somebody looks, and still count. */
  @Test
  void queriesAtWork_nearFrom80Percent_atTheSameTime() throws Exception {
    atOnce(3);
    assertThat(near(A)).startsWith("[]");
    atOnce(4);
    assertThat(near(A)).startsWith("[" + entry("concurrentQueries", 5, "4.0") + "]");
    assertThat(server.management("/metrics").body())
        .contains("{limit=\"concurrent_queries\",tenant_id=\"a\"} 0.8");
    nanos.addAndGet(120 * SECOND_NANOS);
    assertThat(near(A)).startsWith("[]");
  }

  private void atOnce(int queries) throws Exception {
    CountDownLatch begun = new CountDownLatch(queries);
    CompletableFuture<Void> end = new CompletableFuture<>();
    store.beforeQuery =
        control -> {
          begun.countDown();
          end.join();
        };
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> replies = new ArrayList<>();
      for (int i = 0; i < queries; i++) {
        replies.add(threads.submit(() -> server.post("/api/v1/query", A, QUERY).statusCode()));
      }
      begun.await();
      end.complete(null);
      for (Future<Integer> reply : replies) {
        assertThat(reply.get()).isEqualTo(200);
      }
    }
  }
}
