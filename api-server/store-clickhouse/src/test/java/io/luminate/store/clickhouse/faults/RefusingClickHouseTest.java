// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseException;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.clickhouse.testkit.ClickHouseUser;
import io.luminate.model.Dimensions;
import io.luminate.store.ErrorCode;
import io.luminate.store.MetricNamesQuery;
import io.luminate.store.QueryControl;
import io.luminate.store.SeriesAdmission;
import io.luminate.store.SeriesLimits;
import io.luminate.store.SeriesName;
import io.luminate.store.SeriesRequest;
import io.luminate.store.StoreException;
import io.luminate.store.StoreHealth;
import io.luminate.store.clickhouse.ClickHouseStore;
import io.luminate.store.clickhouse.TestDatabase;
import io.luminate.store.clickhouse.client.ClickHouseAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
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

/** ClickHouse is there and says no, until somebody mends it. */
class RefusingClickHouseTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final Duration BOUND = Duration.ofSeconds(10);
  private static final int CLIENTS = 6;
  private static final int WRONG_PASSWORD = 516;

  @TempDir private static Path folder;
  private static ClickHouseServer server;

  private TestDatabase database;
  private String name;
  private final Tally tally = new Tally(SentRequest.utcToday());

  @BeforeAll
  static void startServer() {
    server = ClickHouse.start(folder);
  }

  @AfterAll
  static void closeServer() {
    // None was to be had where the tests are skipped.
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void createDatabase() {
    database = TestDatabase.on(server);
    name = database.tables().database();
  }

  @AfterEach
  void close() {
    database.close();
  }

  private ClickHouseStore store() {
    return Faults.store(database.access(), TIMEOUT);
  }

  @Test
  void wrongPassword_untilItIsRight() throws InterruptedException {
    breakAndMend(
        () -> restartWithPassword("another"),
        () -> restartWithPassword(database.access().password()),
        ErrorCode.STORAGE_UNAVAILABLE,
        new StoreHealth.Unhealthy("ClickHouse refuses: error 516", false),
        store -> Faults.assertUnreadable(store, TIMEOUT));
  }

  private static void restartWithPassword(String password) {
    server.kill9();
    try {
      Files.writeString(folder.resolve("passwords").resolve(server.user()), password);
      server.start();
    } catch (ClickHouseException e) {
      // It is up, and does not know the user by the password that it was first given.
      assertThat(e.code()).isEqualTo(WRONG_PASSWORD);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  @Tag("soak")
  void tooManyParts_readsOn() throws InterruptedException {
    breakAndMend(
        () -> setting("parts_to_throw_insert", 1),
        () -> resetting("parts_to_throw_insert"),
        ErrorCode.OVERLOADED,
        new StoreHealth.Unhealthy("the storage has more to do than it can", true),
        RefusingClickHouseTest::assertReadable);
  }

  @Test
  void readOnlyTable_readsOn() throws InterruptedException {
    assertWritesFail("table_readonly", 1);
  }

  @Test
  @Tag("soak")
  void diskHeldBack_readsOn() throws InterruptedException {
    assertWritesFail("min_free_disk_bytes_to_perform_insert", 1L << 60);
  }

  private void assertWritesFail(String setting, long value) throws InterruptedException {
    breakAndMend(
        () -> setting(setting, value),
        () -> resetting(setting),
        ErrorCode.STORAGE_UNAVAILABLE,
        new StoreHealth.Unhealthy("the storage is not available", true),
        RefusingClickHouseTest::assertReadable);
  }

  private void setting(String setting, long value) {
    server.execute("ALTER TABLE %s.points MODIFY SETTING %s = %d".formatted(name, setting, value));
  }

  private void resetting(String setting) {
    server.execute("ALTER TABLE %s.points RESET SETTING %s".formatted(name, setting));
  }

  @FunctionalInterface
  private interface Reads {
    void assertAre(ClickHouseStore store);
  }

  private static void assertReadable(ClickHouseStore store) {
    assertThat(
            store
                .listMetrics(
                    new MetricNamesQuery(SentRequest.TENANT, "", 10, List.of()),
                    QueryControl.withTimeout(BOUND))
                .names())
        .containsExactly("keyed", "unkeyed");
  }

  private void breakAndMend(
      Runnable breaking,
      Runnable mending,
      ErrorCode expected,
      StoreHealth health,
      Reads whileBroken)
      throws InterruptedException {
    try (ClickHouseStore store = store();
        Clients clients = Clients.start(List.of(store), tally, CLIENTS)) {
      tally.awaitStored(20);
      breaking.run();
      // What was under way may still be stored.
      Thread.sleep(200);
      for (long number : List.of(1_000_000L, 1_000_001L)) {
        Faults.assertRefused(store, tally.request(number), expected, BOUND);
      }
      Faults.awaitHealth(store, health);
      whileBroken.assertAre(store);
      mending.run();
      Faults.awaitHealthy(store);
      tally.awaitStored(tally.count(Fate.STORED) + 20);
      clients.finish();
      tally.assertStored(server, name);
      assertThat(clients.slowest()).isLessThan(BOUND);
    }
  }

  /** Where every client uses keys there are no batches that could fail. */
  @Test
  void keyedWritesAlone_showInHealth() throws InterruptedException {
    try (ClickHouseStore store = store()) {
      tally.request(0).send(store);
      setting("parts_to_throw_insert", 1);
      Faults.assertRefused(store, tally.request(2), ErrorCode.OVERLOADED, BOUND);
      Faults.awaitHealth(
          store, new StoreHealth.Unhealthy("the storage has more to do than it can", true));
      resetting("parts_to_throw_insert");
      tally.request(2).send(store);
      Faults.awaitHealthy(store);
    }
  }

  /** Whether they are there cannot be told: they come in, and are counted. */
  @Test
  void pointsAway_seriesAtTheLimit_areLetInAndCounted() {
    try (ClickHouseStore store = store()) {
      assertThat(isLetIn(store, "a")).isTrue();
      assertThat(isLetIn(store, "b")).isTrue();
      assertThat(isLetIn(store, "c")).isFalse();
      assertThat(store.unansweredSeries()).isZero();
      server.execute("RENAME TABLE %1$s.points TO %1$s.away".formatted(name));
      assertThat(isLetIn(store, "d")).isTrue();
      assertThat(isLetIn(store, "a")).isTrue();
      assertThat(store.unansweredSeries()).isEqualTo(1);
      server.execute("RENAME TABLE %1$s.away TO %1$s.points".formatted(name));
      assertThat(isLetIn(store, "e")).isFalse();
      assertThat(store.unansweredSeries()).isEqualTo(1);
    }
  }

  private static boolean isLetIn(ClickHouseStore store, String value) {
    SeriesName series = new SeriesName("m", Dimensions.of("k", value));
    SeriesLimits limits = new SeriesLimits(2, 10, SeriesLimits.Overflow.REJECT);
    return store.admit(new SeriesRequest(SentRequest.TENANT, List.of(series), limits)).getFirst()
        instanceof SeriesAdmission.Admitted;
  }

  /** A user who may read and set settings can use tables that are there. */
  @Test
  void readOnlyUser_readsAndIsRefusedWrites() throws InterruptedException {
    try (ClickHouseStore store = store()) {
      for (long number : List.of(0L, 1L)) {
        tally.request(number).send(store);
        tally.ended(tally.request(number), Fate.STORED);
      }
    }
    ClickHouseUser reader = server.reader();
    ClickHouseAccess access =
        new ClickHouseAccess(
            database.access().addresses(),
            name,
            reader.name(),
            reader.password(),
            2,
            Duration.ofHours(1));
    try (ClickHouseStore store = Faults.store(access, TIMEOUT)) {
      for (long number : List.of(2L, 3L)) {
        StoreException refusal =
            Faults.assertRefused(
                store, tally.request(number), ErrorCode.STORAGE_UNAVAILABLE, BOUND);
        assertThat(refusal.details()).containsEntry("stored", "no");
      }
      assertReadable(store);
      Faults.awaitHealth(store, new StoreHealth.Unhealthy("the storage is not available", true));
    }
    tally.assertStored(server, name);
  }
}
