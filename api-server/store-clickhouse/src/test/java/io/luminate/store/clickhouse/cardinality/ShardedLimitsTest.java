// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.cardinality;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.clickhouse.testkit.ClickHouseCluster;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.model.EntityKeys;
import io.luminate.store.SeriesAdmission;
import io.luminate.store.SeriesLimits;
import io.luminate.store.SeriesLimits.Overflow;
import io.luminate.store.clickhouse.TestDatabase;
import io.luminate.store.clickhouse.client.ClickHouseAccess;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.schema.Schema;
import io.luminate.store.clickhouse.schema.Tables;
import io.luminate.store.clickhouse.schema.Topology;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits of two processes whose points are spread over two servers. */
class ShardedLimitsTest {
  private static final int SERIES_MAX = 40;

  @TempDir private Path folder;

  @Test
  void limits_whatIsStoredIsSpread_holdForAnotherProcess() {
    try (ClickHouseCluster cluster = ClickHouseCluster.start(folder, 2)) {
      String local = cluster.newDatabase();
      Tables tables = spread(cluster, local);
      ClickHouseAccess access = access(cluster.shards().getFirst(), tables.database());
      try (CountingProcess writes = new CountingProcess(access, tables);
          CountingProcess other = new CountingProcess(access, tables)) {
        assertThat(writes.letIn("m", 0, SERIES_MAX, SERIES_MAX)).isEqualTo(SERIES_MAX);
        writes.write("m", 0, SERIES_MAX);
        assertThat(cluster.shards())
            .as("or else it would all be about one of them")
            .noneMatch(
                shard -> shard.query("SELECT count() FROM " + local + ".points").contains("0"));
        assertThat(other.letIn("m", 0, 2 * SERIES_MAX, SERIES_MAX)).isEqualTo(SERIES_MAX);
        assertThat(admitted(other, "m", 1)).isEqualTo(1);
        assertThat(admitted(other, "n", 1)).isZero();
        assertThat(admitted(writes, "n", 2)).isEqualTo(1);
        writes.write("n", 0, 1);
        writes.cardinality().share();
        assertThat(writes.letIn("m", SERIES_MAX, 2 * SERIES_MAX, SERIES_MAX)).isZero();
      }
    }
  }

  private static long admitted(CountingProcess process, String metric, long metricsMax) {
    return process
        .ask(
            CountingProcess.series(metric, 0, 1),
            new SeriesLimits(SERIES_MAX, metricsMax, Overflow.REJECT))
        .stream()
        .filter(SeriesAdmission.Admitted.class::isInstance)
        .count();
  }

  /** What each server of a cluster has whole, the first shard has alone: there is no Keeper. */
  private static Tables spread(ClickHouseCluster cluster, String local) {
    cluster.shards().forEach(shard -> makeTables(shard, local));
    ClickHouseServer first = cluster.shards().getFirst();
    String all = local + "_all";
    first.execute("CREATE DATABASE " + all);
    makeTables(first, all);
    first.execute("DROP TABLE " + all + ".points SYNC");
    first.execute(
        "CREATE TABLE %1$s.points AS %2$s.points ENGINE = Distributed('%3$s', '%2$s', 'points', cityHash64(tenant, series))"
            .formatted(all, local, ClickHouseCluster.NAME));
    return new Tables(all, new Topology.SingleServer());
  }

  private static void makeTables(ClickHouseServer server, String database) {
    try (ClickHouseClient client = new ClickHouseClient(access(server, database))) {
      Tables tables = new Tables(database, new Topology.SingleServer());
      Schema.open(client, tables, TestDatabase.OWNERSHIP, EntityKeys.DEFAULT);
    }
  }

  private static ClickHouseAccess access(ClickHouseServer server, String database) {
    return new ClickHouseAccess(
        List.of(server.httpUrl().toString()),
        database,
        server.user(),
        server.password(),
        8,
        Duration.ofHours(1));
  }
}
