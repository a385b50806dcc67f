// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.clickhouse.testkit.proxy.FaultProxy;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three servers on one ClickHouse are one store to their clients, whichever of them they ask. */
final class ApiProcessesTest {
  private static final int PROCESSES = 3;
  private static final int WRITERS = 4;
  private static final int REQUESTS = 25;
  private static final int POINTS = 20;

  /** Through the process that is to be killed, before it is. */
  private static final int ANSWERED_FIRST = 2 * WRITERS;

  /** That it still gets through to ClickHouse: requests end at different steps. */
  private static final int LAST_STATEMENTS = 10;

  private static final Pattern COUNT = Pattern.compile("\"count\":(\\d+)");

  private final ClickHouseServer clickHouse = ClickHouse.shared();
  private final List<ServerProcess> servers = new ArrayList<>();
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final CountDownLatch answeredFirst = new CountDownLatch(ANSWERED_FIRST);

  /** Requests that the first process has. */
  private final Semaphore atTheFirst = new Semaphore(0);

  private final AtomicInteger cutOff = new AtomicInteger();
  private volatile boolean killed;
  private final Map<String, String> environment =
      Map.of(
          "LUMINATE_STORAGE_BACKEND", "clickhouse",
          "LUMINATE_CLICKHOUSE_ADDRESSES", clickHouse.httpUrl().toString(),
          "LUMINATE_CLICKHOUSE_USERNAME", clickHouse.user(),
          "LUMINATE_CLICKHOUSE_PASSWORD", clickHouse.password(),
          "LUMINATE_CLICKHOUSE_DATABASE", clickHouse.newDatabase());

  /** The way of the first process alone. */
  private final FaultProxy proxy = FaultProxy.inFrontOf(clickHouse.httpUrl());

  /** All at once, as a Deployment starts its pods: each may be the one that makes the tables. */
  @BeforeEach
  void start() throws Exception {
    List<Callable<ServerProcess>> starts =
        IntStream.range(0, PROCESSES)
            .<Callable<ServerProcess>>mapToObj(i -> () -> ServerProcess.start(environmentOf(i)))
            .toList();
    servers.addAll(together(starts));
  }

  private Map<String, String> environmentOf(int process) {
    Map<String, String> own = new HashMap<>(environment);
    if (process == 0) {
      own.put("LUMINATE_CLICKHOUSE_ADDRESSES", proxy.url().toString());
    }
    return own;
  }

  @AfterEach
  void stop() {
    servers.forEach(ServerProcess::close);
    proxy.close();
  }

  @Test
  void writesThroughAll_areReadThroughAll_onceEach() throws Exception {
    together(
        IntStream.range(0, WRITERS)
            .<Callable<Boolean>>mapToObj(writer -> () -> writeAll(writer))
            .toList());
    String expected = WRITERS * REQUESTS * POINTS + "";
    for (ServerProcess server : servers) {
      assertThat(count(server)).isEqualTo(expected);
      assertThat(answers(server)).isEqualTo(answers(servers.getFirst()));
    }
  }

  private boolean writeAll(int writer) throws Exception {
    for (int request = 0; request < REQUESTS; request++) {
      ServerProcess server = servers.get((writer + request) % PROCESSES);
      assertThat(server.post("/api/v1/write", batch(writer, request), List.of()).statusCode())
          .isEqualTo(200);
    }
    return true;
  }

  @Test
  void keyedRetries_atOtherProcesses_whileOneIsKilled_storeOnce() throws Exception {
    List<Callable<Boolean>> work =
        new ArrayList<>(
            IntStream.range(0, WRITERS)
                .<Callable<Boolean>>mapToObj(writer -> () -> insistAll(writer))
                .toList());
    work.add(this::killTheFirst);
    together(work);
    assertThat(cutOff).as("requests that the killed process had").hasPositiveValue();
    assertThat(acknowledged).hasSize(WRITERS * REQUESTS);
    for (ServerProcess server : servers.subList(1, PROCESSES)) {
      assertThat(count(server)).isEqualTo(acknowledged.size() * POINTS + "");
    }
  }

  /** While it answers requests, with one of each writer's that it cannot answer any more. */
  private boolean killTheFirst() throws InterruptedException {
    answeredFirst.await();
    int requests = proxy.requests() + LAST_STATEMENTS;
    proxy.holdFrom(requests);
    proxy.awaitRequests(requests + 1);
    atTheFirst.acquire(WRITERS);
    killed = true;
    servers.getFirst().kill9();
    return true;
  }

  /** Each request goes to every process in turn, also after it was answered. */
  private boolean insistAll(int writer) throws InterruptedException {
    for (int request = 0; request < REQUESTS; request++) {
      String key = "writer-" + writer + "-request-" + request;
      for (ServerProcess server : servers) {
        boolean beforeTheKill = !killed;
        if (server == servers.getFirst()) {
          atTheFirst.release();
        }
        try {
          HttpResponse<String> reply =
              server.post("/api/v1/write", batch(writer, request), List.of("Idempotency-Key", key));
          assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
          acknowledged.add(key);
        } catch (IOException gone) {
          // What became of the request, the next process has to find out.
          cutOff.addAndGet(beforeTheKill ? 1 : 0);
          continue;
        }
        if (server == servers.getFirst()) {
          atTheFirst.tryAcquire();
          answeredFirst.countDown();
        }
      }
    }
    return true;
  }

  private static String batch(int writer, int request) {
    return IntStream.range(0, POINTS)
        .mapToObj(
            i ->
                "{\"name\":\"m\",\"timestamp\":%d,\"value\":%d,\"dimensions\":{\"customer_id\":\"c%d\",\"key_%d\":\"v\"}}"
                    .formatted(START_MILLIS - request * 1_000L, i, i % 7, (writer + i) % 25))
        .collect(Collectors.joining(",", "{\"metrics\":[", "]}"));
  }

  private static final long START_MILLIS = System.currentTimeMillis();

  private static String count(ServerProcess server) throws Exception {
    Matcher matcher =
        COUNT.matcher(ask(server, "\"queryType\":\"aggregate\",\"aggregation\":\"count\""));
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  private static List<String> answers(ServerProcess server) throws Exception {
    return List.of(
        ask(server, "\"queryType\":\"aggregate\",\"aggregation\":\"p95\",\"groupBy\":[\"key_3\"]"),
        ask(server, "\"queryType\":\"rate\",\"interval\":\"5m\",\"groupBy\":[\"customer_id\"]"),
        ask(server, "\"queryType\":\"range\",\"limit\":1000"),
        server.get("/api/v1/metrics/m/dimensions").body(),
        server.get("/api/v1/metrics/m/dimensions/customer_id/values").body());
  }

  private static String ask(ServerProcess server, String fields) throws Exception {
    HttpResponse<String> reply =
        server.post(
            "/api/v1/query",
            "{%s,\"metricName\":\"m\",\"timeRange\":{\"start\":%d,\"end\":%d}}"
                .formatted(fields, START_MILLIS - 3_600_000, START_MILLIS),
            List.of());
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    // A bucket may end between two questions.
    return reply.body().replaceFirst("\"executionTimeMs\":.*", "").replace(",\"partial\":true", "");
  }

  private static <T> List<T> together(List<Callable<T>> work) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<T> results = new ArrayList<>();
      for (Future<T> future : threads.invokeAll(work)) {
        results.add(future.get());
      }
      return results;
    }
  }
}
