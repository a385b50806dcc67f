// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.assertError;
import static io.luminate.server.http.RunningServer.batch;
import static io.luminate.server.http.RunningServer.now;
import static io.luminate.server.http.RunningServer.point;
import static io.luminate.server.http.RunningServer.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
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

/** What clients see while the server stops: an answer or the end of their connection, in time. */
final class DrainTest {
  private static final Map<String, String> SETTINGS =
      Map.of("LUMINATE_SERVER_SHUTDOWN_TIMEOUT", "10s");

  private final ScriptedStore store = new ScriptedStore();
  private final CountDownLatch writing = new CountDownLatch(1);
  private final CountDownLatch mayWrite = new CountDownLatch(1);
  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    store.beforeWrite =
        () -> {
          writing.countDown();
          await(mayWrite);
        };
    server = new RunningServer(store, SETTINGS);
  }

  @AfterEach
  void stop() {
    mayWrite.countDown();
    server.close();
  }

  private static String one() {
    return batch(point("m", now(), 1, "{}"));
  }

  /** A thread that is interrupted while it accepts a connection would forget it, open. */
  @Test
  void clientsThatConnectMeanwhile_areNotLeftWaiting() throws Exception {
    for (int round = 0; round < 20; round++) {
      try (RunningServer stopping = new RunningServer(SETTINGS)) {
        CountDownLatch served = new CountDownLatch(6);
        List<Future<?>> clients = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
          boolean keepAlive = i % 2 == 0;
          clients.add(inBackground(() -> askUntilRefused(stopping.port(), keepAlive, served)));
        }
        await(served);
        stopping.close();
        for (Future<?> client : clients) {
          client.get(60, TimeUnit.SECONDS);
        }
      }
    }
  }

  /** Fails with a timeout of the socket when no answer comes. */
  private static boolean askUntilRefused(int port, boolean keepAlive, CountDownLatch served)
      throws IOException {
    while (true) {
      try (RawConnection client = new RawConnection(port)) {
        Optional<RawConnection.Reply> reply;
        do {
          client.get("/api/v1/health");
          reply = client.read();
          served.countDown();
        } while (keepAlive && reply.map(r -> !r.headers().containsKey("connection")).orElse(false));
      } catch (ConnectException refused) {
        return true;
      } catch (SocketException reset) {
        continue; // It came too late for an answer, and was told so.
      }
    }
  }

  @Test
  void newRequests_areAnswered503_andProbesToo() throws Exception {
    int port = server.port();
    try (RawConnection polling = new RawConnection(server.port())) {
      polling.get("/api/v1/health");
      assertThat(polling.read().orElseThrow().status()).isEqualTo(200);
      Future<HttpResponse<String>> write = inBackground(this::write);
      await(writing);
      CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
      RawConnection.Reply reply = new RawConnection.Reply(200, Map.of(), "");
      while (reply.status() == 200) {
        polling.get("/api/v1/health");
        reply = polling.read().orElseThrow();
      }
      assertThat(reply.status()).isEqualTo(503);
      assertThat(reply.body()).startsWith("{\"error\":{\"code\":\"OVERLOADED\"");
      assertThat(reply.headers()).containsEntry("connection", "close").containsKey("retry-after");
      assertThat(polling.read()).isEmpty();
      assertError(write(), 503, "OVERLOADED");
      assertError(server.management("/ready"), 503, "NOT_READY");
      assertThat(server.management("/live").statusCode()).isEqualTo(200);
      mayWrite.countDown();
      assertThat(write.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      closing.get(30, TimeUnit.SECONDS);
      assertThatThrownBy(() -> new RawConnection(port)).isInstanceOf(ConnectException.class);
    }
  }

  /** Late in the drain connections without a request are closed; this one must not be. */
  @Test
  void slowWrite_isAnswered() throws Exception {
    try (RawConnection client = new RawConnection(server.port());
        RawConnection idle = new RawConnection(server.port())) {
      client.post("/api/v1/write", token("t"), one());
      await(writing);
      idle.get("/api/v1/health");
      assertThat(idle.read().orElseThrow().status()).isEqualTo(200);
      CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
      assertThat(idle.read()).isEmpty();
      mayWrite.countDown();
      RawConnection.Reply reply = client.read().orElseThrow();
      assertThat(reply.status()).isEqualTo(200);
      closing.get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void slowWrite_overHttp2_isAnswered() throws Exception {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
    URI health = URI.create("http://127.0.0.1:" + server.port() + "/api/v1/health");
    client.send(HttpRequest.newBuilder(health).build(), BodyHandlers.ofString());
    CompletableFuture<HttpResponse<String>> write =
        client.sendAsync(
            server
                .request("/api/v1/write", token("t"))
                .POST(BodyPublishers.ofString(one()))
                .build(),
            BodyHandlers.ofString());
    await(writing);
    try (RawConnection idle = new RawConnection(server.port())) {
      idle.get("/api/v1/health");
      assertThat(idle.read().orElseThrow().status()).isEqualTo(200);
      CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
      assertThat(idle.read()).isEmpty();
      mayWrite.countDown();
      HttpResponse<String> reply = write.get(30, TimeUnit.SECONDS);
      assertThat(reply.statusCode()).isEqualTo(200);
      assertThat(reply.version()).isEqualTo(HttpClient.Version.HTTP_2);
      closing.get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void bodyThatArrivesInTime_isStored() throws Exception {
    mayWrite.countDown();
    String body = one();
    try (RawConnection client = new RawConnection(server.port())) {
      startSending(client, body);
      CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
      awaitNotReady();
      client.send(body.substring(5));
      assertThat(client.read().orElseThrow().status()).isEqualTo(200);
      closing.get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void bodyThatDoesNotArrive_isAnswered503() throws Exception {
    String body = one();
    try (RawConnection client = new RawConnection(server.port())) {
      startSending(client, body);
      CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
      RawConnection.Reply reply = client.read().orElseThrow();
      assertThat(reply.status()).isEqualTo(503);
      assertThat(reply.body()).startsWith("{\"error\":{\"code\":\"OVERLOADED\"");
      assertThat(client.read()).isEmpty();
      closing.get(30, TimeUnit.SECONDS);
    }
  }

  /** Returns once the server waits for the rest of the body. */
  private static void startSending(RawConnection client, String body) throws IOException {
    client.send(
        RawConnection.head("/api/v1/write", token("t"), body)
            .replaceFirst("\r\n", "\r\nExpect: 100-continue\r\n"));
    assertThat(client.read().orElseThrow().status()).isEqualTo(100);
    client.send(body.substring(0, 5));
  }

  @Test
  void writeThatNeverEnds_doesNotKeepTheServer() throws Exception {
    int management = server.managementPort();
    try (RawConnection client = new RawConnection(server.port())) {
      client.post("/api/v1/write", token("t"), one());
      await(writing);
      server.close();
      assertThat(client.read()).isEmpty();
      assertThatThrownBy(() -> new RawConnection(management)).isInstanceOf(ConnectException.class);
    }
  }

  private void awaitNotReady() throws Exception {
    while (server.management("/ready").statusCode() != 503) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  private HttpResponse<String> write() throws Exception {
    return server.post("/api/v1/write", token("t"), one());
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private interface Call<T> {
    T run() throws Exception;
  }

  private static <T> Future<T> inBackground(Call<T> call) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                result.complete(call.run());
              } catch (Exception | AssertionError e) {
                result.completeExceptionally(e);
              }
            });
    return result;
  }
}
