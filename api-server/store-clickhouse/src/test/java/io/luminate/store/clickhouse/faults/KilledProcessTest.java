// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.clickhouse.testkit.proxy.FaultProxy;
import io.luminate.store.clickhouse.ClickHouseStore;
import io.luminate.store.clickhouse.TestDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A process of the API gets SIGKILL while it writes, and its clients come to another one. {@code
 * -Dluminate.kill.cycles=N} says how many times a soak does it.
 */
class KilledProcessTest {
  private static final long SEED = Long.getLong("luminate.kill.seed", 20_260_311);
  private static final int SOAK_CYCLES = Integer.getInteger("luminate.kill.cycles", 60);
  private static final int LIFE_MILLIS_MAX = 500;
  private static final int REQUESTS_PER_CYCLE = 1_000_000;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final ClickHouseServer server = ClickHouse.shared();
  private final TestDatabase database = TestDatabase.empty();
  private final Tally tally = new Tally(SentRequest.utcToday());

  @AfterEach
  void close() {
    database.close();
  }

  private String name() {
    return database.tables().database();
  }

  @Test
  void kill_duringWrites_everyAcknowledgedPointOnce() throws Exception {
    run(1);
  }

  @Test
  @Tag("soak")
  void kill_manyTimes_everyAcknowledgedPointOnce() throws Exception {
    run(SOAK_CYCLES);
  }

  private void run(int cycles) throws IOException, InterruptedException {
    Random random = new Random(SEED);
    for (long cycle = 0; cycle < cycles; cycle++) {
      try (ChildStore child =
          ChildStore.clients(database.access(), tally.today(), cycle * REQUESTS_PER_CYCLE, 1)) {
        child.awaitStored(5);
        Thread.sleep(random.nextInt(LIFE_MILLIS_MAX));
        child.kill9();
        child.tellTo(tally);
      }
    }
    assertThat(tally.requests(Fate.UNKNOWN)).as("seed %d", SEED).isNotEmpty();
    sendKeyedAgain();
    tally.assertStored(server, name());
  }

  /** What was not acknowledged, and then some of what was. */
  private void sendKeyedAgain() {
    try (ClickHouseStore other = Faults.store(database.access(), TIMEOUT)) {
      for (Fate fate : List.of(Fate.UNKNOWN, Fate.STORED)) {
        tally.requests(fate).stream()
            .filter(SentRequest::isKeyed)
            .limit(50)
            .forEach(
                request -> {
                  request.send(other);
                  tally.ended(request, Fate.STORED);
                });
      }
    }
  }

  /** Clients send everything to two processes at once, and one of those dies. */
  @Test
  void kill_ofOneOfTwoWithTheSameKeys_storesOnce() throws Exception {
    try (ChildStore dying = ChildStore.clients(database.access(), tally.today(), 0, 2);
        ChildStore other = ChildStore.clients(database.access(), tally.today(), 0, 2)) {
      dying.awaitStored(8);
      other.awaitStored(8);
      dying.kill9();
      other.finish();
      dying.tellTo(tally);
      other.tellTo(tally);
    }
    sendKeyedAgain();
    assertThat(tally.requests(Fate.UNKNOWN)).isEmpty();
    tally.assertStored(server, name());
  }

  @Test
  void kill_betweenLedgerAndPoints_theNextStoresThem() throws Exception {
    SentRequest request = tally.request(118);
    try (ChildStore child = ChildStore.one(database.access(), request)) {
      child.await("bound");
      child.kill9();
    }
    assertThat(ledgerRows("NOT done")).isEqualTo(1);
    assertThat(points()).isZero();
    assertNextStoresOnce(request);
  }

  @Test
  void kill_betweenPointsAndDone_theNextFindsThem() throws Exception {
    SentRequest request = tally.request(118);
    try (FaultProxy proxy = FaultProxy.inFrontOf(server.httpUrl());
        ChildStore child =
            ChildStore.one(database.access().at(List.of(proxy.url().toString())), request)) {
      child.await("bound");
      proxy.loseAnswers(Integer.MAX_VALUE);
      child.say("go on");
      awaitPoints(request.points());
      child.kill9();
    }
    assertNextStoresOnce(request);
  }

  /** What a write that is answered early is worth. */
  @Test
  void kill_whileAcknowledgedPointsWait_losesThoseAlone() throws Exception {
    SentRequest inserted = tally.request(1);
    SentRequest waiting = tally.request(3);
    try (FaultProxy proxy = FaultProxy.inFrontOf(server.httpUrl());
        ChildStore child =
            ChildStore.buffered(database.access().at(List.of(proxy.url().toString())), inserted)) {
      child.say("next");
      child.await(Fate.STORED + " " + inserted.number());
      awaitPoints(inserted.points());
      proxy.refuse();
      child.say("next");
      child.await(Fate.STORED + " " + waiting.number());
      child.kill9();
    }
    tally.ended(inserted, Fate.STORED);
    tally.ended(waiting, Fate.REFUSED);
    tally.assertStored(server, name());
  }

  private void assertNextStoresOnce(SentRequest request) {
    assertThat(ledgerRows("done")).isZero();
    try (ClickHouseStore next = Faults.store(database.access(), TIMEOUT);
        ClickHouseStore last = Faults.store(database.access(), TIMEOUT)) {
      request.send(next);
      assertThat(ledgerRows("done")).isEqualTo(1);
      request.send(last);
    }
    tally.ended(request, Fate.STORED);
    tally.assertStored(server, name());
  }

  private void awaitPoints(long expected) throws InterruptedException {
    long giveUpNanos = System.nanoTime() + TIMEOUT.toNanos();
    while (points() != expected) {
      assertThat(System.nanoTime()).as("points in time").isLessThan(giveUpNanos);
      Thread.sleep(10);
    }
  }

  private long points() {
    return count("points", "tenant != ''");
  }

  private long ledgerRows(String condition) {
    return count("ledger", condition);
  }

  private long count(String table, String condition) {
    return Long.parseLong(
        database.value("SELECT count() FROM %s.%s WHERE %s".formatted(name(), table, condition)));
  }
}
