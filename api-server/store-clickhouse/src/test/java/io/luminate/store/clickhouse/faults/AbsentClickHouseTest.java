// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.clickhouse.testkit.proxy.FaultProxy;
import io.luminate.store.ErrorCode;
import io.luminate.store.StoreException;
import io.luminate.store.StoreHealth;
import io.luminate.store.clickhouse.ClickHouseStore;
import io.luminate.store.clickhouse.ClickHouseStoreOptions;
import io.luminate.store.clickhouse.TestDatabase;
import io.luminate.store.clickhouse.schema.Ownership;
import io.luminate.store.clickhouse.schema.Topology;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** ClickHouse is not there for a while, or there and silent, or slow. */
class AbsentClickHouseTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  /** A request waits for its batch to begin, and then for the batch; and a machine may be slow. */
  private static final Duration BOUND = Duration.ofSeconds(6);

  private static final Duration QUERY_TIMEOUT = Duration.ofMillis(300);
  private static final StoreHealth ABSENT =
      new StoreHealth.Unhealthy("ClickHouse does not answer", false);

  private static final int CLIENTS = 6;

  private final ClickHouseServer server = ClickHouse.shared();
  private final TestDatabase database = TestDatabase.on(server);
  private final FaultProxy proxy = FaultProxy.inFrontOf(server.httpUrl());
  private final Tally tally = new Tally(SentRequest.utcToday());

  @AfterEach
  void close() {
    proxy.close();
    database.close();
  }

  private ClickHouseStore store() {
    return store(TIMEOUT);
  }

  private ClickHouseStore store(Duration writeTimeout) {
    return Faults.store(database.access().at(List.of(proxy.url().toString())), writeTimeout);
  }

  @Test
  void absent_refusesInTimeAndRecovers() throws InterruptedException {
    awayFor(Duration.ofSeconds(1));
  }

  @Test
  @Tag("soak")
  void absent_forAMinute_refusesInTimeAndRecovers() throws InterruptedException {
    awayFor(Duration.ofSeconds(60));
  }

  private void awayFor(Duration time) throws InterruptedException {
    try (ClickHouseStore store = store();
        Clients clients = Clients.start(List.of(store), tally, CLIENTS)) {
      tally.awaitStored(20);
      proxy.refuse();
      Instant back = Instant.now().plus(time);
      assertUnavailable(store);
      Thread.sleep(Math.max(0, Duration.between(Instant.now(), back).toMillis()));
      Faults.awaitHealth(store, ABSENT);
      proxy.heal();
      assertRecovers(store, clients);
    }
  }

  @Test
  void back_withoutAnyWrite_isHealthySoon() throws InterruptedException {
    try (ClickHouseStore store = store()) {
      proxy.refuse();
      assertUnavailable(store);
      Faults.awaitHealth(store, ABSENT);
      proxy.heal();
      Faults.awaitHealthy(store);
    }
  }

  @Test
  void silent_refusesInTimeAndRecovers() throws InterruptedException {
    try (ClickHouseStore store = store();
        Clients clients = Clients.start(List.of(store), tally, CLIENTS)) {
      tally.awaitStored(20);
      proxy.delayEachWay(Duration.ofHours(1));
      assertUnavailable(store);
      Faults.awaitHealth(store, ABSENT);
      proxy.heal();
      assertRecovers(store, clients);
    }
  }

  private void assertUnavailable(ClickHouseStore store) {
    for (long number : List.of(1_000_000L, 1_000_001L)) {
      Faults.assertRefused(store, tally.request(number), ErrorCode.STORAGE_UNAVAILABLE, BOUND);
    }
    Faults.assertUnreadable(store, QUERY_TIMEOUT);
  }

  private void assertRecovers(ClickHouseStore store, Clients clients) throws InterruptedException {
    Faults.awaitHealthy(store);
    tally.awaitStored(tally.count(Fate.STORED) + 20);
    clients.finish();
    tally.assertStored(server, database.tables().database());
    assertThat(clients.failures()).isPositive();
    assertThat(clients.slowest()).isLessThan(BOUND);
    assertThat(tally.requests(Fate.UNKNOWN)).noneMatch(SentRequest::isKeyed);
  }

  @Test
  @Tag("soak")
  void slow_isWaitedFor() throws InterruptedException {
    // Nothing may fail here, so a busy machine has time enough.
    try (ClickHouseStore store = store(TIMEOUT.multipliedBy(10));
        Clients clients = Clients.start(List.of(store), tally, CLIENTS)) {
      proxy.delayEachWay(Duration.ofMillis(60));
      tally.awaitStored(20);
      proxy.heal();
      clients.finish();
      assertThat(clients.failures()).isZero();
      tally.assertStored(server, database.tables().database());
      Faults.awaitHealthy(store);
    }
  }

  /** What was sent in vain arrives all the same, while the same is sent again. */
  @Test
  @Tag("soak")
  void slowerThanAnyPatience_storesOnce() throws InterruptedException {
    try (ClickHouseStore store = store();
        Clients clients = Clients.start(List.of(store), tally, CLIENTS)) {
      tally.awaitStored(20);
      proxy.delayEachWay(TIMEOUT.multipliedBy(3).dividedBy(4));
      Thread.sleep(3 * TIMEOUT.toMillis());
      proxy.heal();
      assertRecovers(store, clients);
    }
  }

  @Test
  void absentAtTheStart_isWaitedFor() throws InterruptedException {
    proxy.refuse();
    try (ClickHouseStore store = store()) {
      assertThat(store.health()).isInstanceOf(StoreHealth.Unhealthy.class);
      assertUnavailable(store);
      proxy.heal();
      Faults.awaitHealthy(store);
      tally.request(0).send(store);
    }
  }

  /** As when many processes start at once. */
  @Test
  void refusedAtTheStart_byWhatPasses_isWaitedFor() throws InterruptedException {
    AtomicBoolean refuses = new AtomicBoolean(true);
    try (FaultProxy refusing =
            FaultProxy.inFrontOf(
                server.httpUrl(), (_, statement) -> refuses.get() ? refusal(202) : statement);
        ClickHouseStore store =
            Faults.store(database.access().at(List.of(refusing.url().toString())), TIMEOUT)) {
      assertThat(store.health())
          .isEqualTo(new StoreHealth.Unhealthy("ClickHouse refuses: error 202", false));
      assertUnavailable(store);
      refuses.set(false);
      Faults.awaitHealthy(store);
      tally.request(0).send(store);
    }
  }

  /** UNKNOWN_SETTING: whoever waited would wait for ever. */
  @Test
  void refusedAtTheStart_byWhatLasts_isTold() {
    try (FaultProxy refusing =
        FaultProxy.inFrontOf(server.httpUrl(), (_, statement) -> refusal(115))) {
      assertThatThrownBy(
              () -> Faults.store(database.access().at(List.of(refusing.url().toString())), TIMEOUT))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("ClickHouse refuses what the store needs");
    }
  }

  private static String refusal(int code) {
    return "SELECT throwIf(1, 'busy', toInt16(%d)) SETTINGS allow_custom_error_code_in_throwif = 1"
        .formatted(code);
  }

  @Test
  void absentAtTheStart_databaseOfAnother_isToldByHealth() throws InterruptedException {
    ClickHouseStore.open(
            ClickHouseStoreOptions.defaults(database.access())
                .withDatabase(new Topology.SingleServer(), new Ownership("team/secret", false)))
        .close();
    proxy.refuse();
    try (ClickHouseStore store = store()) {
      proxy.heal();
      Faults.awaitHealth(
          store, new StoreHealth.Unhealthy("the database cannot be used: DATABASE_OWNED", false));
    }
  }

  @Test
  void close_whileAbsent_endsInTime() throws InterruptedException {
    ClickHouseStore store = store();
    try (Clients clients = Clients.start(List.of(store), tally, CLIENTS)) {
      tally.awaitStored(10);
      proxy.delayEachWay(Duration.ofHours(1));
      Instant began = Instant.now();
      store.close();
      assertThat(Duration.between(began, Instant.now())).isLessThan(BOUND);
      proxy.heal();
    }
  }
}
