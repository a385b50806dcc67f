// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseException;
import io.luminate.clickhouse.testkit.ClickHouseOptions;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.clickhouse.testkit.SmallDisk;
import io.luminate.store.StoreHealth;
import io.luminate.store.clickhouse.ClickHouseStore;
import io.luminate.store.clickhouse.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk that ClickHouse has its rows on is full, until somebody makes room. */
@Tag("soak")
class FullDiskTest {
  private static final long DISK_BYTES = 96L << 20;
  private static final long BLOCK_BYTES = 4L << 20;
  private static final int BLOCKS_MAX = 200;
  private static final int NOT_ENOUGH_SPACE = 243;
  private static final long BLOCK_BYTES_MIN = 64L << 10;
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final Duration BOUND = Duration.ofSeconds(5);
  private static final StoreHealth FULL =
      new StoreHealth.Unhealthy("the storage is not available", true);

  private static final int TIMES = 5;
  private static final int CLIENTS = 6;

  @TempDir Path folder;

  @Test
  void full_refusesAndRecovers() throws InterruptedException {
    // A disk that can be filled takes a mount namespace, which some machines keep from their users.
    assumeTrue(SmallDisk.isPossible(), "no file system can be mounted here");
    Tally tally = new Tally(SentRequest.utcToday());
    try (ClickHouseServer server =
            ClickHouse.start(folder, ClickHouseOptions.DEFAULT.withDiskBytesMax(DISK_BYTES));
        TestDatabase database = TestDatabase.on(server);
        ClickHouseStore store = Faults.store(database.access(), TIMEOUT);
        Clients clients = Clients.start(List.of(store), tally, CLIENTS)) {
      String name = database.tables().database();
      for (int time = 0; time < TIMES; time++) {
        tally.awaitStored(tally.count(Fate.STORED) + 20);
        fill(server, name);
        clients.awaitFailures(10);
        Faults.awaitHealth(store, FULL);
        server.execute("DROP TABLE %s.filler SYNC".formatted(name));
        server.execute("SYSTEM START MERGES %s.points".formatted(name));
        Faults.awaitHealthy(store);
      }
      tally.awaitStored(tally.count(Fate.STORED) + 20);
      clients.finish();
      tally.assertStored(server, name);
      assertThat(clients.slowest()).isLessThan(BOUND);
    }
  }

  /** All but what a few writes take. */
  private static void fill(ClickHouseServer server, String database) {
    String table = database + ".filler";
    server.execute(
        "CREATE TABLE %s (s String CODEC(NONE)) ENGINE = MergeTree ORDER BY ()".formatted(table));
    // They make room again.
    server.execute("SYSTEM STOP MERGES " + table);
    server.execute("SYSTEM STOP MERGES " + database + ".points");
    int blocks = 0;
    for (long bytes = BLOCK_BYTES; bytes >= BLOCK_BYTES_MIN; bytes /= 4) {
      while (isInserted(server, "INSERT INTO %s SELECT randomString(%d)".formatted(table, bytes))) {
        assertThat(blocks++).as("blocks of %s", table).isLessThan(BLOCKS_MAX);
      }
    }
  }

  private static boolean isInserted(ClickHouseServer server, String insert) {
    try {
      server.execute(insert);
      return true;
    } catch (ClickHouseException e) {
      assertThat(e.code()).as("%s", e.getMessage()).isEqualTo(NOT_ENOUGH_SPACE);
      return false;
    }
  }
}
