// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.store.ErrorCode;
import io.luminate.store.QueryControl;
import io.luminate.store.StoreException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A query ends when nobody waits for its answer, and only then. */
final class ClientGoneTest {
  private static final String COUNT =
      "{\"queryType\":\"aggregate\",\"aggregation\":\"count\",\"metricName\":\"m\","
          + "\"timeRange\":{\"relative\":\"1h\"},\"timeout\":\"30s\"}";

  private final ScriptedStore store = new ScriptedStore();
  private final CountDownLatch querying = new CountDownLatch(1);
  private final CompletableFuture<ErrorCode> ended = new CompletableFuture<>();
  private final CountDownLatch mayFinish = new CountDownLatch(1);
  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    store.beforeQuery = this::untilCancelledOrTold;
    server = new RunningServer(store, Map.of("LUMINATE_SERVER_SHUTDOWN_TIMEOUT", "4s"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void closedConnection_cancelsTheQuery() throws Exception {
    RawConnection client = new RawConnection(server.port());
    client.post("/api/v1/query", token("t"), COUNT);
    await(querying);
    client.close();
    assertThat(ended.get(20, TimeUnit.SECONDS)).isEqualTo(ErrorCode.QUERY_CANCELLED);
  }

  @Test
  void resetConnection_cancelsTheQuery() throws Exception {
    RawConnection client = new RawConnection(server.port());
    client.post("/api/v1/query", token("t"), COUNT);
    await(querying);
    client.reset();
    assertThat(ended.get(20, TimeUnit.SECONDS)).isEqualTo(ErrorCode.QUERY_CANCELLED);
  }

  @Test
  void closedConnection_cancelsDiscovery() throws Exception {
    RawConnection client = new RawConnection(server.port());
    client.send("GET /api/v1/metrics HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer t:read\r\n\r\n");
    await(querying);
    client.close();
    assertThat(ended.get(20, TimeUnit.SECONDS)).isEqualTo(ErrorCode.QUERY_CANCELLED);
  }

  @Test
  void closedStream_overHttp2_cancelsTheQuery() throws Exception {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
    URI health = URI.create("http://127.0.0.1:" + server.port() + "/api/v1/health");
    client.send(HttpRequest.newBuilder(health).build(), BodyHandlers.ofString());
    CompletableFuture<HttpResponse<String>> reply =
        client.sendAsync(
            server
                .request("/api/v1/query", token("t"))
                .POST(BodyPublishers.ofString(COUNT))
                .build(),
            BodyHandlers.ofString());
    await(querying);
    reply.cancel(true);
    assertThat(ended.get(20, TimeUnit.SECONDS)).isEqualTo(ErrorCode.QUERY_CANCELLED);
  }

  @Test
  void requestSentEarly_isNoEnd_andIsAnsweredNext() throws Exception {
    try (RawConnection client = new RawConnection(server.port())) {
      client.post("/api/v1/query", token("t"), COUNT);
      await(querying);
      client.get("/api/v1/health");
      client.get("/api/v1/nothing");
      mayFinish.countDown();
      RawConnection.Reply count = client.read().orElseThrow();
      assertThat(count.status()).isEqualTo(200);
      assertThat(count.body()).startsWith("{\"queryType\":\"aggregate\"");
      assertThat(client.read().orElseThrow().body()).startsWith("{\"status\":\"healthy\"");
      assertThat(client.read().orElseThrow().status()).isEqualTo(404);
    }
  }

  @Test
  void connection_takesQueryAfterQuery() throws Exception {
    mayFinish.countDown();
    try (RawConnection client = new RawConnection(server.port())) {
      for (int i = 0; i < 500; i++) {
        client.post("/api/v1/query", token("t"), COUNT);
        RawConnection.Reply reply = client.read().orElseThrow();
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.headers()).doesNotContainKey("connection");
      }
    }
  }

  private void untilCancelledOrTold(QueryControl control) {
    querying.countDown();
    try {
      while (mayFinish.getCount() > 0) {
        control.checkpoint();
        LockSupport.parkNanos(1_000_000);
      }
    } catch (StoreException e) {
      ended.complete(e.code());
      throw e;
    }
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
  }
}
