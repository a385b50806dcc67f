// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two shards under one distributed table. */
final class ClickHouseClusterTest {
  private static final int ROWS = 1_000;

  @TempDir private Path folder;

  @Test
  void cluster_isOneTable() {
    try (ClickHouseCluster cluster = ClickHouseCluster.start(folder, 2)) {
      ClickHouseServer first = cluster.shards().getFirst();
      ClickHouseServer second = cluster.shards().getLast();
      assertThat(shardNumbers(cluster)).containsExactly("1", "2");

      String database = cluster.newDatabase();
      cluster.execute(
          "CREATE TABLE %s.local (n UInt64) ENGINE = MergeTree ORDER BY n".formatted(database));
      cluster.execute(
          "CREATE TABLE %1$s.t AS %1$s.local ENGINE = Distributed(%2$s, %1$s, local, n)"
              .formatted(database, ClickHouseCluster.NAME));
      String insert =
          "INSERT INTO %s.t SETTINGS distributed_foreground_insert = 1 SELECT number FROM numbers(%d)";
      first.as(first.luminate()).execute(insert.formatted(database, ROWS));

      String countLocal = "SELECT count() FROM %s.local".formatted(database);
      assertThat(first.query(countLocal)).containsExactly("" + ROWS / 2);
      assertThat(second.query(countLocal)).containsExactly("" + ROWS / 2);
      String count = "SELECT count() FROM %s.t".formatted(database);
      assertThat(second.as(second.luminate()).query(count)).containsExactly("" + ROWS);

      second.kill9();
      assertThatThrownBy(() -> first.query(count)).isInstanceOf(ClickHouseException.class);
      assertThat(first.query(count + " SETTINGS skip_unavailable_shards = 1"))
          .containsExactly("" + ROWS / 2);
      second.start();
      assertThat(first.query(count)).containsExactly("" + ROWS);
    }
  }

  @Test
  void front_doesWhatAKeeperIsNeededFor() {
    try (ClickHouseCluster cluster = ClickHouseCluster.start(folder, 2)) {
      ClickHouseServer first = cluster.shards().getFirst();
      ClickHouseSession front = new ClickHouseSession(cluster.front(), first.luminate());
      front.execute("CREATE DATABASE d ON CLUSTER `luminate`");
      front.execute(
          "CREATE TABLE d.t ON CLUSTER `luminate` (n UInt64, v Int64)"
              + " ENGINE = ReplicatedReplacingMergeTree('/t/{uuid}/all', '{shard}-{replica}', v) ORDER BY n"
              + " SETTINGS replicated_deduplication_window = 7, replicated_deduplication_window_seconds = 60");
      front.execute("SYSTEM SYNC REPLICA d.t LIGHTWEIGHT");
      front.execute("INSERT INTO d.t VALUES (1, 2)");
      assertThat(front.query("SELECT n, v FROM d.t")).containsExactly("1\t2");
      String engine = "SELECT engine_full FROM system.tables WHERE database = 'd'";
      for (ClickHouseServer shard : cluster.shards()) {
        assertThat(shard.query(engine).getFirst())
            .startsWith("ReplacingMergeTree(v)")
            .contains("non_replicated_deduplication_window = 7");
      }
      String wrong = "DROP TABLE d.absent ON CLUSTER `luminate`";
      assertThatThrownBy(() -> front.execute(wrong)).hasMessageContaining("UNKNOWN_TABLE");
    }
  }

  private static List<String> shardNumbers(ClickHouseCluster cluster) {
    return cluster.shards().stream()
        .flatMap(shard -> shard.query("SELECT getMacro('shard')").stream())
        .toList();
  }

  @Test
  void start_tooMany() {
    assertThatThrownBy(() -> ClickHouseCluster.start(folder, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a cluster has 1 to 4 shards: 5");
  }
}
