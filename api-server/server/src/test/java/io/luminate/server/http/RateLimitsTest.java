// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.assertError;
import static io.luminate.server.http.RunningServer.batch;
import static io.luminate.server.http.RunningServer.now;
import static io.luminate.server.http.RunningServer.point;
import static io.luminate.server.http.RunningServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.RetentionPolicies;
import io.luminate.store.MetricsStore;
import io.luminate.store.reference.ReferenceStore;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whole requests against the limits of a second, which passes when the test says so. */
final class RateLimitsTest {
  private static final String A = token("a");
  private static final String B = token("b");
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final AtomicLong nanos = new AtomicLong();
  private RunningServer server;

  /** Replies that are looked at next are younger. */
  private long sinceMillis = System.currentTimeMillis();

  @BeforeEach
  void start() throws Exception {
    server = server("5", "3", "10");
  }

  private RunningServer server(String writes, String queries, String points) throws Exception {
    return server(store(), writes, queries, points);
  }

  private static MetricsStore store() {
    return new ReferenceStore(
        InstantSource.system(), RetentionPolicies.keepFor(Duration.ofDays(30)));
  }

  private RunningServer server(MetricsStore store, String writes, String queries, String points)
      throws Exception {
    return server(store, writes, queries, points, JerseyHandler.CONCURRENT_MAX);
  }

