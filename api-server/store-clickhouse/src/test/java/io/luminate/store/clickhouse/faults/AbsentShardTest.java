// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.clickhouse.testkit.ClickHouseCluster;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.model.EntityKeys;
import io.luminate.store.clickhouse.TestDatabase;
import io.luminate.store.clickhouse.client.ClickHouseAccess;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.schema.Schema;
import io.luminate.store.clickhouse.schema.Slots;
import io.luminate.store.clickhouse.schema.Tables;
import io.luminate.store.clickhouse.schema.Topology;
import io.luminate.store.clickhouse.write.PointWriter;
import io.luminate.store.clickhouse.write.WriteOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two shards behind {@code Distributed} tables, one of which fails. Without a Keeper they are not
 * replicated, so a shard is killed only while nobody writes: between a token and its part a plain
 * table may lose a part that a replicated one does not.
 */
@Tag("soak")
class AbsentShardTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final Duration BOUND = Duration.ofSeconds(6);
  private static final int CLIENTS = 6;

  @TempDir private static Path folder;
  private static ClickHouseCluster cluster;

  private final Tally tally = new Tally(SentRequest.utcToday());
  private String database;
  private ClickHouseClient client;
  private PointWriter writer;

  @BeforeAll
  static void startCluster() {
    cluster = ClickHouseCluster.start(folder, 2);
  }

  @AfterAll
  static void closeCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @BeforeEach
  void createTables() {
    database = cluster.newDatabase();
    Tables single = new Tables(database, new Topology.SingleServer());
    for (ClickHouseServer shard : cluster.shards()) {
      try (ClickHouseClient each = new ClickHouseClient(access(shard))) {
        Schema.open(each, single, TestDatabase.OWNERSHIP, EntityKeys.DEFAULT);
      }
    }
    distribute("points", "if(entity = '', cityHash64(tenant, series), cityHash64(tenant, entity))");
    distribute("ledger", "cityHash64(tenant, key)");
    client = new ClickHouseClient(access(near()));
    writer =
        new PointWriter(
            client,
            new Tables(database, new Topology.Cluster(ClickHouseCluster.NAME)),
            new Slots(client, client, single, TIMEOUT),
            EntityKeys.DEFAULT,
            InstantSource.system(),
            WriteOptions.DEFAULT.withTimeout(TIMEOUT));
  }

  @AfterEach
  void close() {
    writer.close();
    client.close();
  }

  private void distribute(String table, String shardingKey) {
    cluster.execute("RENAME TABLE %1$s.%2$s TO %1$s.%2$s_local".formatted(database, table));
    cluster.execute(
        "CREATE TABLE %1$s.%2$s AS %1$s.%2$s_local ENGINE = Distributed('%3$s', '%1$s', '%2$s_local', %4$s)"
            .formatted(database, table, ClickHouseCluster.NAME, shardingKey));
  }

  private ClickHouseAccess access(ClickHouseServer shard) {
    return new ClickHouseAccess(
        List.of(shard.httpUrl().toString()),
        database,
        shard.user(),
        shard.password(),
        8,
        Duration.ofHours(1));
  }

  private static ClickHouseServer near() {
    return cluster.shards().getFirst();
  }

  private static ClickHouseServer far() {
    return cluster.shards().getLast();
  }

  private Clients start(long first) {
    return Clients.start(List.of(Target.of(writer)), tally, tally.today(), CLIENTS, first, 1);
  }

  @Test
  void away_refusesInTimeAndRecovers() throws InterruptedException {
    try (Clients clients = start(0)) {
      tally.awaitStored(20);
      clients.finish();
    }
    far().kill9();
    try (Clients clients = start(1_000_000)) {
      clients.awaitFailures(20);
      assertThat(writer.failing()).contains("the storage is not available");
      far().start();
      assertRecovers(clients);
    }
  }

  @Test
  void tooManyPartsOnOne_refusesAndRecovers() throws InterruptedException {
    try (Clients clients = start(0)) {
      tally.awaitStored(20);
      far()
          .execute(
              "ALTER TABLE %s.points_local MODIFY SETTING parts_to_throw_insert = 1"
                  .formatted(database));
      clients.awaitFailures(20);
      assertThat(writer.failing()).contains("the storage has more to do than it can");
      far()
          .execute(
              "ALTER TABLE %s.points_local RESET SETTING parts_to_throw_insert"
                  .formatted(database));
      assertRecovers(clients);
    }
  }

  private void assertRecovers(Clients clients) throws InterruptedException {
    tally.awaitStored(tally.count(Fate.STORED) + 20);
    clients.finish();
    tally.assertStored(near(), database);
    assertThat(shardsWithPoints()).as("shards with points").isEqualTo(2);
    assertThat(clients.slowest()).isLessThan(BOUND);
    assertThat(tally.requests(Fate.UNKNOWN)).noneMatch(SentRequest::isKeyed);
  }

  private static long count(ClickHouseServer shard, String table) {
    return Long.parseLong(
        shard.query("SELECT count() FROM %s WHERE tenant != ''".formatted(table)).getFirst());
  }

  private long shardsWithPoints() {
    return cluster.shards().stream()
        .filter(shard -> count(shard, database + ".points_local") > 0)
        .count();
  }
}
