// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.clickhouse.testkit.ClickHouseCluster;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.store.StoreHealth;
import io.luminate.store.clickhouse.client.ClickHouseAccess;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.schema.Tables;
import io.luminate.store.clickhouse.schema.Topology;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredFiguresTest {
  @TempDir private Path folder;

  @Test
  void health_oneServerAway_isThatOfTheOthers() {
    try (ClickHouseCluster cluster = ClickHouseCluster.start(folder, 2)) {
      ClickHouseServer near = cluster.shards().getFirst();
      String database = cluster.newDatabase();
      Tables tables = new Tables(database, new Topology.Cluster(ClickHouseCluster.NAME));
      cluster.shards().getLast().kill9();
      try (ClickHouseClient client = client(near, database);
          StoredFigures figures =
              new StoredFigures(client, client, tables, Optional::empty, () -> {}, () -> "true")) {
        assertThat(figures.health()).isInstanceOf(StoreHealth.Healthy.class);
      }
    }
  }

  private static ClickHouseClient client(ClickHouseServer server, String database) {
    return new ClickHouseClient(
        new ClickHouseAccess(
            List.of(server.httpUrl().toString()),
            database,
            server.user(),
            server.password(),
            4,
            Duration.ofHours(1)));
  }
}
