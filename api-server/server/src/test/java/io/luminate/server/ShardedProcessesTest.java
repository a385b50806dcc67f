// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.clickhouse.testkit.ClickHouseCluster;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers in front of two shards, one of which goes away and comes back. */
final class ShardedProcessesTest {
  private static final int PROCESSES = 2;
  private static final int WRITERS = 3;
  private static final int REQUESTS = 20;
  private static final int POINTS = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final Pattern COUNT = Pattern.compile("\"count\":(\\d+)");
  private static final long NOW_MILLIS = System.currentTimeMillis();

  @TempDir private static Path folder;

  private final List<ServerProcess> servers = new ArrayList<>();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger stored = new AtomicInteger();
  private ClickHouseCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = ClickHouseCluster.start(folder, 2);
    ClickHouseServer first = cluster.shards().getFirst();
    Map<String, String> environment =
        Map.of(
            "LUMINATE_STORAGE_BACKEND",
            "clickhouse",
            "LUMINATE_CLICKHOUSE_ADDRESSES",
            cluster.front().toString(),
            "LUMINATE_CLICKHOUSE_USERNAME",
            first.user(),
            "LUMINATE_CLICKHOUSE_PASSWORD",
            first.password(),
            "LUMINATE_CLICKHOUSE_DATABASE",
            "spread",
            "LUMINATE_CLICKHOUSE_CLUSTER",
            ClickHouseCluster.NAME);
    for (int i = 0; i < PROCESSES; i++) {
      servers.add(ServerProcess.start(environment));
    }
  }

  @AfterEach
  void stop() {
    servers.forEach(ServerProcess::close);
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void shardAwayWhileClientsInsist_everythingIsThereOnce_throughEither() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        int writer = i;
        writers.add(threads.submit((Callable<Boolean>) () -> writeAll(writer)));
      }
      await(stored, WRITERS * 3);
      cluster.shards().getLast().stop();
      await(refused, WRITERS);
      cluster.shards().getLast().start();
      for (Future<Boolean> writer : writers) {
        assertThat(writer.get()).isTrue();
      }
    }
    for (ServerProcess server : servers) {
      assertThat(count(server)).isEqualTo(WRITERS * REQUESTS * POINTS);
      assertThat(answers(server)).isEqualTo(answers(servers.getFirst()));
    }
    assertThat(cluster.shards())
        .as("or else it would all be about one of them")
        .noneMatch(
            shard -> shard.query("SELECT count() FROM spread.points_local").getFirst().equals("0"));
  }

  private static void await(AtomicInteger counter, int value) throws InterruptedException {
    long giveUpNanos = System.nanoTime() + PATIENCE.toNanos();
    while (counter.get() < value) {
      assertThat(System.nanoTime()).as("%s of %d", counter, value).isLessThan(giveUpNanos);
      Thread.sleep(PAUSE);
    }
  }

  /** One after the other, each to a server after the other until it is stored, and once more. */
  private boolean writeAll(int writer) throws Exception {
    for (int request = 0; request < REQUESTS; request++) {
      String key = "writer-" + writer + "-request-" + request;
      String body = batch(writer, request);
      int attempt = 0;
      while (!isStored(servers.get(attempt % PROCESSES), key, body)) {
        attempt++;
        Thread.sleep(PAUSE);
      }
      stored.incrementAndGet();
      isStored(servers.get((attempt + 1) % PROCESSES), key, body);
    }
    return true;
  }

  /** What a client cannot help is a 503 that says when to come again. */
  private boolean isStored(ServerProcess server, String key, String body) throws Exception {
    HttpResponse<String> reply =
        server.post("/api/v1/write", body, List.of("Idempotency-Key", key));
    if (reply.statusCode() != 200) {
      assertThat(reply.statusCode()).as(reply.body()).isEqualTo(503);
      assertThat(reply.headers().firstValue("Retry-After")).isPresent();
      refused.incrementAndGet();
    }
    return reply.statusCode() == 200;
  }

  private static String batch(int writer, int request) {
    return IntStream.range(0, POINTS)
        .mapToObj(
            i ->
                "{\"name\":\"m\",\"timestamp\":%d,\"value\":%d,\"dimensions\":{\"customer_id\":\"c%d\",\"writer\":\"w%d\"}}"
                    .formatted(NOW_MILLIS - request * 1_000L, i, i, writer))
        .collect(Collectors.joining(",", "{\"metrics\":[", "]}"));
  }

  private static int count(ServerProcess server) throws Exception {
    Matcher matcher =
        COUNT.matcher(ask(server, "\"queryType\":\"aggregate\",\"aggregation\":\"count\""));
    assertThat(matcher.find()).isTrue();
    return Integer.parseInt(matcher.group(1));
  }

  private static List<String> answers(ServerProcess server) throws Exception {
    return List.of(
        ask(
            server,
            "\"queryType\":\"aggregate\",\"aggregation\":\"p95\",\"groupBy\":[\"customer_id\"]"),
        ask(server, "\"queryType\":\"range\",\"limit\":10000"),
        server.get("/api/v1/metrics/m/dimensions/customer_id/values").body());
  }

  private static String ask(ServerProcess server, String fields) throws Exception {
    HttpResponse<String> reply =
        server.post(
            "/api/v1/query",
            "{%s,\"metricName\":\"m\",\"timeRange\":{\"start\":%d,\"end\":%d}}"
                .formatted(fields, NOW_MILLIS - 3_600_000, NOW_MILLIS + 1),
            List.of());
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return reply.body().replaceFirst("\"executionTimeMs\":.*", "");
  }
}
