// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.store.clickhouse.client.ClickHouseAccess.Connections;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many connections there are, and whom they trust. */
class ConnectionsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** That a statement takes at least. */
  private static final Duration SLOW = Duration.ofSeconds(2);

  @TempDir private Path folder;

  private static ClickHouseClient client(
      ClickHouseServer server, String address, Connections connections, Optional<Path> trusted) {
    return new ClickHouseClient(
        new ClickHouseAccess(
            List.of(address), "default", server.user(), server.password(), connections, trusted));
  }

  private static int numberFrom(ClickHouseClient client) {
    return client.query(Statement.of("SELECT toUInt8(7)"), RowReader::uint8).value();
  }

  @Test
  void connections_idle_areNoMoreThanTheyMayBe() throws Exception {
    ClickHouseServer server = ClickHouse.shared();
    try (Front front = Front.plain(server.httpUrl())) {
      for (Connections connections :
          List.of(
              new Connections(6, 2, PATIENCE),
              new Connections(6, 0, PATIENCE),
              new Connections(6, 6, PATIENCE))) {
        try (ClickHouseClient client = client(server, front.url(), connections, Optional.empty())) {
          allAtOnce(client, front, connections.max());
          awaitOpen(front, connections.idleMax());
        }
        awaitOpen(front, 0);
      }
    }
  }

  @Test
  void connections_moreStatements_waitForOne() throws Exception {
    ClickHouseServer server = ClickHouse.shared();
    try (Front front = Front.plain(server.httpUrl())) {
      for (int idleMax : new int[] {0, 1, 3}) {
        Connections three = new Connections(3, idleMax, PATIENCE);
        try (ClickHouseClient client = client(server, front.url(), three, Optional.empty());
            var threads = Executors.newVirtualThreadPerTaskExecutor()) {
          Instant noneHasEnded = Instant.now().plus(SLOW);
          List<Future<Integer>> answers = new ArrayList<>();
          for (int i = 0; i < 6; i++) {
            answers.add(threads.submit(() -> slow(client)));
          }
          awaitOpen(front, 3);
          assertStaysAtMost(front, 3, noneHasEnded);
          for (Future<Integer> answer : answers) {
            assertThat(answer.get()).isZero();
          }
        }
        awaitOpen(front, 0);
      }
    }
  }

  /** Only while no statement has ended: between two of them one connection may be another's. */
  private static void assertStaysAtMost(Front front, int max, Instant end)
      throws InterruptedException {
    int open = front.open();
    while (Instant.now().isBefore(end)) {
      assertThat(open).isLessThanOrEqualTo(max);
      Thread.sleep(10);
      open = front.open();
    }
  }

  @Test
  void connections_olderThanTheirLifetime_areReplaced() throws Exception {
    ClickHouseServer server = ClickHouse.shared();
    Duration lifetime = Duration.ofSeconds(3);
    try (Front front = Front.plain(server.httpUrl());
        ClickHouseClient client =
            client(server, front.url(), new Connections(1, 1, lifetime), Optional.empty())) {
      for (int connections = 1; connections <= 3; connections++) {
        for (int i = 0; i < 5; i++) {
          assertThat(numberFrom(client)).isEqualTo(7);
        }
        assertThat(front.accepted()).isEqualTo(connections);
        Thread.sleep(lifetime.plusMillis(100));
      }
      assertThat(front.open()).as("the old ones are closed").isEqualTo(1);
    }
  }

  /** As the server behind one address has another password, any client would be stuck there. */
  @Test
  void addresses_oneRefuses_theOtherIsUsed() throws IOException {
    ClickHouseServer good = ClickHouse.shared();
    try (ClickHouseServer other = ClickHouse.start(folder)) {
      for (List<String> addresses :
          List.of(
              List.of(other.httpUrl().toString(), good.httpUrl().toString()),
              List.of(good.httpUrl().toString(), other.httpUrl().toString()))) {
        try (ClickHouseClient client =
            new ClickHouseClient(
                new ClickHouseAccess(
                    addresses,
                    "default",
                    good.user(),
                    good.password(),
                    new Connections(2, 1, PATIENCE),
                    Optional.empty()))) {
          for (int i = 0; i < 4; i++) {
            assertThat(answers(client)).as("statement %d of %s", i, addresses).isTrue();
          }
        }
      }
    }
  }

  /** At the second try, as the first may be refused. */
  private static boolean answers(ClickHouseClient client) {
    try {
      return numberFrom(client) == 7;
    } catch (ClickHouseFailure e) {
      return numberFrom(client) == 7;
    }
  }

  /** Statements long enough to be under way together. */
  private static void allAtOnce(ClickHouseClient client, Front front, int statements)
      throws InterruptedException, ExecutionException {
    Callable<Integer> slow = () -> slow(client);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> answers = new ArrayList<>();
      for (int i = 0; i < statements; i++) {
        answers.add(threads.submit(slow));
      }
      awaitOpen(front, statements);
      for (Future<Integer> answer : answers) {
        assertThat(answer.get()).isZero();
      }
    }
  }

  private static int slow(ClickHouseClient client) {
    return client
        .query(Statement.of("SELECT sleep(" + SLOW.toSeconds() + ")"), RowReader::uint8)
        .value();
  }

  private static void awaitOpen(Front front, int expected) throws InterruptedException {
    Instant giveUp = Instant.now().plus(PATIENCE);
    while (front.open() != expected) {
      assertThat(Instant.now())
          .as(front.open() + " connections are open, not " + expected)
          .isBefore(giveUp);
      Thread.sleep(20);
    }
  }

  @Test
  void trusted_certificateOfAnotherAuthority_isRefused() throws IOException, InterruptedException {
    ClickHouseServer server = ClickHouse.shared();
    Connections one = new Connections(1, 1, PATIENCE);
    Path certificate = folder.resolve("certificate.pem");
    try (Front front = Front.tls(server.httpUrl(), certificate);
        ClickHouseClient trusting = client(server, front.url(), one, Optional.of(certificate));
        ClickHouseClient strange = client(server, front.url(), one, Optional.empty())) {
      assertThat(numberFrom(trusting)).isEqualTo(7);
      assertThatThrownBy(() -> numberFrom(strange))
          .isInstanceOf(ClickHouseFailure.class)
          .hasMessageContaining("unable to find valid certification path");
    }
  }
}
