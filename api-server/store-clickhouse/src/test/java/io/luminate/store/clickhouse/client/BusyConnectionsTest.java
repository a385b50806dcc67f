// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.store.clickhouse.client.ClickHouseAccess.Connections;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A statement that no connection is free for says that, and not that ClickHouse is away. */
class BusyConnectionsTest {
  private static final Statement SLOW =
      Statement.of("SELECT toUInt8(sum(sleepEachRow(1))) FROM numbers(8)")
          .withSetting("max_block_size", "1");

  @Test
  void query_allConnectionsInUse_saysSo() throws Exception {
    ClickHouseServer server = ClickHouse.shared();
    try (ClickHouseClient client = ofOneConnection(server);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> slow = threads.submit(() -> client.query(SLOW, RowReader::uint8).value());
      awaitRunning(server);
      assertThatThrownBy(() -> client.query(Statement.of("SELECT toUInt8(7)"), RowReader::uint8))
          .isInstanceOfSatisfying(
              ClickHouseFailure.class,
              e -> {
                assertThat(e.code()).isEqualTo(ClickHouseFailure.NO_CONNECTION_FREE);
                assertThat(e.sent()).isFalse();
                assertThat(e.inShort()).isEqualTo("all connections to ClickHouse are in use");
              });
      assertThat(slow.get()).isZero();
    }
  }

  private static ClickHouseClient ofOneConnection(ClickHouseServer server) {
    return new ClickHouseClient(
        new ClickHouseAccess(
            List.of(server.httpUrl().toString()),
            "default",
            server.user(),
            server.password(),
            new Connections(1, 1, Duration.ofMinutes(1)),
            Optional.empty()));
  }

  private static void awaitRunning(ClickHouseServer server)
      throws IOException, InterruptedException {
    String running = "SELECT count() FROM system.processes WHERE query LIKE 'SELECT toUInt8(sum(%'";
    while (!server.query(running).getFirst().equals("1")) {
      Thread.sleep(20);
    }
  }
}
