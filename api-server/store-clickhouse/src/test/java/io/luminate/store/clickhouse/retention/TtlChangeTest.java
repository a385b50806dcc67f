// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.model.EntityKeys;
import io.luminate.model.RetentionPolicies;
import io.luminate.store.RetentionStatus;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes of the TTL while rows pass the old one, on a real server by its own clock. */
class TtlChangeTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String FREEING_MERGES = "max_number_of_merges_with_ttl_in_pool";
  private static final String CONTROL = "default.control";
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

  private static void bring(TtlChange process, String expression) {
    process.bring(() -> expression);
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
  void progress_ofAChangeThatFails_saysWhy_untilOneSucceeds() {
    TtlChange process = process();
    assertThatThrownBy(() -> bring(process, "no_such_column + 1"));
    assertThat(process.progress("no_such_column + 1"))
        .hasValueSatisfying(
            ttl -> {
              assertThat(ttl.done()).isFalse();
              assertThat(ttl.failure()).contains("no_such_column");
            });
    String possible = goneAt(now().plus(DAY));
    bring(process, possible);
    assertThat(process.progress(possible))
        .hasValueSatisfying(
            ttl -> {
              assertThat(ttl.done()).isTrue();
              assertThat(ttl.failure()).isEmpty();
            });
  }

  @Test
  void progress_whileClickHouseChangesParts_saysHowManyAreLeft() throws Exception {
    insert(10);
    insert(20);
    holdMutations();
    TtlChange process = process();
    String wanted = goneAt(now().plus(DAY));
    Thread changing = Thread.ofVirtual().start(() -> bring(process, wanted));
    await("two parts to do", () -> partsToDo(process, wanted) == 2);
    assertThat(process.progress(wanted).orElseThrow().done()).isFalse();
    database.server().execute("SYSTEM START MERGES " + database.tables().points());
    changing.join();
    assertThat(process.progress(wanted))
        .hasValueSatisfying(
            ttl -> {
              assertThat(ttl.done()).isTrue();
              assertThat(ttl.partsToDo()).isZero();
            });
  }

  private static long partsToDo(TtlChange process, String wanted) {
    return process.progress(wanted).map(RetentionStatus.Ttl::partsToDo).orElse(0L);
  }

  @Test
  void bring_passedTtl_frees() throws InterruptedException {
    bring(process(), goneAt(now().plus(DAY)));
    insert(100);
    merge();
    assertThat(rows()).isEqualTo(100);
    bring(process(), goneAt(now().minus(DAY)));
    await("rows are freed", () -> rows() == 0);
  }

  @Test
  void bring_longerThanTheOld_rowsPassTheOldAndRemain() throws InterruptedException {
    Instant old = now().plusSeconds(12);
    bring(process(), goneAt(old));
    insert(100);
    insert(100);
    bring(process(), goneAt(old.plus(DAY)));
    awaitServerPast(old);
    merge();
    assertThat(rows()).isEqualTo(200);
    // Not because nothing would ever be freed:
    bring(process(), goneAt(old));
    await("rows are freed", () -> rows() == 0);
  }

  @Test
  void bring_sameAgain_changesNothing() {
    String ttl = goneAt(now().plus(DAY));
    bring(process(), ttl);
    bring(process(), ttl);
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
    bring(process(), goneAt(old));
    insert(100);
    holdMutations();
    TtlChange dies = process();
    String longer = goneAt(old.plus(DAY));
    Thread dying =
        Thread.ofVirtual()
            .start(
                () ->
                    assertThatThrownBy(() -> bring(dies, longer))
                        .hasStackTraceContaining("nterrupt"));
    await("the mutation is there", () -> unfinishedMutations() == 1);
    dying.interrupt();
    dying.join();
    process().resume(() -> longer);
    assertThat(newestVersion("ttl_done")).as("nobody else completes it yet").isEqualTo(1);
    TtlChange other = new TtlChange(database.client(), database.tables(), Duration.ZERO);
    CompletableFuture<Void> completed =
        CompletableFuture.runAsync(() -> other.resume(() -> longer), THREADS);
    database.server().execute("SYSTEM START MERGES " + database.tables().points());
    completed.join();
    assertThat(newestVersion("ttl_done")).isEqualTo(2);
    assertThat(firstToGo()).isEqualTo(old.plus(DAY).getEpochSecond());
  }

  @Test
  void bring_clickHouseRestarts_isCompleted(@TempDir Path folder) throws InterruptedException {
    try (ClickHouseServer server = ClickHouse.start(folder)) {
      database = TestDatabase.on(server);
      Schema.open(database.client(), database.tables(), TestDatabase.OWNERSHIP, EntityKeys.DEFAULT);
      Instant old = now().plus(DAY);
      TtlChange process = process();
      bring(process, goneAt(old));
      insert(100);
      holdMutations();
      String longer = goneAt(old.plus(DAY));
      CompletableFuture<Void> cut =
          CompletableFuture.runAsync(() -> bring(process, longer), THREADS);
      await("the mutation is there", () -> unfinishedMutations() == 1);
      server.kill9();
      assertThat(cut).failsWithin(PATIENCE);
      server.start();
      String since = database.value("SELECT now64(6)");
      bring(process, longer);
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

  @Test
  void bring_whileAnEarlierChangeIsUnderWay_allPartsFollowTheLater() throws InterruptedException {
    Instant first = now().plus(DAY);
    AtomicReference<String> wanted = new AtomicReference<>(goneAt(first));
    insert(100);
    holdMutations();
    CompletableFuture<Void> earlier = bringInBackground(wanted::get);
    await("the earlier mutation", () -> unfinishedMutations() == 1);
    // Knows the earlier expression, and the earlier mutation does not look through it.
    insert(100);
    wanted.set(goneAt(first.plus(DAY)));
    CompletableFuture<Void> later = bringInBackground(wanted::get);
    await("the later one's own mutation", () -> unfinishedMutations() == 2);
    database.server().execute("SYSTEM START MERGES " + database.tables().points());
    CompletableFuture.allOf(earlier, later).join();
    assertThat(newestVersion("ttl_done")).isEqualTo(2);
    assertThat(firstToGo()).isEqualTo(first.plus(DAY).getEpochSecond());
  }

  @Test
  void bring_othersBringALaterOneInBetween_isNotUndone() {
    Instant stale = now().plus(DAY);
    String later = goneAt(stale.plus(DAY));
    AtomicBoolean slow = new AtomicBoolean(true);
    insert(100);
    process()
        .bring(
            () -> {
              if (slow.getAndSet(false)) {
                bring(process(), later);
                return goneAt(stale);
              }
              return later;
            });
    assertThat(firstToGo()).isEqualTo(stale.plus(DAY).getEpochSecond());
    assertThat(new SchemaFacts(database.client(), database.tables()).newest("ttl").orElseThrow())
        .satisfies(fact -> assertThat(fact.value()).endsWith(later));
  }

  @Test
  void resume_othersSeeToIt_stopsFreeingUntilItIsDone() throws InterruptedException {
    Instant due = now().minus(DAY);
    insert(100);
    holdMutations();
    TtlChange watches = process();
    CompletableFuture<Void> brought = bringInBackground(() -> goneAt(due));
    await("the mutation is there", () -> unfinishedMutations() == 1);
    watches.resume(() -> goneAt(due));
    database.server().execute("SYSTEM START MERGES " + database.tables().points());
    brought.join();
    // As if the stop had come after the other process's start.
    database.server().execute("SYSTEM STOP TTL MERGES " + database.tables().points());
    watches.resume(() -> goneAt(due));
    insert(100);
    await("rows are freed", () -> rows() == 0);
  }

  /**
   * It stopped between the start of the one that saw to the change and the note that it is done.
   */
  @Test
  void resume_stoppedByOneThatDied_startsAgain() throws InterruptedException {
    Instant due = now().minus(DAY);
    bring(process(), goneAt(due));
    database.server().execute("SYSTEM STOP TTL MERGES " + database.tables().points());
    insert(100);
    merge();
    assertThat(rows()).isEqualTo(100);
    process().resume(() -> goneAt(due));
    await("rows are freed", () -> rows() == 0);
  }

  @Test
  void bring_clickHouseRestartsPastTheOld_freesNothingUnlessToldTo(@TempDir Path folder)
      throws InterruptedException {
    try (ClickHouseServer server = ClickHouse.start(folder)) {
      database = TestDatabase.on(server);
      Schema.open(database.client(), database.tables(), TestDatabase.OWNERSHIP, EntityKeys.DEFAULT);
      Instant old = now().plusSeconds(20);
      bring(process(), goneAt(old));
      insert(100);
      createControl(goneAt(old));
      // Keeps the change from going on to its mutation.
      CompletableFuture<Void> insert = CompletableFuture.runAsync(this::insertForLong, THREADS);
      await("the insert", () -> runningInserts() == 1);
      CompletableFuture<Void> cut = bringInBackground(() -> goneAt(old.plus(DAY)));
      await("the new TTL", () -> definition().contains(secondsOf(goneAt(old.plus(DAY)))));
      server.kill9();
      assertThat(cut).failsWithin(PATIENCE);
      assertThat(insert).failsWithin(PATIENCE);
      await("the old TTL has passed", () -> now().isAfter(old));
      server.start();
      await(
          "the control is freed",
          () -> database.value("SELECT count() FROM " + CONTROL).equals("0"));
      assertThat(rows()).isEqualTo(100);
      new TtlChange(database.client(), database.tables(), Duration.ZERO)
          .resume(() -> goneAt(old.plus(DAY)));
      merge();
      assertThat(rows()).isEqualTo(100);
      bring(process(), goneAt(old));
      await("rows are freed", () -> rows() == 0);
    }
  }

  /** In a cluster each is a statement for the queue of every server. */
  @Test
  void bring_whileItLasts_stopsOnce_andAgainIfOthersStarted() throws InterruptedException {
    insert(100);
    holdMutations();
    String wanted = goneAt(now().plus(DAY));
    CompletableFuture<Void> brought = bringInBackground(() -> wanted);
    await("some looks at what is left", () -> logged("SELECT parts_to_do") > 3);
    assertThat(logged("SYSTEM STOP TTL")).isEqualTo(1);
    // As by a process that was slow to note the end of an earlier change.
    database.server().execute("SYSTEM START TTL MERGES " + database.tables().points());
    database.server().execute(alterPoints("RESET SETTING " + FREEING_MERGES));
    await("stopped again", () -> logged("SYSTEM STOP TTL") == 2);
    assertThat(definition()).contains(FREEING_MERGES + " = 0");
    database.server().execute("SYSTEM START MERGES " + database.tables().points());
    brought.join();
    assertThat(definition()).doesNotContain(FREEING_MERGES);
  }

  private String alterPoints(String what) {
    return "ALTER TABLE " + database.tables().points() + " " + what;
  }

  /** Statements that ended. */
  private long logged(String beginning) {
    database.flushQueryLog();
    return Long.parseLong(
        database.value(
            "SELECT count() FROM system.query_log WHERE type = 'QueryFinish'"
                + " AND current_database = '"
                + database.tables().database()
                + "' AND startsWith(query, '"
                + beginning
                + "')"));
  }

  private CompletableFuture<Void> bringInBackground(Supplier<String> wanted) {
    TtlChange process = process();
    return CompletableFuture.runAsync(() -> process.bring(wanted), THREADS);
  }

  /** Shows when the server has come to free what is due. */
  private void createControl(String ttl) {
    database
        .server()
        .execute(
            "CREATE TABLE "
                + CONTROL
                + " (timestamp Int64) ENGINE = MergeTree ORDER BY timestamp TTL "
                + ttl);
    database.server().execute("INSERT INTO " + CONTROL + " SELECT " + written.toEpochMilli());
  }

  private void insertForLong() {
    database
        .server()
        .execute(
            "INSERT INTO FUNCTION null('n UInt8') SELECT sleepEachRow(1) FROM numbers(600)"
                + " SETTINGS max_block_size = 1");
  }

  private long runningInserts() {
    return Long.parseLong(
        database.value("SELECT count() FROM system.processes WHERE query_kind = 'Insert'"));
  }

  private String definition() {
    return database.value(
        "SELECT engine_full FROM system.tables WHERE name = 'points' AND database = '"
            + database.tables().database()
            + "'");
  }

  /** How long a row stays, as the expression says it. */
  private static String secondsOf(String expression) {
    return expression.replaceAll(".* \\+ (\\d+).*", "$1");
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
