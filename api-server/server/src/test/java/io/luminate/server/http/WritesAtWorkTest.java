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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A store that stalls holds up those whose writes it has, and nobody else. */
final class WritesAtWorkTest {
  private static final int SHARE = ApiServer.WRITES_MAX * 3 / 4;
  private static final String WRITE = "/api/v1/write";

  private final ScriptedStore store = new ScriptedStore();
  private final MemoryBudget bodies = MemoryBudget.ofRequests(32 << 20);
  private final Semaphore stalled = new Semaphore(0);
  private final CountDownLatch over = new CountDownLatch(1);
  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<HttpResponse<String>>> held = new ArrayList<>();
  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    server = new RunningServer(store, Map.of(), bodies, MemoryBudget.ofReplies());
  }

  @AfterEach
  void stop() throws Exception {
    over.countDown();
    clients.close();
    server.close();
    assertThat(bodies.bytesUsed()).isZero();
  }

  private void stall() {
    stalled.release();
    try {
      assertThat(over.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns when the store has so many more writes of the tenant, and lets later ones through. */
  private void hold(String tenant, int writes) throws Exception {
    store.beforeWrite = this::stall;
    for (int i = 0; i < writes; i++) {
      held.add(clients.submit(() -> write(tenant)));
    }
    assertThat(stalled.tryAcquire(writes, 60, TimeUnit.SECONDS)).isTrue();
    store.beforeWrite = () -> {};
  }

  private HttpResponse<String> write(String tenant) throws Exception {
    return server.post(WRITE, token(tenant), body());
  }

  private static String body() {
    return batch(point("m", now(), 1, "{}"));
  }

  private void assertAnswersOthers(String tenant) throws Exception {
    String query = LargeReplies.query(10);
    assertThat(server.post("/api/v1/query", token(tenant), query).statusCode()).isEqualTo(200);
    assertThat(server.get("/api/v1/health", "").statusCode()).isEqualTo(200);
  }

  private void letGo() throws Exception {
    over.countDown();
    for (Future<HttpResponse<String>> reply : held) {
      assertThat(reply.get().statusCode()).isEqualTo(200);
    }
  }

  private static void assertFull(HttpResponse<String> refused, int most) {
    assertError(refused, 503, "OVERLOADED");
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(refused.body()).contains("\"details\":{\"max_concurrent_writes\":" + most + "}");
  }

  @Test
  void stalledWrites_ofOneTenant_leaveAQuarterOfThePlaces() throws Exception {
    hold("a", SHARE);
    assertFull(write("a"), SHARE);
    assertThat(write("b").statusCode()).isEqualTo(200);
    assertAnswersOthers("a");
    assertAnswersOthers("b");
    assertThat(server.get("/api/v1/usage", token("a")).body())
        .contains(
            "\"maxConcurrentWrites\":{\"limit\":%d,\"used\":%1$d,\"left\":0}".formatted(SHARE));
    letGo();
    assertThat(write("a").statusCode()).isEqualTo(200);
    assertThat(server.get("/api/v1/usage", token("a")).body())
        .contains(
            "\"maxConcurrentWrites\":{\"limit\":%d,\"used\":0,\"left\":%1$d}".formatted(SHARE));
  }

  /** There are threads that no write has. */
  @Test
  void stalledWrites_ofAllTenants_leaveThreadsForWhatIsNoWrite() throws Exception {
    hold("a", SHARE);
    hold("b", ApiServer.WRITES_MAX - SHARE);
    assertFull(write("c"), ApiServer.WRITES_MAX);
    assertFull(write("b"), ApiServer.WRITES_MAX);
    assertAnswersOthers("c");
    letGo();
    assertThat(write("c").statusCode()).isEqualTo(200);
  }

  /** A refusal costs no memory, and whoever has begun to send finds out in the end. */
  @Test
  void bodies_ofWritesWithoutAPlace_takeNoMemory() throws Exception {
    try (RawConnection early = new RawConnection(server.port());
        RawConnection late = new RawConnection(server.port())) {
      sendHead(early);
      long oneBody = bodies.bytesUsed();
      assertThat(oneBody).isPositive();
      hold("a", SHARE);
      long others = bodies.bytesUsed();
      sendHead(late);
      assertThat(bodies.bytesUsed()).isEqualTo(others);
      for (RawConnection connection : List.of(early, late)) {
        connection.send(body());
        assertThat(connection.read().orElseThrow().status()).isEqualTo(503);
      }
      awaitBytes(others - oneBody);
      letGo();
    }
  }

  /** A client has its answer a moment before the body's memory is given back. */
  private void awaitBytes(long bytes) throws InterruptedException {
    for (int i = 0; bodies.bytesUsed() != bytes && i < 1_000; i++) {
      Thread.sleep(10);
    }
    assertThat(bodies.bytesUsed()).isEqualTo(bytes);
  }

  /** Returns when the server waits for the body. */
  private static void sendHead(RawConnection connection) throws Exception {
    String head = RawConnection.head(WRITE, token("a"), body());
    connection.send(head.replaceFirst("\r\n", "\r\nExpect: 100-continue\r\n"));
    assertThat(connection.read().orElseThrow().status()).isEqualTo(100);
  }
}
