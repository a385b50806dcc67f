// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.clickhouse.testkit.proxy.FaultProxy;
import io.luminate.store.clickhouse.client.ClickHouseAccess.Connections;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What changes nothing is sent once more where there is one address alone. */
class RestartedServerTest {
  private static final int CONNECTIONS = 6;
  private static final Statement QUESTION = Statement.of("SELECT toUInt8(7)").asRepeatable();

  @TempDir private Path folder;

  private static ClickHouseClient client(ClickHouseServer server, String address, int idleMax) {
    return new ClickHouseClient(
        new ClickHouseAccess(
            List.of(address),
            "default",
            server.user(),
            server.password(),
            new Connections(CONNECTIONS, idleMax, Duration.ofHours(1)),
            Optional.empty()));
  }

  private static int answer(ClickHouseClient client, Statement statement) {
    return client.query(statement, RowReader::uint8).value();
  }

  private static ClickHouseFailure failure(ClickHouseClient client, Statement statement) {
    return catchThrowableOfType(ClickHouseFailure.class, () -> client.execute(statement));
  }

  @Test
  void restarted_noQuestionFails() throws Exception {
    try (ClickHouseServer server = ClickHouse.start(folder)) {
      String address = server.httpUrl().toString();
      for (int idleMax : List.of(CONNECTIONS, CONNECTIONS / 2)) {
        try (ClickHouseClient client = client(server, address, idleMax)) {
          askAtOnce(client, Statement.of("SELECT sleep(1)").asRepeatable());
          server.kill9();
          server.start();
          askAtOnce(client, Statement.of("SELECT sleep(0.1)").asRepeatable());
          for (int i = 0; i < 2 * CONNECTIONS; i++) {
            assertThat(answer(client, QUESTION)).isEqualTo(7);
          }
        }
      }
    }
  }

  /** On all connections. */
  private static void askAtOnce(ClickHouseClient client, Statement statement)
      throws InterruptedException, ExecutionException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> answers = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        answers.add(threads.submit(() -> answer(client, statement)));
      }
      for (Future<Integer> answer : answers) {
        assertThat(answer.get()).isZero();
      }
    }
  }

  @Test
  void broken_isSentOnceMore() {
    ClickHouseServer server = ClickHouse.shared();
    try (FaultProxy proxy = FaultProxy.inFrontOf(server.httpUrl());
        ClickHouseClient client = client(server, proxy.url().toString(), 1)) {
      proxy.cutRequests(1);
      assertThat(answer(client, QUESTION)).isEqualTo(7);
      assertThat(proxy.requests()).isEqualTo(2);
      proxy.loseAnswers(1);
      assertThat(answer(client, QUESTION.withQueryId("restarted/" + System.nanoTime())))
          .isEqualTo(7);
      assertThat(proxy.requests()).isEqualTo(4);
      proxy.cutRequests(3);
      assertThat(failure(client, QUESTION).sent()).isTrue();
      assertThat(proxy.requests()).as("no more than twice").isEqualTo(6);
    }
  }

  @Test
  void broken_whatMayChangeSomething_isNotSentAgain() {
    ClickHouseServer server = ClickHouse.shared();
    try (FaultProxy proxy = FaultProxy.inFrontOf(server.httpUrl());
        ClickHouseClient client = client(server, proxy.url().toString(), 1)) {
      proxy.cutRequests(1);
      assertThat(failure(client, Statement.of("SELECT toUInt8(7)")).sent()).isTrue();
      assertThat(proxy.requests()).isEqualTo(1);
    }
  }

  @Test
  void silent_isNotSentAgain() {
    ClickHouseServer server = ClickHouse.shared();
    try (FaultProxy proxy = FaultProxy.inFrontOf(server.httpUrl());
        ClickHouseClient client = client(server, proxy.url().toString(), 1)) {
      proxy.delayEachWay(Duration.ofHours(1));
      assertThat(failure(client, QUESTION.within(Duration.ofMillis(300))).sent()).isTrue();
      assertThat(proxy.requests()).isEqualTo(1);
    }
  }
}
