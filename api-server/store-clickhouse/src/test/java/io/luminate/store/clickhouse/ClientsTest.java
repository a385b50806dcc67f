// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.RowReader;
import io.luminate.store.clickhouse.client.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What one kind of work has in use, no other waits for. */
class ClientsTest {
  private static final int CONNECTIONS = 4;

  private static final Statement SLOW =
      Statement.of("SELECT toUInt8(sum(sleepEachRow(1)) + 91) FROM numbers(20)")
          .withSetting("max_block_size", "1");

  private static final String IS_SLOW = "query LIKE 'SELECT toUInt8(sum(sleepEachRow(1)) + 91)%'";

  @Test
  void deletes_doNotWaitForCountsOfSeries() throws Exception {
    try (TestDatabase database = TestDatabase.empty();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Clients clients = Clients.of(ClickHouseStoreOptions.defaults(database.access()))) {
      List<Future<Integer>> counts = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        counts.add(threads.submit(() -> ask(clients.upkeep(), SLOW)));
      }
      awaitRunning(database);
      assertThat(ask(clients.deletes(), Statement.of("SELECT toUInt8(7)"))).isEqualTo(7);
      assertThat(counts).noneMatch(Future::isDone);
      database.server().execute("KILL QUERY WHERE " + IS_SLOW);
    }
  }

  private static int ask(ClickHouseClient client, Statement statement) {
    return client.query(statement, RowReader::uint8).value();
  }

  private static void awaitRunning(TestDatabase database) throws InterruptedException {
    String running = "SELECT count() FROM system.processes WHERE " + IS_SLOW;
    Instant giveUp = Instant.now().plusSeconds(30);
    while (!database.server().query(running).getFirst().equals(String.valueOf(CONNECTIONS))) {
      assertThat(Instant.now()).isBefore(giveUp);
      Thread.sleep(20);
    }
  }
}
