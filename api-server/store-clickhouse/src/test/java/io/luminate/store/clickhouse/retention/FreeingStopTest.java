// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.clickhouse.testkit.ClickHouseCluster;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.model.EntityKeys;
import io.luminate.store.clickhouse.Shards;
import io.luminate.store.clickhouse.TestDatabase;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.schema.Schema;
import io.luminate.store.clickhouse.schema.Tables;
import io.luminate.store.clickhouse.schema.Topology;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On servers of which one is started again while the other goes on. */
class FreeingStopTest {
  private static final String DATABASE = "stopped";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Tables TABLES =
      new Tables(DATABASE, new Topology.Cluster(ClickHouseCluster.NAME));

  @TempDir private Path folder;

  @Test
  void keepStopped_tellsAgain_onlyWhenAServerWasStartedSince_orForAnotherChange()
      throws InterruptedException {
    try (Shards shards = Shards.start(folder, 2);
        ClickHouseClient client = new ClickHouseClient(shards.access(DATABASE))) {
      shards.execute("CREATE DATABASE " + DATABASE);
      Schema.open(client, TABLES, TestDatabase.OWNERSHIP, EntityKeys.DEFAULT);
      // Or a server might be taken for one that was started later, as it counts whole seconds.
      await(() -> shards.all().stream().allMatch(server -> number(server, "uptime()") > 1));
      FreeingStop stop = new FreeingStop(client, TABLES, new Alterations(TABLES));
      for (int look = 0; look < 3; look++) {
        stop.keepStopped(7);
      }
      assertThat(stops(shards.all())).containsExactly(1L, 1L);
      stop.keepStopped(8);
      assertThat(stops(shards.all())).containsExactly(2L, 2L);
      shards.far().kill9();
      shards.far().start();
      stop.keepStopped(8);
      assertThat(stops(List.of(shards.far()))).containsExactly(3L);
    }
  }

  private static List<Long> stops(List<ClickHouseServer> servers) throws InterruptedException {
    List<Long> stops = new ArrayList<>();
    for (ClickHouseServer server : servers) {
      // One that its client has the answer of is among those that run until it is logged.
      await(() -> number(server, "count() FROM system.processes") == 1);
      server.execute("SYSTEM FLUSH LOGS query_log");
      stops.add(
          number(
              server,
              "count() FROM system.query_log WHERE type = 'QueryFinish' AND query LIKE 'SYSTEM STOP TTL%'"));
    }
    return stops;
  }

  private static long number(ClickHouseServer server, String selected) {
    return Long.parseLong(server.query("SELECT " + selected).getFirst());
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    Instant giveUp = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).isBefore(giveUp);
      Thread.sleep(50);
    }
  }
}
