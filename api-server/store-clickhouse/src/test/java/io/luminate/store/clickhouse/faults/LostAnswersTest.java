// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.clickhouse.testkit.proxy.FaultProxy;
import io.luminate.store.clickhouse.ClickHouseStore;
import io.luminate.store.clickhouse.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Connections are cut before a request has arrived, and behind it, before its answer. */
class LostAnswersTest {
  private static final long SEED = Long.getLong("luminate.faults.seed", 20_260_311);
  private static final int STORED = 60;
  private static final int SOAK_STORED = 10_000;
  private static final int LOST = 20;
  private static final int CLIENTS = 8;
  private static final int CUT_AT_ONCE_MAX = 2;
  private static final int PAUSE_MILLIS_MAX = 200;

  /** The hasty one gives up on some requests, the patient one on none. */
  private static final Duration HASTY = Duration.ofMillis(200);

  private static final Duration PATIENT = Duration.ofSeconds(10);

  @Test
  void cut_duringInserts_everyPointOnce() throws InterruptedException {
    run(STORED);
  }

  @Test
  @Tag("soak")
  void cut_forLong_everyPointOnce() throws InterruptedException {
    run(SOAK_STORED);
  }

  private void run(int stored) throws InterruptedException {
    ClickHouseServer server = ClickHouse.shared();
    Tally tally = new Tally(SentRequest.utcToday());
    try (TestDatabase database = TestDatabase.on(server);
        FaultProxy proxy = FaultProxy.inFrontOf(server.httpUrl())) {
      var access = database.access().at(List.of(proxy.url().toString()));
      try (ClickHouseStore hasty = Faults.store(access, HASTY);
          ClickHouseStore patient = Faults.store(access, PATIENT);
          Clients clients = Clients.start(List.of(hasty, patient), tally, CLIENTS)) {
        Random random = new Random(SEED);
        while (tally.count(Fate.STORED) < stored || proxy.lostAnswers() < LOST) {
          proxy.cutRequests(random.nextInt(CUT_AT_ONCE_MAX + 1));
          proxy.loseAnswers(random.nextInt(CUT_AT_ONCE_MAX + 1));
          Thread.sleep(random.nextInt(PAUSE_MILLIS_MAX));
        }
        proxy.heal();
        clients.finish();
        tally.assertStored(server, database.tables().database());
        assertThat(tally.requests(Fate.UNKNOWN))
            .as("seed %d", SEED)
            .noneMatch(SentRequest::isKeyed);
      }
    }
  }
}
