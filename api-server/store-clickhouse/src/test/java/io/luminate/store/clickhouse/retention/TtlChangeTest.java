// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.model.RetentionPolicies;
import io.luminate.store.clickhouse.TestDatabase;
import io.luminate.store.clickhouse.schema.Schema;
import io.luminate.store.clickhouse.schema.SchemaFacts;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes of the TTL while rows pass the old one, on a real server by its own clock. */
class TtlChangeTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Executor THREADS = task -> Thread.ofVirtual().start(task);

  /** Noon, ten days ago. */
  private final Instant written =
      Instant.ofEpochSecond((Instant.now().getEpochSecond() / 86_400 - 10) * 86_400 + 43_200);

  private TestDatabase database;

  @BeforeEach
  void create() {
    database = TestDatabase.withTables();
  }

  @AfterEach
  void close() {
    database.close();
  }

  private TtlChange process() {
    return new TtlChange(database.client(), database.tables());
  }

  /** What makes the rows of {@link #written} go at the instant. */
  private String goneAt(Instant instant) {
    Instant endOfDay = written.plusSeconds(43_200);
    return TtlExpression.of(
        RetentionPolicies.keepFor(Duration.between(endOfDay, instant)), List.of(), Duration.ZERO);
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS);
  }

  private void insert(int rows) {
    database
        .server()
        .execute(
            "INSERT INTO "
                + database.tables().points()
                + " (tenant, metric, timestamp, value) SELECT 'acme', 'm', "
                + written.toEpochMilli()
                + ", number FROM numbers("
                + rows
                + ")");
  }

  private long rows() {
    return Long.parseLong(database.value("SELECT count() FROM " + database.tables().points()));
  }

  /** Has every part merged that can be, and with it what is due freed. */
  private void merge() {
    database.server().execute("OPTIMIZE TABLE " + database.tables().points() + " FINAL");
  }

  private void await(String what, BooleanSupplier condition) throws InterruptedException {
    Instant giveUp = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).as(what + "; " + database.server().account()).isBefore(giveUp);
      Thread.sleep(50);
    }
  }

  private void awaitServerPast(Instant instant) throws InterruptedException {
    await(
        "the server's clock",
        () ->
            Long.parseLong(database.value("SELECT toUnixTimestamp(now())"))
                > instant.getEpochSecond());
  }

  @Test
  void bring_passedTtl_frees() throws InterruptedException {
    process().bring(goneAt(now().plus(DAY)));
    insert(100);
    merge();
    assertThat(rows()).isEqualTo(100);
    process().bring(goneAt(now().minus(DAY)));
    await("rows are freed", () -> rows() == 0);
  }

  @Test
  void bring_longerThanTheOld_rowsPassTheOldAndRemain() throws InterruptedException {
    Instant old = now().plusSeconds(6);
    process().bring(goneAt(old));
    insert(100);
    insert(100);
    process().bring(goneAt(old.plus(DAY)));
    awaitServerPast(old);
    merge();
    assertThat(rows()).isEqualTo(200);
    // Not because nothing would ever be freed:
    process().bring(goneAt(old));
    await("rows are freed", () -> rows() == 0);
  }

  @Test
  void bring_sameAgain_changesNothing() {
    String ttl = goneAt(now().plus(DAY));
    process().bring(ttl);
    process().bring(ttl);
    assertThat(
            database.value(
                "SELECT count() FROM system.mutations WHERE database = '"
                    + database.tables().database()
                    + "'"))
        .isEqualTo("1");
  }

  @Test
  void resume_afterAProcessDied_anotherCompletes() throws InterruptedException {
    Instant old = now().plus(DAY);
    process().bring(goneAt(old));
    insert(100);
    holdMutations();
    TtlChange dies = process();
    String longer = goneAt(old.plus(DAY));
    Thread dying =
        Thread.ofVirtual()
            .start(
                () ->
                    assertThatThrownBy(() -> dies.bring(longer))
                        .hasRootCauseInstanceOf(InterruptedException.class));
    await("the mutation is there", () -> unfinishedMutations() == 1);
    dying.interrupt();
    dying.join();
    process().resume();
    assertThat(newestVersion("ttl_done")).as("nobody else completes it yet").isEqualTo(1);
    TtlChange other = new TtlChange(database.client(), database.tables(), Duration.ZERO);
    CompletableFuture<Void> completed = CompletableFuture.runAsync(other::resume, THREADS);
    database.server().execute("SYSTEM START MERGES " + database.tables().points());
    completed.join();
    assertThat(newestVersion("ttl_done")).isEqualTo(2);
    assertThat(firstToGo()).isEqualTo(old.plus(DAY).getEpochSecond());
  }

  @Test
  void bring_clickHouseRestarts_isCompleted(@TempDir Path folder) throws InterruptedException {
    try (ClickHouseServer server = ClickHouse.start(folder)) {
      database = TestDatabase.on(server);
      Schema.open(database.client(), database.tables(), TestDatabase.OWNERSHIP);
      Instant old = now().plus(DAY);
      TtlChange process = process();
      process.bring(goneAt(old));
      insert(100);
      holdMutations();
      String longer = goneAt(old.plus(DAY));
      CompletableFuture<Void> cut =
          CompletableFuture.runAsync(() -> process.bring(longer), THREADS);
      await("the mutation is there", () -> unfinishedMutations() == 1);
      server.kill9();
      assertThat(cut).failsWithin(PATIENCE);
      server.start();
      String since = database.value("SELECT now64(6)");
      process.bring(longer);
      assertThat(newestVersion("ttl_done")).isEqualTo(2);
      assertThat(firstToGo()).isEqualTo(old.plus(DAY).getEpochSecond());
      server.execute("SYSTEM FLUSH LOGS query_log");
      assertThat(
              database.value(
                  "SELECT count() > 0 FROM system.query_log WHERE query LIKE 'SYSTEM STOP TTL%'"
                      + " AND event_time_microseconds > '"
                      + since
                      + "'"))
          .as("stopped again")
          .isEqualTo("1");
    }
  }

  private void holdMutations() {
    database.server().execute("SYSTEM STOP MERGES " + database.tables().points());
  }

  private String mutations() {
    return "SELECT count() FROM system.mutations WHERE database = '"
        + database.tables().database()
        + "'";
  }

  private long unfinishedMutations() {
    return Long.parseLong(database.value(mutations() + " AND NOT is_done"));
  }

  private long newestVersion(String fact) {
    return new SchemaFacts(database.client(), database.tables()).newestVersion(fact);
  }

  /** When the first part may be dropped, in Unix seconds. */
  private long firstToGo() {
    return Long.parseLong(
        database.value(
            "SELECT toUnixTimestamp(min(delete_ttl_info_max)) FROM system.parts WHERE active"
                + " AND table = 'points' AND database = '"
                + database.tables().database()
                + "'"));
  }
}