  private RunningServer server(
      MetricsStore store, String writes, String queries, String points, int callsMax)
      throws Exception {
    return new RunningServer(
        store,
        Map.of(
            "LUMINATE_RATE_LIMITS_WRITE_REQUESTS_PER_SECOND", writes,
            "LUMINATE_RATE_LIMITS_QUERY_REQUESTS_PER_SECOND", queries,
            "LUMINATE_RATE_LIMITS_METRICS_PER_SECOND", points,
            "LUMINATE_BATCH_WRITE_MAX_BATCH_SIZE", "20"),
        MemoryBudget.ofRequests(),
        MemoryBudget.ofReplies(),
        nanos::get,
        callsMax);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpResponse<String> write(String token, int points) throws Exception {
    return server.post("/api/v1/write", token, points(points, "m"));
  }

  private static String points(int count, String name) {
    return batch(
        IntStream.range(0, count)
            .mapToObj(i -> point(name, now(), i, "{\"i\":\"" + i + "\"}"))
            .toArray(String[]::new));
  }

  /** The points of one that is at work are taken before the store makes its series. */
  @Test
  void batches_pastThePointsTogether_makeNoSeriesOfWhatIsRefused() throws Exception {
    ScriptedStore store = new ScriptedStore();
    AtomicInteger asked = new AtomicInteger();
    CountDownLatch atWork = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    store.beforeHandle =
        () -> {
          asked.incrementAndGet();
          atWork.countDown();
          await(over);
        };
    try (RunningServer held = server(store, "5", "3", "10");
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<HttpResponse<String>> first =
          clients.submit(() -> held.post("/api/v1/write", A, points(13, "early")));
      await(atWork);
      Future<HttpResponse<String>> second =
          clients.submit(() -> held.post("/api/v1/write", A, points(18, "late")));
      try {
        HttpResponse<String> refused = second.get(60, TimeUnit.SECONDS);
        assertError(refused, 429, "RATE_LIMIT_EXCEEDED");
        assertDetails(refused, "metrics_per_second", 10, 18, 7);
      } finally {
        over.countDown();
      }
      assertThat(first.get().statusCode()).isEqualTo(200);
      assertThat(asked).hasValue(1);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** On a clock that stands still the bucket lacks exactly what was taken. */
  private void assertHead(HttpResponse<?> reply, long limit, long remaining) {
    assertThat(reply.headers().firstValueAsLong("X-RateLimit-Limit")).hasValue(limit);
    assertThat(reply.headers().firstValueAsLong("X-RateLimit-Remaining")).hasValue(remaining);
    long fullInMillis = limit == 0 ? 0 : (limit - remaining) * 1_000 / limit;
    long nowMillis = System.currentTimeMillis();
    assertThat(reply.headers().firstValueAsLong("X-RateLimit-Reset").orElseThrow())
        .isBetween(
            Math.ceilDiv(sinceMillis + fullInMillis, 1_000),
            Math.ceilDiv(nowMillis + fullInMillis, 1_000));
    sinceMillis = nowMillis;
  }

  private static void assertDetails(
      HttpResponse<String> refused, String limit, int value, int received, int available) {
    assertThat(refused.body())
        .contains(
            "\"details\":{\"available\":%d,\"limit\":\"%s\",\"received\":%d,\"value\":%d}"
                .formatted(available, limit, received, value));
  }

  @Test
  void writes_pastTheLimit_areRefusedUntilTokensComeBack() throws Exception {
    for (int left = 4; left >= 0; left--) {
      HttpResponse<String> reply = write(A, 1);
      assertThat(reply.statusCode()).isEqualTo(200);
      assertHead(reply, 5, left);
    }
    HttpResponse<String> refused = write(A, 1);
    assertError(refused, 429, "RATE_LIMIT_EXCEEDED");
    assertHead(refused, 5, 0);
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
    assertDetails(refused, "write_requests_per_second", 5, 1, 0);
    nanos.set(SECOND_NANOS / 5 - 1);
    assertThat(write(A, 1).statusCode()).isEqualTo(429);
    nanos.set(SECOND_NANOS / 5);
    assertThat(write(A, 1).statusCode()).isEqualTo(200);
  }

  @Test
  void tenants_doNotTakeFromEachOther() throws Exception {
    for (int i = 0; i < 6; i++) {
      write(A, 1);
    }
    assertThat(write(A, 1).statusCode()).isEqualTo(429);
    assertHead(write(B, 1), 5, 4);
    String scrape = server.management("/metrics").body();
    assertThat(scrape).contains("luminate_rate_limit_exceeded_total{tenant_id=\"a\"} 2.0");
  }

  @Test
  void reads_haveALimitOfTheirOwn_andItsHeadOnEveryReply() throws Exception {
    assertHead(server.get("/api/v1/metrics", A), 3, 2);
    HttpResponse<String> bad = server.post("/api/v1/query", A, "{}");
    assertThat(bad.statusCode()).isEqualTo(400);
    assertHead(bad, 3, 1);
    HttpResponse<String> none = server.get("/api/v1/metrics/none/dimensions/k/values?x=1", A);
    assertThat(none.statusCode()).isEqualTo(400);
    assertHead(none, 3, 0);
    HttpResponse<String> refused = server.get("/api/v1/metrics", A);
    assertError(refused, 429, "RATE_LIMIT_EXCEEDED");
    assertHead(refused, 3, 0);
    assertDetails(refused, "query_requests_per_second", 3, 1, 0);
    assertThat(write(A, 1).statusCode()).isEqualTo(200);
  }

  /** No memory and no thread is spent on what is over the limit, whatever else is wrong with it. */
  @Test
  void queries_pastTheLimit_areRefusedBeforeTheyAreRead() throws Exception {
    String large = " ".repeat((1 << 20) + 1);
    for (int left = 2; left >= 0; left--) {
      HttpResponse<String> read = server.post("/api/v1/query", A, "{");
      assertError(read, 400, "INVALID_QUERY");
      assertHead(read, 3, left);
    }
    HttpResponse<String> refused = server.post("/api/v1/query", A, large);
    assertError(refused, 429, "RATE_LIMIT_EXCEEDED");
    assertHead(refused, 3, 0);
    assertDetails(refused, "query_requests_per_second", 3, 1, 0);
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
    assertError(server.post("/api/v1/query", B, large), 413, "BATCH_TOO_LARGE");
    nanos.set(Math.ceilDiv(SECOND_NANOS, 3) - 1);
    assertError(server.post("/api/v1/query", A, large), 429, "RATE_LIMIT_EXCEEDED");
    nanos.set(Math.ceilDiv(SECOND_NANOS, 3));
    HttpResponse<String> last = server.post("/api/v1/query", A, large);
    assertError(last, 413, "BATCH_TOO_LARGE");
    assertThat(last.headers().firstValueAsLong("X-RateLimit-Remaining")).hasValue(0);
    assertError(server.post("/api/v1/query", A, "{"), 429, "RATE_LIMIT_EXCEEDED");
  }

  /** Whatever is wrong with it. */
  @Test
  void requestOfAKnownTenant_isCountedOnce_andSaysWhatIsLeft() throws Exception {
    refusesThree("GET", "/api/v1/nothing", 404);
    refusesThree("GET", "/api/v1/admin/operations/none", 404);
    refusesThree("GET", "/api/v1/query", 405);
    refusesThree("OPTIONS", "/api/v1/metrics", 405);
    refusesThree("POST", "/api/v1/query", 413);
    refusesThree("POST", "/api/v1/admin/retention", 413);
    refusesThree("POST", "/metrics", 405);
    refusesThree("GET", "/metrics", 403);
    for (int left = 4; left >= 0; left--) {
      HttpResponse<String> reply = server.get("/api/v1/write", A);
      assertError(reply, 405, "METHOD_NOT_ALLOWED");
      assertHead(reply, 5, left);
    }
    assertError(server.get("/api/v1/write", A), 429, "RATE_LIMIT_EXCEEDED");
  }

  /** The fourth is too many; of a stranger none is counted. */
  private void refusesThree(String method, String path, int status) throws Exception {
    String tenant = token("of-" + method + path.replace('/', '.'));
    String body = status == 413 ? " ".repeat((1 << 20) + 1) : "";
    for (int left = 2; left >= 0; left--) {
      HttpResponse<String> reply = send(method, path, tenant, body);
      assertThat(reply.statusCode()).as("%s %s: %s", method, path, reply.body()).isEqualTo(status);
      assertHead(reply, 3, left);
    }
    assertError(send(method, path, tenant, body), 429, "RATE_LIMIT_EXCEEDED");
    HttpResponse<String> stranger = send(method, path, "nobody", body);
    assertThat(stranger.statusCode()).as("%s %s", method, path).isIn(401, 404, 405, 413);
    assertThat(stranger.headers().firstValue("X-RateLimit-Limit")).isEmpty();
  }

  private HttpResponse<String> send(String method, String path, String token, String body)
      throws Exception {
    return server.send(server.request(path, token).method(method, BodyPublishers.ofString(body)));
  }

  @Test
  void fullServer_saysWhatIsLeft() throws Exception {
    try (RunningServer full = server(store(), "5", "3", "10", 0)) {
      HttpResponse<String> refused = full.post("/api/v1/query", A, "{}");
      assertError(refused, 503, "OVERLOADED");
      assertHead(refused, 3, 2);
    }
  }

  /** Who looks whether the server is well may always ask. */
  @Test
  void health_isNotCounted() throws Exception {
    for (int i = 0; i < 5; i++) {
      HttpResponse<String> health = server.get("/api/v1/health", A);
      assertThat(health.statusCode()).isEqualTo(200);
      assertThat(health.headers().firstValue("X-RateLimit-Limit")).isEmpty();
    }
    assertHead(server.get("/api/v1/metrics", A), 3, 2);
  }

  @Test
  void batch_pastThePoints_isRefusedWhole_andSaysHowManyFit() throws Exception {
    // The bucket holds a largest batch, though a second brings half as many.
    assertThat(write(A, 13).statusCode()).isEqualTo(200);
    HttpResponse<String> refused = server.post("/api/v1/write", A, points(18, "late"));
    assertError(refused, 429, "RATE_LIMIT_EXCEEDED");
    assertDetails(refused, "metrics_per_second", 10, 18, 7);
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("2");
    assertThat(server.get("/api/v1/metrics", A).body()).doesNotContain("late");
    nanos.set(SECOND_NANOS + SECOND_NANOS / 10);
    assertThat(server.post("/api/v1/write", A, points(18, "late")).statusCode()).isEqualTo(200);
  }

  @Test
  void batch_tooLargeForAnybody_isToldThat() throws Exception {
    assertThat(write(A, 13).statusCode()).isEqualTo(200);
    assertError(write(A, 21), 400, "BATCH_TOO_LARGE");
    assertThat(write(A, 7).statusCode()).isEqualTo(200);
  }

  /** An answer that is repeated takes no points. */
  @Test
  void retry_underItsKey_isNotCountedTwice() throws Exception {
    byte[] body = points(20, "m").getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 3; i++) {
      HttpResponse<String> reply = server.post("/api/v1/write", A, body, "Idempotency-Key", "k");
      assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    }
    assertThat(write(A, 1).statusCode()).isEqualTo(429);
  }

  @Test
  void zero_refusesAll() throws Exception {
    try (RunningServer none = server("0", "0", "0")) {
      HttpResponse<String> refused = none.post("/api/v1/write", A, points(1, "m"));
      assertError(refused, 429, "RATE_LIMIT_EXCEEDED");
      assertHead(refused, 0, 0);
      assertThat(refused.headers().firstValue("Retry-After")).hasValue("60");
      assertError(none.get("/api/v1/metrics", A), 429, "RATE_LIMIT_EXCEEDED");
    }
    try (RunningServer points = server("5", "5", "0")) {
      HttpResponse<String> refused = points.post("/api/v1/write", A, points(1, "m"));
      assertError(refused, 429, "RATE_LIMIT_EXCEEDED");
    }
  }

  @Test
  void strangers_areRefusedBeforeTheyAreCounted() throws Exception {
    HttpResponse<String> reply = server.post("/api/v1/write", "no token", points(1, "m"));
    assertThat(reply.statusCode()).isEqualTo(401);
    assertThat(reply.headers().firstValue("X-RateLimit-Limit")).isEmpty();
    HttpResponse<String> scope = server.post("/api/v1/write", "a:read", points(1, "m"));
    assertThat(scope.statusCode()).isEqualTo(403);
    assertHead(scope, 5, 4);
  }

  /** Whoever may not do it costs as much as whoever may. */
  @Test
  void forbiddenRequests_areCountedToo() throws Exception {
    for (int left = 4; left >= 0; left--) {
      HttpResponse<String> refused = server.post("/api/v1/write", "a:read", points(1, "m"));
      assertError(refused, 403, "FORBIDDEN");
      assertHead(refused, 5, left);
    }
    assertError(server.post("/api/v1/write", "a:read", points(1, "m")), 429, "RATE_LIMIT_EXCEEDED");
    for (int left = 2; left >= 0; left--) {
      HttpResponse<String> refused = server.delete("/api/v1/admin/metrics/m?before=1", "a:read");
      assertError(refused, 403, "FORBIDDEN");
      assertHead(refused, 3, left);
    }
    assertError(
        server.delete("/api/v1/admin/metrics/m?before=1", "a:read"), 429, "RATE_LIMIT_EXCEEDED");
  }
}
