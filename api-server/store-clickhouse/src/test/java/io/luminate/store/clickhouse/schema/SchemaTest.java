// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.luminate.clickhouse.testkit.proxy.FaultProxy;
import io.luminate.model.EntityKeys;
import io.luminate.store.ErrorCode;
import io.luminate.store.StoreException;
import io.luminate.store.clickhouse.TestDatabase;
import io.luminate.store.clickhouse.client.ClickHouseAccess;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SchemaTest {
  private static final int PROCESSES = 4;
  private static final int NEWER = Schema.VERSION + 1;
  private static final String KEYS = "entity_keys 1 customer_id,user_id,account_id,org_id,tenant; ";

  private TestDatabase database;

  @BeforeEach
  void create() {
    database = TestDatabase.empty();
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void open(ClickHouseClient client, String owner, boolean adopt) {
    Schema.open(client, database.tables(), new Ownership(owner, adopt), EntityKeys.DEFAULT);
  }

  private String facts() {
    return database
        .server()
        .query(
            "SELECT fact, version, value FROM "
                + database.tables().schema()
                + " ORDER BY fact, version")
        .stream()
        .collect(Collectors.joining("; "))
        .replace('\t', ' ');
  }

  private List<String> tableNames() {
    return database
        .server()
        .query(
            "SELECT name FROM system.tables WHERE database = '"
                + database.tables().database()
                + "' ORDER BY name");
  }

  @Test
  void open_emptyDatabase_makesTheTables() {
    open(database.client(), "team/a", false);
    assertThat(tableNames())
        .containsExactly(
            "cardinality",
            "counts",
            "ledger",
            "operations",
            "points",
            "reads",
            "retention",
            "schema",
            "slots");
    assertThat(facts()).isEqualTo(KEYS + "owner 1 team/a; version " + Schema.VERSION + " ");
  }

  @Test
  void open_again_changesNothing() {
    open(database.client(), "team/a", false);
    open(database.client(), "team/a", false);
    assertThat(facts()).isEqualTo(KEYS + "owner 1 team/a; version " + Schema.VERSION + " ");
  }

  @Test
  void open_severalProcessesAtOnce_oneSchema() throws InterruptedException, ExecutionException {
    CyclicBarrier start = new CyclicBarrier(PROCESSES);
    List<Callable<Boolean>> processes =
        IntStream.range(0, PROCESSES)
            .<Callable<Boolean>>mapToObj(
                i ->
                    () -> {
                      ClickHouseClient client = database.client();
                      start.await();
                      open(client, "team/a", false);
                      return true;
                    })
            .toList();
    awaitAll(processes);
    assertThat(facts()).isEqualTo(KEYS + "owner 1 team/a; version " + Schema.VERSION + " ");
  }

  @Test
  void open_twoOwnersAtOnce_oneIsRefused() throws InterruptedException {
    CyclicBarrier start = new CyclicBarrier(PROCESSES);
    List<Callable<Boolean>> processes = new ArrayList<>();
    for (int i = 0; i < PROCESSES; i++) {
      String owner = "team/" + i;
      ClickHouseClient client = database.client();
      processes.add(
          () -> {
            start.await();
            open(client, owner, false);
            return true;
          });
    }
    int opened = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> process : threads.invokeAll(processes)) {
        opened += process.state() == Future.State.SUCCESS ? 1 : 0;
      }
    }
    assertThat(opened).isEqualTo(1);
  }

  private static void awaitAll(List<Callable<Boolean>> tasks)
      throws InterruptedException, ExecutionException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> task : threads.invokeAll(tasks)) {
        task.get();
      }
    }
  }

  @Test
  void open_newerVersion_isRefusedByBothVersions() {
    ClickHouseClient client = database.client();
    Schema.open(
        client, database.tables(), new Ownership("team/a", false), EntityKeys.DEFAULT, NEWER);
    assertThatThrownBy(() -> open(client, "team/a", true))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_UNAVAILABLE);
              assertThat(e.details())
                  .isEqualTo(
                      Map.of(
                          "reason",
                          "SCHEMA_TOO_NEW",
                          "found",
                          (long) NEWER,
                          "supported",
                          Schema.VERSION));
            })
        .hasMessageContaining("has version " + NEWER)
        .hasMessageContaining("up to version " + Schema.VERSION);
  }

  /** It found the older version, as the newer server did, which is done first. */
  @Test
  void open_whileANewerServerMigrates_isRefused() throws InterruptedException, ExecutionException {
    ClickHouseClient client = database.client();
    Ownership ownership = new Ownership("team/a", false);
    Schema.open(client, database.tables(), ownership, EntityKeys.DEFAULT, Schema.VERSION - 1);
    try (FaultProxy proxy = FaultProxy.inFrontOf(database.server().httpUrl());
        ClickHouseClient old = new ClickHouseClient(through(proxy));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      // Whether there is a table of facts, and what is in it.
      proxy.holdFrom(3);
      Future<StoreException> refusal =
          threads.submit(
              () -> catchThrowableOfType(StoreException.class, () -> open(old, "team/a", false)));
      proxy.awaitRequests(3);
      Schema.open(client, database.tables(), ownership, EntityKeys.DEFAULT, NEWER);
      proxy.heal();
      assertThat(refusal.get())
          .as("what the older server is told")
          .isNotNull()
          .satisfies(
              e ->
                  assertThat(e.details())
                      .containsEntry("reason", "SCHEMA_TOO_NEW")
                      .containsEntry("found", (long) NEWER));
    }
    assertThat(facts())
        .isEqualTo(
            KEYS + "owner 1 team/a; version %d ; version %d ".formatted(Schema.VERSION - 1, NEWER));
  }

  private ClickHouseAccess through(FaultProxy proxy) {
    ClickHouseAccess straight = database.access();
    return new ClickHouseAccess(
        List.of(proxy.url().toString()),
        straight.database(),
        database.server().user(),
        database.server().password(),
        1,
        Duration.ofHours(1));
  }

  /** Rows that were there are of series that do not stand for several. */
  @Test
  void open_tablesOfVersion2_getTheirColumnAndItsIndex() {
    ClickHouseClient client = database.client();
    Schema.open(client, database.tables(), new Ownership("team/a", false), EntityKeys.DEFAULT, 2);
    String points = database.tables().points();
    client.execute(
        Statement.of("ALTER TABLE " + points + " DROP INDEX has_overflow, DROP COLUMN overflow"));
    client.execute(Statement.of("INSERT INTO " + points + " (tenant, value) VALUES ('acme', 1)"));
    open(client, "team/a", false);
    client.execute(
        Statement.of("INSERT INTO " + points + " (tenant, value, overflow) VALUES ('acme', 2, 1)"));
    assertThat(database.server().query("SELECT value, overflow FROM " + points + " ORDER BY value"))
        .containsExactly("1\tfalse", "2\ttrue");
    assertThat(
            database
                .server()
                .query(
                    "SELECT expr, type FROM system.data_skipping_indices WHERE database = '"
                        + database.tables().database()
                        + "' AND table = 'points'"))
        .containsExactly("overflow\tminmax");
    assertThat(facts())
        .isEqualTo(KEYS + "owner 1 team/a; version 2 ; version " + Schema.VERSION + " ");
  }

  /** And keep what is in them. */
  @Test
  void open_tablesOfVersion3_getTheirCodecs() {
    ClickHouseClient client = database.client();
    Schema.open(client, database.tables(), new Ownership("team/a", false), EntityKeys.DEFAULT, 3);
    String points = database.tables().points();
    client.execute(
        Statement.of(
            "ALTER TABLE "
                + points
                + " MODIFY COLUMN series UInt128 CODEC(ZSTD(1)),"
                + " MODIFY COLUMN value Float64 CODEC(ZSTD(1))"));
    client.execute(Statement.of("INSERT INTO " + points + " (series, value) VALUES (7, 1.5)"));
    open(client, "team/a", false);
    assertThat(
            database
                .server()
                .query(
                    "SELECT DISTINCT compression_codec FROM system.columns WHERE database = '"
                        + database.tables().database()
                        + "' AND table = 'points' AND name IN ('series', 'value')"))
        .containsExactly("CODEC(LZ4)");
    assertThat(database.server().query("SELECT series, value FROM " + points))
        .containsExactly("7\t1.5");
  }

  @Test
  void open_newerVersionOnTopOfOlder_migratesOnce() {
    ClickHouseClient client = database.client();
    open(client, "team/a", false);
    Schema.open(
        client, database.tables(), new Ownership("team/a", false), EntityKeys.DEFAULT, NEWER);
    assertThat(facts())
        .isEqualTo(
            KEYS + "owner 1 team/a; version %d ; version %d ".formatted(Schema.VERSION, NEWER));
  }

  @Test
  void open_anotherOwners_isRefusedByBothNames() {
    open(database.client(), "team/a", false);
    ClickHouseClient other = database.client();
    assertThatThrownBy(() -> open(other, "team/b", false))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_UNAVAILABLE);
              assertThat(e.details())
                  .isEqualTo(
                      Map.of("reason", "DATABASE_OWNED", "owner", "team/a", "own", "team/b"));
            })
        .hasMessageContaining("belongs to team/a")
        .hasMessageContaining("this server is of team/b");
    assertThat(facts()).isEqualTo(KEYS + "owner 1 team/a; version " + Schema.VERSION + " ");
  }

  @Test
  void open_anotherOwners_adopted_isRefusedToTheFirst() {
    open(database.client(), "team/a", false);
    ClickHouseClient other = database.client();
    open(other, "team/b", true);
    assertThat(facts())
        .isEqualTo(KEYS + "owner 1 team/a; owner 2 team/b; version " + Schema.VERSION + " ");
    assertThatThrownBy(() -> open(database.client(), "team/a", false))
        .hasMessageContaining("belongs to team/b");
  }

  private void openWith(String owner, boolean adopt, String... keys) {
    Schema.open(
        database.client(),
        database.tables(),
        new Ownership(owner, adopt),
        new EntityKeys(List.of(keys)));
  }

  @Test
  void open_otherEntityKeys_isRefusedByBothLists() {
    openWith("team/a", false, "shop", "customer_id");
    assertThatThrownBy(() -> openWith("team/a", false, "customer_id", "shop"))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_UNAVAILABLE);
              assertThat(e.details())
                  .isEqualTo(
                      Map.of(
                          "reason", "ENTITY_KEYS_CHANGED",
                          "recorded", "shop,customer_id",
                          "configured", "customer_id,shop"));
            })
        .hasMessageContaining("by entity_keys: shop,customer_id")
        .hasMessageContaining("is told customer_id,shop")
        .hasMessageContaining("set entity_keys to the recorded list");
    openWith("team/a", false, "shop", "customer_id");
  }

  @Test
  void open_otherEntityKeysAndOwner_changesNothing() {
    openWith("team/a", false);
    String before = facts();
    assertThatThrownBy(() -> openWith("team/b", false, "shop"))
        .hasMessageContaining("belongs to team/a");
    assertThatThrownBy(() -> openWith("team/b", true, "shop"))
        .hasMessageContaining("by entity_keys: , and");
    assertThat(facts()).isEqualTo(before);
  }

  /** As an earlier program left it. */
  @Test
  void open_withoutRecordedEntityKeys_recordsThoseItIsOpenedWith() {
    openWith("team/a", false);
    database
        .server()
        .execute(
            "DELETE FROM "
                + database.tables().schema()
                + " WHERE fact = 'entity_keys' SETTINGS lightweight_deletes_sync = 2");
    openWith("team/a", false, "shop");
    assertThat(facts()).contains("entity_keys 1 shop");
    assertThatThrownBy(() -> openWith("team/a", false))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("entity_keys");
  }

  @Test
  void record_versionThatIsThere_returnsTheFirst() {
    ClickHouseClient client = database.client();
    open(client, "team/a", false);
    SchemaFacts facts = new SchemaFacts(client, database.tables());
    assertThat(facts.record("colour", 3, "red").value()).isEqualTo("red");
    assertThat(facts.record("colour", 3, "blue").value()).isEqualTo("red");
    assertThat(facts.record("colour", 2, "blue").value()).isEqualTo("red");
    assertThat(facts.record("colour", 4, "it's\\\n\u0000").value()).isEqualTo("it's\\\n\u0000");
    String even = "\uD83D\uDE00".repeat(1 << 18) + "x";
    assertThat(facts.record("colour", 5, even).value()).isEqualTo(even);
    String odd = "x" + even;
    assertThat(facts.record("colour", 6, odd).value()).isEqualTo(odd);
    assertThat(facts.newestVersion("colour")).isEqualTo(6);
    assertThat(facts.newest("taste")).isEmpty();
  }

  /** Twice as long as any of them may hold. */
  @Test
  void ledger_keepsKeysForTwoDays() {
    openWith("team/a", false);
    String ledger = database.tables().ledger();
    database
        .server()
        .execute(
            "INSERT INTO %s (tenant, key, recorded) VALUES ('t', 'kept', now64(3) - INTERVAL 47 HOUR),"
                    .formatted(ledger)
                + " ('t', 'gone', now64(3) - INTERVAL 49 HOUR)");
    database.server().execute("OPTIMIZE TABLE " + ledger + " FINAL");
    assertThat(database.server().query("SELECT key FROM " + ledger)).containsExactly("kept");
  }
}
