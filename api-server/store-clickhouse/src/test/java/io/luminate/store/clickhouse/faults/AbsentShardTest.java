// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.store.StoreHealth;
import io.luminate.store.clickhouse.ClickHouseStore;
import io.luminate.store.clickhouse.Shards;
import java.nio.file.Path;
import java.time.Duration;
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
 * table may lose a part that a replicated one does not. While somebody does it ends in good order.
 */
@Tag("soak")
class AbsentShardTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final Duration BOUND = Duration.ofSeconds(6);
  private static final int CLIENTS = 6;

  @TempDir private static Path folder;
  private static Shards shards;
  private static int databases;

  private final Tally tally = new Tally(SentRequest.utcToday());
  private final String database = "absent_" + databases++;
  private ClickHouseStore store;

  @BeforeAll
  static void startShards() {
    shards = Shards.start(folder, 2);
  }

  @AfterAll
  static void closeShards() {
    if (shards != null) {
      shards.close();
    }
  }

  @BeforeEach
  void open() {
    store = ClickHouseStore.open(Shards.inFront(Faults.options(shards.access(database), TIMEOUT)));
  }

  @AfterEach
  void close() {
    store.close();
  }

  private Clients start(long first) {
    return Clients.start(List.of(Target.of(store)), tally, tally.today(), CLIENTS, first, 1);
  }

  @Test
  void killed_refusesInTimeAndRecovers() throws InterruptedException {
    try (Clients clients = start(0)) {
      tally.awaitStored(20);
      clients.finish();
    }
    shards.far().kill9();
    try (Clients clients = start(1_000_000)) {
      clients.awaitFailures(20);
      awaitUnhealthy("the storage is not available");
      shards.far().start();
      assertRecovers(clients);
    }
  }

  @Test
  void awayWhileClientsWrite_refusesInTimeAndRecovers() throws InterruptedException {
    try (Clients clients = start(0)) {
      tally.awaitStored(20);
      shards.far().stop();
      clients.awaitFailures(20);
      shards.far().start();
      assertRecovers(clients);
    }
  }

  @Test
  void tooManyPartsOnOne_refusesAndRecovers() throws InterruptedException {
    try (Clients clients = start(0)) {
      tally.awaitStored(20);
      alterFar("MODIFY SETTING parts_to_throw_insert = 1");
      clients.awaitFailures(20);
      awaitUnhealthy("the storage has more to do than it can");
      alterFar("RESET SETTING parts_to_throw_insert");
      assertRecovers(clients);
    }
  }

  private void alterFar(String change) {
    shards.far().execute("ALTER TABLE %s.points_local %s".formatted(database, change));
  }

  private void awaitUnhealthy(String reason) throws InterruptedException {
    Faults.awaitHealth(
        store,
        health ->
            health instanceof StoreHealth.Unhealthy unhealthy
                && unhealthy.error().contains(reason));
  }

  private void assertRecovers(Clients clients) throws InterruptedException {
    tally.awaitStored(tally.count(Fate.STORED) + 20);
    clients.finish();
    tally.assertStored(shards.near(), database);
    assertThat(shardsWithPoints()).as("shards with points").isEqualTo(2);
    assertThat(clients.slowest()).isLessThan(BOUND);
    assertThat(tally.requests(Fate.UNKNOWN)).noneMatch(SentRequest::isKeyed);
  }

  private static long count(ClickHouseServer shard, String table) {
    return Long.parseLong(
        shard.query("SELECT count() FROM %s WHERE tenant != ''".formatted(table)).getFirst());
  }

  private long shardsWithPoints() {
    return shards.all().stream()
        .filter(shard -> count(shard, database + ".points_local") > 0)
        .count();
  }
}
