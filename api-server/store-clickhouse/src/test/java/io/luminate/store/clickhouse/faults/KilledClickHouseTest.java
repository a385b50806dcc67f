// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.store.clickhouse.ClickHouseStore;
import io.luminate.store.clickhouse.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * ClickHouse gets SIGKILL while clients write, and comes back. {@code -Dluminate.kill.cycles=N}
 * says how many times a soak does it.
 */
class KilledClickHouseTest {
  private static final long SEED = Long.getLong("luminate.kill.seed", 20_260_311);
  private static final int CYCLES = 2;
  private static final int SOAK_CYCLES = Integer.getInteger("luminate.kill.cycles", 100);
  private static final int LIFE_MILLIS_MAX = 1_500;
  private static final int CLIENTS = 8;

  /** One store gives up before ClickHouse is back, the other one after. */
  private static final Duration SHORT = Duration.ofMillis(500);

  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir Path folder;

  @Test
  void kill_duringInserts_everyAcknowledgedPointOnce() throws InterruptedException {
    run(CYCLES);
  }

  @Test
  @Tag("soak")
  void kill_manyTimes_everyAcknowledgedPointOnce() throws InterruptedException {
    run(SOAK_CYCLES);
  }

  private void run(int cycles) throws InterruptedException {
    Random random = new Random(SEED);
    Tally tally = new Tally(SentRequest.utcToday());
    try (ClickHouseServer server = ClickHouse.start(folder);
        TestDatabase database = TestDatabase.on(server);
        ClickHouseStore hasty = Faults.store(database.access(), SHORT);
        ClickHouseStore patient = Faults.store(database.access(), LONG);
        Clients clients = Clients.start(List.of(hasty, patient), tally, CLIENTS)) {
      for (int cycle = 0; cycle < cycles; cycle++) {
        Thread.sleep(random.nextInt(LIFE_MILLIS_MAX));
        server.kill9();
        Thread.sleep(random.nextInt(1_000));
        server.start();
      }
      Faults.awaitHealthy(hasty);
      tally.awaitStored(Math.max(50, tally.count(Fate.STORED)) + 20);
      clients.finish();
      tally.assertStored(server, database.tables().database());
      assertThat(tally.count(Fate.STORED)).as("stored, seed %d", SEED).isGreaterThan(50);
      assertThat(clients.failures()).as("failures, seed %d", SEED).isPositive();
      assertThat(tally.requests(Fate.UNKNOWN)).noneMatch(SentRequest::isKeyed);
    }
  }
}
