// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.assertError;
import static io.luminate.server.http.RunningServer.batch;
import static io.luminate.server.http.RunningServer.now;
import static io.luminate.server.http.RunningServer.point;
import static io.luminate.server.http.RunningServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.store.ErrorCode;
import io.luminate.store.QueryControl;
import io.luminate.store.SeriesAdmission;
import io.luminate.store.StoreException;
import io.luminate.store.StoreHealth;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients see when the store fails, is slow, or the server stops. */
final class FailuresTest {
  private static final String COUNT =
      "{\"queryType\":\"aggregate\",\"aggregation\":\"count\",\"metricName\":\"m\","
          + "\"timeRange\":{\"relative\":\"1h\"},\"timeout\":\"30s\"}";

  private final ScriptedStore store = new ScriptedStore();
  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    server = new RunningServer(store, Map.of("LUMINATE_SERVER_SHUTDOWN_TIMEOUT", "8s"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static String one() {
    return batch(point("m", now(), 1, "{}"));
  }

  private HttpResponse<String> write() throws Exception {
    return server.post("/api/v1/write", token("t"), one());
  }

  private HttpResponse<String> query() throws Exception {
    return server.post("/api/v1/query", token("t"), COUNT);
  }

  @ParameterizedTest
  @CsvSource({
    "QUERY_TIMEOUT, 504",
    "QUERY_CANCELLED, 503",
    "QUERY_MEMORY_EXCEEDED, 400",
    "BATCH_TOO_LARGE, 413",
    "OVERLOADED, 503",
    "STORAGE_UNAVAILABLE, 503",
    "STORAGE_CORRUPTED, 500",
    "INTERNAL_ERROR, 500"
  })
  void storeFailure_hasItsStatus(ErrorCode code, int status) throws Exception {
    Runnable fail =
        () -> {
          throw new StoreException(code, "as told", Map.of("limit_bytes", 5L));
        };
    store.beforeWrite = fail;
    store.beforeQuery = control -> fail.run();
    for (HttpResponse<String> reply : new HttpResponse[] {write(), query()}) {
      assertError(reply, status, code.name());
      assertThat(reply.body()).contains("as told", "\"limit_bytes\":5");
      assertThat(reply.headers().firstValue("Retry-After").isPresent()).isEqualTo(status == 503);
    }
  }

  @Test
  void unexpectedFailure_is500_withoutItsText() throws Exception {
    store.beforeWrite =
        () -> {
          throw new IllegalStateException("secret");
        };
    store.beforeQuery =
        control -> {
          throw new IllegalStateException("secret");
        };
    for (HttpResponse<String> reply : new HttpResponse[] {write(), query()}) {
      assertError(reply, 500, "INTERNAL_ERROR");
      assertThat(reply.body()).doesNotContain("secret");
    }
  }

  @Test
  void newSeriesOverTheLimit_isRejectedAlone() throws Exception {
    String known = point("m", now(), 1, "{\"c\":\"known\"}");
    assertThat(server.post("/api/v1/write", token("t"), batch(known)).statusCode()).isEqualTo(200);
    store.refusal = Optional.of(SeriesAdmission.Refused.series("m", 1, 1, Optional.of("c")));
    HttpResponse<String> mixed =
        server.post(
            "/api/v1/write", token("t"), batch(known, point("m", now(), 1, "{\"c\":\"new\"}")));
    assertThat(mixed.statusCode()).isEqualTo(207);
    assertThat(mixed.body())
        .contains("\"index\":1", "\"code\":\"CARDINALITY_EXCEEDED\"")
        .contains(
            "\"details\":{\"current\":1,\"fastest_growing_dimension\":\"c\","
                + "\"limit\":\"max_unique_series_per_metric\",\"metric_name\":\"m\",\"value\":1}");
    assertError(
        server.post("/api/v1/write", token("t"), batch(point("m", now(), 1, "{\"c\":\"n\"}"))),
        400,
        "CARDINALITY_EXCEEDED");
  }

  @Test
  void health_saysWhatIsWrong() throws Exception {
    store.health = new StoreHealth.Unhealthy("disk full", true);
    HttpResponse<String> health = server.get("/api/v1/health", "");
    assertThat(health.statusCode()).isEqualTo(503);
    assertThat(health.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(health.body())
        .contains("\"status\":\"unhealthy\"", "\"status\":\"read_only\",\"error\":\"disk full\"");
    assertThat(server.management("/ready").statusCode()).isEqualTo(200);
    assertThat(server.management("/metrics").body()).contains("luminate_up 0.0");
  }

  /** Whoever takes the node out of service for it would lose what is left. */
  @Test
  void health_damageThatIsServedAround_isAWarning() throws Exception {
    store.health = new StoreHealth.Healthy(7, List.of("journal file a is corrupt", "corrupt b"));
    HttpResponse<String> health = server.get("/api/v1/health", "");
    assertThat(health.statusCode()).isEqualTo(200);
    assertThat(health.body())
        .contains(
            "{\"status\":\"healthy\"",
            "\"disk_used_bytes\":7,\"warnings\":[\"journal file a is corrupt\",\"corrupt b\"]}");
    assertThat(server.management("/ready").statusCode()).isEqualTo(200);
    assertThat(server.management("/metrics").body()).contains("luminate_up 1.0");
  }

  @Test
  void shutdown_letsTheWriteInFlightFinish() throws Exception {
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch mayFinish = new CountDownLatch(1);
    store.beforeWrite =
        () -> {
          writing.countDown();
          await(mayFinish);
        };
    Future<HttpResponse<String>> write = inBackground(this::write);
    await(writing);
    CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
    awaitNotReady();
    assertThat(closing).isNotDone();
    mayFinish.countDown();
    assertThat(write.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    closing.get(10, TimeUnit.SECONDS);
  }

  @Test
  void shutdown_endsQueriesWith503() throws Exception {
    CountDownLatch querying = new CountDownLatch(1);
    store.beforeQuery = control -> untilCancelled(querying, control);
    Future<HttpResponse<String>> query = inBackground(this::query);
    await(querying);
    server.close();
    assertError(query.get(10, TimeUnit.SECONDS), 503, "QUERY_CANCELLED");
  }

  @Test
  void queryTimeout_stopsTheWork() throws Exception {
    store.beforeQuery = control -> untilCancelled(new CountDownLatch(1), control);
    HttpResponse<String> reply =
        server.post("/api/v1/query", token("t"), COUNT.replace("30s", "1s"));
    assertError(reply, 504, "QUERY_TIMEOUT");
    assertThat(reply.body()).contains("\"timeout_ms\":1000");
  }

  private static void untilCancelled(CountDownLatch started, QueryControl control) {
    started.countDown();
    while (true) {
      control.checkpoint();
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Probes keep being answered until the last request is done. */
  private void awaitNotReady() throws Exception {
    while (server.management("/ready").statusCode() != 503) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  private interface Call {
    HttpResponse<String> send() throws Exception;
  }

  private static Future<HttpResponse<String>> inBackground(Call call) {
    CompletableFuture<HttpResponse<String>> reply = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                reply.complete(call.send());
              } catch (Exception e) {
                reply.completeExceptionally(e);
              }
            });
    return reply;
  }
}
