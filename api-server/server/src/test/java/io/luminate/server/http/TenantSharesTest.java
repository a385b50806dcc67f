// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.assertError;
import static io.luminate.server.http.RunningServer.batch;
import static io.luminate.server.http.RunningServer.now;
import static io.luminate.server.http.RunningServer.point;
import static io.luminate.server.http.RunningServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one tenant does leaves room for the others. */
final class TenantSharesTest {
  private static final String QUERY = LargeReplies.query(10);
  private static final String DELETE = "/api/v1/admin/metrics/m?before=1";

  private final ScriptedStore store = new ScriptedStore();
  private final Semaphore waiting = new Semaphore(0);
  private final CountDownLatch over = new CountDownLatch(1);
  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void stop() {
    over.countDown();
    clients.close();
  }

  private RunningServer server(Map<String, String> settings) throws Exception {
    return new RunningServer(store, settings);
  }

  /** Whoever comes first waits for the end of the test. */
  private void holdUp() {
    waiting.release();
    try {
      assertThat(over.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void awaitWaiting(int calls) throws InterruptedException {
    assertThat(waiting.tryAcquire(calls, 60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void slowCalls_ofOneTenant_leaveAQuarterOfThePlaces() throws Exception {
    try (RunningServer server = server(Map.of("LUMINATE_RATE_LIMITS_CONCURRENT_QUERIES", "1000"))) {
      store.beforeQuery = control -> holdUp();
      List<Future<HttpResponse<String>>> slow = new ArrayList<>();
      for (int i = 0; i < 48; i++) {
        slow.add(clients.submit(() -> server.get("/api/v1/metrics/m/dimensions", token("a"))));
      }
      awaitWaiting(48);
      store.beforeQuery = control -> {};
      HttpResponse<String> refused = server.post("/api/v1/query", token("a"), QUERY);
      assertError(refused, 429, "RATE_LIMIT_EXCEEDED");
      assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
      assertThat(refused.body())
          .contains(
              "\"details\":{\"limit\":\"max_concurrent_requests\",\"received\":49,\"value\":48}");
      assertThat(server.post("/api/v1/query", token("b"), QUERY).statusCode()).isEqualTo(200);
      over.countDown();
      for (Future<HttpResponse<String>> reply : slow) {
        assertThat(reply.get().statusCode()).isEqualTo(200);
      }
      assertThat(server.post("/api/v1/query", token("a"), QUERY).statusCode()).isEqualTo(200);
    }
  }

  /** Whoever asks for what, and before anybody looks at the store. */
  @Test
  void slowCalls_ofAllTenants_takeAllPlaces_andOthersAreToldAtOnce() throws Exception {
    try (RunningServer server =
        new RunningServer(
            store,
            Map.of(),
            MemoryBudget.ofRequests(),
            MemoryBudget.ofReplies(),
            System::nanoTime,
            4)) {
      store.beforeQuery = control -> holdUp();
      List<Future<HttpResponse<String>>> slow = new ArrayList<>();
      for (String tenant : List.of("a", "a", "a", "b")) {
        slow.add(clients.submit(() -> server.post("/api/v1/query", token(tenant), QUERY)));
      }
      awaitWaiting(4);
      store.beforeQuery = control -> {};
      HttpResponse<String> refused = server.post("/api/v1/query", token("c"), QUERY);
      assertError(refused, 503, "OVERLOADED");
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
      assertThat(refused.body()).contains("\"details\":{\"max_concurrent_requests\":4}");
      over.countDown();
      for (Future<HttpResponse<String>> reply : slow) {
        assertThat(reply.get().statusCode()).isEqualTo(200);
      }
      assertThat(server.post("/api/v1/query", token("c"), QUERY).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void unreadReplies_ofOneTenant_leaveAQuarterOfThePlaces() throws Exception {
    try (RunningServer server =
        new RunningServer(
            store,
            Map.of("LUMINATE_SERVER_WRITE_TIMEOUT", "1h"),
            MemoryBudget.ofRequests(),
            MemoryBudget.ofReplies(120 << 20),
            System::nanoTime,
            4)) {
      LargeReplies.write(server);
      List<RawConnection> idle = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        RawConnection connection = new RawConnection(server.port());
        idle.add(connection);
        connection.post("/api/v1/query", token("t"), LargeReplies.query(4_000));
        connection.awaitBytes();
      }
      assertError(server.post("/api/v1/query", token("t"), QUERY), 429, "RATE_LIMIT_EXCEEDED");
      for (int i = 0; i < 3; i++) {
        assertThat(statusWithPlace(server, token("b"))).isEqualTo(200);
      }
      for (RawConnection connection : idle) {
        connection.reset();
      }
    }
  }

  /** A client has its answer a moment before its place is given back, and here is only one. */
  private static int statusWithPlace(RunningServer server, String token) throws Exception {
    int status = 503;
    for (int i = 0; status == 503 && i < 1_000; i++) {
      Thread.sleep(Math.min(i, 10));
      status = server.post("/api/v1/query", token, QUERY).statusCode();
    }
    return status;
  }

  /** An error that nobody reads, or a health check, takes no place from anybody. */
  @Test
  void strangers_takeNoPlace() throws Exception {
    try (RunningServer server = server(Map.of())) {
      for (int i = 0; i < 2 * JerseyHandler.CONCURRENT_MAX; i++) {
        assertThat(server.get("/api/v1/metrics", "").statusCode()).isEqualTo(401);
        assertThat(server.get("/api/v1/health", "").statusCode()).isEqualTo(200);
        assertThat(server.get("/api/v1/nothing", token("a")).statusCode()).isEqualTo(404);
      }
      assertThat(server.post("/api/v1/query", token("a"), QUERY).statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/metrics",
        "/api/v1/metrics/m/dimensions",
        "/api/v1/metrics/m/dimensions/k/values",
        "/api/v1/metrics/m/cardinality"
      })
  void discovery_countsAsAQuery(String path) throws Exception {
    try (RunningServer server = server(Map.of("LUMINATE_RATE_LIMITS_CONCURRENT_QUERIES", "1"))) {
      store.beforeQuery = control -> holdUp();
      Future<HttpResponse<String>> slow = clients.submit(() -> server.get(path, token("a")));
      awaitWaiting(1);
      store.beforeQuery = control -> {};
      assertFull(server.get(path, token("a")));
      assertFull(server.post("/api/v1/query", token("a"), QUERY));
      assertFull(server.delete(DELETE, token("a")));
      assertThat(server.get(path, token("b")).statusCode()).isEqualTo(200);
      over.countDown();
      assertThat(slow.get().statusCode()).isEqualTo(200);
      assertThat(server.get(path, token("a")).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void delete_countsAsAQuery() throws Exception {
    try (RunningServer server = server(Map.of("LUMINATE_RATE_LIMITS_CONCURRENT_QUERIES", "1"))) {
      String stored = batch(point("m", now(), 1, "{}"));
      assertThat(server.post("/api/v1/write", token("a"), stored).statusCode()).isEqualTo(200);
      store.beforeDelete = this::holdUp;
      Future<HttpResponse<String>> slow = clients.submit(() -> server.delete(DELETE, token("a")));
      awaitWaiting(1);
      store.beforeDelete = () -> {};
      assertFull(server.delete(DELETE, token("a")));
      assertFull(server.post("/api/v1/query", token("a"), QUERY));
      assertThat(server.delete(DELETE, token("b")).statusCode()).isEqualTo(202);
      over.countDown();
      assertThat(slow.get().statusCode()).isEqualTo(202);
      assertThat(server.delete(DELETE, token("a")).statusCode()).isEqualTo(202);
    }
  }

  private static void assertFull(HttpResponse<String> reply) {
    assertError(reply, 429, "RATE_LIMIT_EXCEEDED");
    assertThat(reply.body())
        .contains(
            "\"details\":{\"limit\":\"concurrent_queries\",\"received\":2,\"share\":1,\"value\":1}");
  }
}
