// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.store.MetricsStore;
import io.luminate.store.clickhouse.ClickHouseStore;
import io.luminate.store.clickhouse.ClickHouseStoreOptions;
import io.luminate.store.clickhouse.client.ClickHouseAccess;
import io.luminate.store.rocksdb.engine.RocksMetricsStore;
import io.luminate.store.rocksdb.engine.RocksStoreOptions;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same requests to a server on each store get the same answers. A third server, on the
 * reference store, says what they are exactly, and so how far values may be off.
 */
final class BothStoresTest {
  private static final long SEED = Long.getLong("luminate.both.seed", 1);
  private static final int SOAK_SEEDS = 20;
  private static final int ROUNDS = 4;
  private static final int BATCHES_PER_ROUND = 6;
  private static final int QUESTIONS_PER_ROUND = 40;

  @TempDir Path folder;
  private RunningServer onRocksDb;
  private RunningServer onClickHouse;
  private RunningServer onReference;
  private ExplainingStore exact;

  @BeforeEach
  void start() throws Exception {
    onClickHouse = new RunningServer(clickHouse(), Map.of());
    MetricsStore rocksDb = RocksMetricsStore.open(folder, RocksStoreOptions.defaults());
    onRocksDb = new RunningServer(rocksDb, Map.of());
  }

  /** In a database of its own. */
  static MetricsStore clickHouse() {
    ClickHouseServer server = ClickHouse.shared();
    return ClickHouseStore.open(
        ClickHouseStoreOptions.defaults(
            new ClickHouseAccess(
                List.of(server.httpUrl().toString()),
                server.newDatabase(),
                server.user(),
                server.password(),
                8,
                Duration.ofHours(1))));
  }

  @AfterEach
  void stop() {
    for (RunningServer server : new RunningServer[] {onRocksDb, onClickHouse}) {
      if (server != null) {
        server.close();
      }
    }
  }

  @Test
  void sameRequests_sameAnswers() throws Exception {
    run(SEED);
  }

  @Tag("soak")
  @Test
  void sameRequests_manySeeds_sameAnswers() throws Exception {
    for (long seed = 1_000; seed < 1_000 + SOAK_SEEDS; seed++) {
      run(seed);
    }
  }

  private void run(long seed) throws Exception {
    // A tenant of its own for each seed, so that the servers can be used again.
    RequestMaker requests = new RequestMaker(seed, "seed" + seed + "-", RunningServer.now());
    exact = new ExplainingStore();
    try (RunningServer server = new RunningServer(exact.store(), Map.of())) {
      onReference = server;
      run(requests, "seed " + seed);
    }
  }

  private void run(RequestMaker requests, String seed) throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < BATCHES_PER_ROUND; i++) {
        write(requests.write(), seed + ", round " + round);
      }
      for (int i = 0; i < QUESTIONS_PER_ROUND; i++) {
        ask(requests.question(), seed + ", round " + round);
      }
      if (round == ROUNDS / 2) {
        delete(requests.delete(), seed + ", round " + round);
      }
    }
  }

  private void write(RequestMaker.Request write, String context) throws Exception {
    for (int sent = 0; sent < write.times(); sent++) {
      HttpResponse<String> expected = post(onRocksDb, write);
      assertThat(expected.statusCode()).isIn(200, 207, 400);
      for (RunningServer server : List.of(onClickHouse, onReference)) {
        HttpResponse<String> actual = post(server, write);
        assertThat(actual.body())
            .as("%s: reply to the write %s", context, write)
            .isEqualTo(expected.body());
        assertThat(actual.statusCode()).isEqualTo(expected.statusCode());
      }
    }
  }

  private void ask(RequestMaker.Request question, String context) throws Exception {
    String what = context + ": " + question;
    HttpResponse<String> expected = send(onRocksDb, question);
    HttpResponse<String> actual = send(onClickHouse, question);
    assertThat(actual.statusCode()).as(what).isEqualTo(expected.statusCode());
    assertThat(actual.headers().firstValue("X-Luminate-Truncated"))
        .as(what)
        .isEqualTo(expected.headers().firstValue("X-Luminate-Truncated"));
    if (question.body().isEmpty() || expected.statusCode() != 200) {
      assertThat(actual.body()).as(what).isEqualTo(expected.body());
      return;
    }
    assertThat(send(onReference, question).statusCode()).as(what).isEqualTo(200);
    SameAnswer.assertSame(what, actual.body(), expected.body(), exact.takeLatest());
    String cursor = SameAnswer.cursor(expected.body());
    if (!cursor.isEmpty()) {
      ask(question.after(cursor), context);
    }
  }

  private void delete(RequestMaker.Request delete, String context) throws Exception {
    for (RunningServer server : List.of(onRocksDb, onClickHouse, onReference)) {
      assertThat(server.delete(delete.path(), delete.token()).statusCode())
          .as("%s: %s", context, delete)
          .isEqualTo(202);
    }
  }

  private static HttpResponse<String> send(RunningServer server, RequestMaker.Request request)
      throws Exception {
    return request.body().isEmpty()
        ? server.get(request.path(), request.token())
        : post(server, request);
  }

  private static HttpResponse<String> post(RunningServer server, RequestMaker.Request request)
      throws Exception {
    byte[] body = request.body().getBytes(StandardCharsets.UTF_8);
    return request.idempotencyKey().isEmpty()
        ? server.post(request.path(), request.token(), body)
        : server.post(
            request.path(), request.token(), body, "Idempotency-Key", request.idempotencyKey());
  }
}
