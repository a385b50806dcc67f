// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.clickhouse.testkit.proxy.FaultProxy;
import io.luminate.model.EntityKeys;
import io.luminate.model.Filter;
import io.luminate.model.TenantId;
import io.luminate.store.DeleteReceipt;
import io.luminate.store.DeleteReceipt.Status;
import io.luminate.store.DeleteRequest;
import io.luminate.store.ErrorCode;
import io.luminate.store.StoreException;
import io.luminate.store.clickhouse.TestDatabase;
import io.luminate.store.clickhouse.client.ClickHouseAccess;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.RowReader;
import io.luminate.store.clickhouse.client.Statement;
import io.luminate.store.clickhouse.schema.Schema;
import io.luminate.store.clickhouse.schema.Slots;
import io.luminate.store.clickhouse.schema.Tables;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeletesTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final TenantId GLOBEX = new TenantId("globex");
  private static final long DAY_MILLIS = 86_400_000;
  private static final long T0 = 20_000 * DAY_MILLIS;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** The request of a delete that counts; before it are looks at what is under way and at slots. */
  private static final int COUNT = 3;

  private TestDatabase database;

  @BeforeEach
  void create() {
    database = TestDatabase.withTables();
  }

  @AfterEach
  void close() {
    database.close();
  }

  private Deletes deletes() {
    return deletes(database.client());
  }

  private Deletes deletes(ClickHouseClient client) {
    return new Deletes(client, database.tables(), slots(client), InstantSource.system());
  }

  private Deletes deletes(ClickHouseClient client, Deletes.Waits waits) {
    return new Deletes(client, database.tables(), slots(client), InstantSource.system(), waits);
  }

  /** For deletes that are held: nobody waits for those to be done. */
  private Deletes hurried() {
    return deletes(database.client(), new Deletes.Waits(PATIENCE, Duration.ZERO));
  }

  private Slots slots(ClickHouseClient client) {
    return new Slots(client, client, database.tables(), PATIENCE);
  }

  private void insert(TenantId tenant, String metric, long timestampMillis, double value) {
    database
        .client()
        .execute(
            Statement.of(
                    "INSERT INTO points (tenant, metric, timestamp, value) SELECT"
                        + " {tenant:String}, {metric:String}, {timestamp:Int64}, {value:Float64}")
                .with("tenant", tenant.value())
                .with("metric", metric)
                .with("timestamp", timestampMillis)
                .with("value", value));
  }

  /** As a query sees them. */
  private List<Double> values(TenantId tenant, String metric) {
    return database
        .client()
        .query(
            Statement.of(
                    "SELECT value FROM points WHERE tenant = {tenant:String}"
                        + " AND metric = {metric:String} ORDER BY value")
                .with("tenant", tenant.value())
                .with("metric", metric)
                .withSetting(Tables.ON_THE_FLY, "1"),
            rows -> {
              List<Double> values = new ArrayList<>();
              while (rows.hasNext()) {
                values.add(rows.float64());
              }
              return values;
            })
        .value();
  }

  private void hold() {
    database.server().execute("SYSTEM STOP MERGES " + database.tables().points());
  }

  private void release() {
    database.server().execute("SYSTEM START MERGES " + database.tables().points());
    // A mutation that changes nothing is done after those before it.
    database
        .server()
        .execute(
            "ALTER TABLE "
                + database.tables().points()
                + " UPDATE _row_exists = 0 WHERE 0 SETTINGS mutations_sync = 2");
  }

  private Status statusOf(DeleteReceipt receipt) {
    return deletes().find(receipt.request().tenant(), receipt.operationId()).orElseThrow().status();
  }

  @Test
  void deleteBefore_smallTable_isDone() {
    insert(ACME, "m", T0 - 1, 1);
    insert(ACME, "m", T0 - 3 * DAY_MILLIS, 2);
    insert(ACME, "m", T0, 4);
    insert(GLOBEX, "m", T0 - 1, 8);
    insert(ACME, "mm", T0 - 1, 16);
    DeleteReceipt receipt = deletes().deleteBefore(DeleteRequest.of(ACME, "m", T0), 0, begun -> {});
    assertThat(receipt.status()).isEqualTo(Status.DONE);
    assertThat(values(ACME, "m")).containsExactly(4.0);
    assertThat(values(GLOBEX, "m")).containsExactly(8.0);
    assertThat(values(ACME, "mm")).containsExactly(16.0);
  }

  @Test
  void deleteBefore_underWay_isInForceAlready() {
    insert(ACME, "m", T0 - 1, 1);
    insert(ACME, "m", T0, 2);
    hold();
    DeleteReceipt receipt = hurried().deleteBefore(DeleteRequest.of(ACME, "m", T0), 0, begun -> {});
    assertThat(receipt.status()).isEqualTo(Status.RUNNING);
    assertThat(values(ACME, "m")).containsExactly(2.0);
    insert(ACME, "m", T0 - 1, 4);
    assertThat(values(ACME, "m")).as("what came later stays").containsExactly(2.0, 4.0);
    release();
    assertThat(statusOf(receipt)).isEqualTo(Status.DONE);
    assertThat(values(ACME, "m")).containsExactly(2.0, 4.0);
  }

  @Test
  void deleteBefore_oddMetricName_onlyThatOne() {
    String odd = "it's \\ \n\t\0 {x:Y} \uD83D\uDE00";
    insert(ACME, odd, T0, 1);
    insert(ACME, "m", T0, 2);
    deletes().deleteBefore(DeleteRequest.of(ACME, odd, T0 + 1), 0, begun -> {});
    assertThat(values(ACME, odd)).isEmpty();
    assertThat(values(ACME, "m")).containsExactly(2.0);
  }

  /**
   * Without a place for its key, every point is without the dimension; then one comes that is not.
   */
  @Test
  void deleteBefore_keyGetsASlotDuringTheCount_sparesThePointsThatHaveIt() throws Exception {
    DeleteRequest request = new DeleteRequest(ACME, "m", T0, List.of(new Filter("k", List.of(""))));
    insert(ACME, "m", T0 - 1, 1);
    try (FaultProxy proxy = FaultProxy.inFrontOf(database.server().httpUrl());
        ClickHouseClient slow =
            new ClickHouseClient(database.access().at(List.of(proxy.url().toString())));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      proxy.holdFrom(COUNT);
      Future<DeleteReceipt> deleted =
          threads.submit(() -> deletes(slow).deleteBefore(request, 0, begun -> {}));
      proxy.awaitRequests(COUNT);
      slots(database.client()).assign(ACME, "m", List.of("other", "k"));
      database
          .client()
          .execute(
              Statement.of(
                      "INSERT INTO points (tenant, metric, timestamp, value, s02)"
                          + " SELECT 'acme', 'm', {timestamp:Int64}, 2, 'v'")
                  .with("timestamp", T0 - 1));
      proxy.heal();
      assertThat(deleted.get().status()).isEqualTo(Status.DONE);
    }
    assertThat(values(ACME, "m")).containsExactly(2.0);
  }

  /** The delete goes on without its count, and is done only with it. */
  @Test
  void deleteBefore_countTakesLong_isDoneWithIt() throws Exception {
    insert(ACME, "m", T0 - 1, 1);
    insert(ACME, "m", T0, 2);
    DeleteRequest request = DeleteRequest.of(ACME, "m", T0);
    try (FaultProxy proxy = FaultProxy.inFrontOf(database.server().httpUrl());
        ClickHouseClient slow =
            new ClickHouseClient(database.access().at(List.of(proxy.url().toString())));
        Deletes deletes =
            deletes(slow, new Deletes.Waits(Duration.ofMillis(50), Duration.ofSeconds(2)))) {
      proxy.delayEachWay(Duration.ofMillis(75));
      DeleteReceipt receipt = deletes.deleteBefore(request, 0, begun -> {});
      assertThat(receipt.points()).as("not zero: nobody knows yet").isEmpty();
      assertThat(receipt.status()).isEqualTo(Status.RUNNING);
      assertThat(values(ACME, "m")).as("in force already").containsExactly(2.0);
      proxy.heal();
      DeleteReceipt found = awaitDone(receipt);
      assertThat(found.points()).hasValue(1);
      assertThat(found.request()).isEqualTo(request);
    }
  }

  private DeleteReceipt awaitDone(DeleteReceipt receipt) throws InterruptedException {
    Instant giveUp = Instant.now().plusSeconds(30);
    while (true) {
      DeleteReceipt found = deletes().find(ACME, receipt.operationId()).orElseThrow();
      if (found.status() == Status.DONE) {
        return found;
      }
      assertThat(Instant.now()).isBefore(giveUp);
      Thread.sleep(20);
    }
  }

  /** Whoever counted it has ended: some time later it is done all the same. */
  @Test
  void find_countNeverCame_isDoneWithoutPointsAfterAWhile() {
    DeleteReceipt receipt =
        new DeleteReceipt(
            "delete-1",
            DeleteRequest.of(ACME, "m", T0),
            OptionalLong.empty(),
            Instant.now(),
            Optional.empty());
    new Receipts(database.client(), database.tables())
        .insert(new Receipts.Kept(receipt, true, true));
    assertThat(statusOf(receipt)).isEqualTo(Status.RUNNING);
    Instant later = receipt.requestedAt().plus(Deletes.COUNTED_WITHIN);
    ClickHouseClient client = database.client();
    DeleteReceipt found =
        new Deletes(client, database.tables(), slots(client), () -> later)
            .find(ACME, "delete-1")
            .orElseThrow();
    assertThat(found.status()).isEqualTo(Status.DONE);
    assertThat(found.points()).isEmpty();
  }

  /** What counts on beside a delete is built on. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void statementUnderWay_seesWhatIsDeletedMeanwhile(boolean held) throws Exception {
    database
        .server()
        .execute(
            "INSERT INTO %s (tenant, metric, timestamp, value) SELECT 'acme', 'm', %d, number FROM numbers(300)"
                .formatted(database.tables().points(), T0));
    if (held) {
      hold();
    }
    Statement slowly =
        Statement.of(
                "SELECT toInt64(count()) FROM points WHERE tenant = 'acme' AND NOT ignore(sleepEachRow(0.009))")
            .withSetting(Tables.ON_THE_FLY, "1")
            .withSetting("max_block_size", "20");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Long> count =
          threads.submit(() -> database.client().query(slowly, RowReader::int64).value());
      while (database
          .value(
              "SELECT count() FROM system.processes WHERE read_rows > 0 AND position(query, 'sleepEachRow') > 0 AND current_database = '%s'"
                  .formatted(database.tables().database()))
          .equals("0")) {
        assertThat(count.isDone()).isFalse();
      }
      database
          .server()
          .execute(
              "ALTER TABLE %s UPDATE _row_exists = 0 WHERE tenant = 'acme' SETTINGS mutations_sync = 0"
                  .formatted(database.tables().points()));
      assertThat(values(ACME, "m")).isEmpty();
      assertThat(count.isDone()).isFalse();
      assertThat(count.get()).isEqualTo(300);
    }
    if (held) {
      release();
    }
  }

  @Test
  void deleteBefore_clickHouseKilled_staysInForceAndIsDone(@TempDir Path folder) {
    try (ClickHouseServer server = ClickHouse.start(folder)) {
      database = TestDatabase.on(server);
      Schema.open(database.client(), database.tables(), TestDatabase.OWNERSHIP, EntityKeys.DEFAULT);
      insert(ACME, "m", T0 - 1, 1);
      insert(ACME, "m", T0, 2);
      hold();
      DeleteReceipt receipt =
          hurried().deleteBefore(DeleteRequest.of(ACME, "m", T0), 0, begun -> {});
      assertThat(receipt.status()).isEqualTo(Status.RUNNING);
      server.kill9();
      server.start();
      assertThat(values(ACME, "m")).containsExactly(2.0);
      release();
      assertThat(statusOf(receipt)).isEqualTo(Status.DONE);
    }
  }

  @Test
  void deleteBefore_tooManyUnderWay_isRefused() {
    insert(ACME, "m", T0, 1);
    hold();
    for (int i = 0; i < Deletes.PENDING_MAX; i++) {
      database
          .server()
          .execute(
              "ALTER TABLE "
                  + database.tables().points()
                  + " UPDATE _row_exists = 0 WHERE value = "
                  + (100 + i)
                  + " SETTINGS mutations_sync = 0");
    }
    assertThatThrownBy(
            () -> deletes().deleteBefore(DeleteRequest.of(ACME, "m", T0 + 1), 0, begun -> {}))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED))
        .hasMessageContaining("10 deletes are under way, and at most 10");
    release();
    deletes().deleteBefore(DeleteRequest.of(ACME, "m", T0 + 1), 0, begun -> {});
    assertThat(values(ACME, "m")).isEmpty();
  }

  @Test
  void deleteBefore_manyOfOneTenant_leavesPlacesToOthers() {
    TenantId alike = new TenantId("not-" + ACME.value());
    insert(alike, "m", T0, 1);
    insert(ACME, "m", T0, 1);
    hold();
    for (int i = 0; i < Deletes.PENDING_MAX / 2; i++) {
      hurried().deleteBefore(DeleteRequest.of(ACME, "m", T0 - i), 0, begun -> {});
    }
    assertThatThrownBy(
            () -> deletes().deleteBefore(DeleteRequest.of(ACME, "m", T0 + 1), 0, begun -> {}))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED))
        .hasMessageContaining("5 deletes are under way, and at most 5");
    hurried().deleteBefore(DeleteRequest.of(alike, "m", T0 + 1), 0, begun -> {});
    assertThat(values(alike, "m")).isEmpty();
    assertThat(values(ACME, "m")).hasSize(1);
    release();
  }

  /** None of them begins before all have looked how many there are. */
  @Test
  void deleteBefore_manyOfOneTenantAtOnce_leavesPlacesToOthers() throws Exception {
    insert(ACME, "m", T0, 1);
    hold();
    CountDownLatch looked = new CountDownLatch(Deletes.PENDING_MAX);
    try (FaultProxy proxy =
            FaultProxy.inFrontOf(
                database.server().httpUrl(), (target, statement) -> held(statement, looked));
        ClickHouseClient client = new ClickHouseClient(manyConnections(proxy));
        Deletes deletes = deletes(client, new Deletes.Waits(PATIENCE, Duration.ZERO));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> begun = new ArrayList<>();
      for (int i = 0; i < Deletes.PENDING_MAX; i++) {
        DeleteRequest request = DeleteRequest.of(ACME, "m", T0 - i);
        begun.add(threads.submit(() -> begins(deletes, request)));
      }
      int places = 0;
      for (Future<Boolean> one : begun) {
        places += one.get() ? 1 : 0;
      }
      assertThat(places).isEqualTo(Deletes.PENDING_MAX / 2);
    }
    assertThat(new DeleteMutations(database.client(), database.tables()).pending())
        .hasSize(Deletes.PENDING_MAX / 2);
    release();
  }

  private static String held(String statement, CountDownLatch looked) throws IOException {
    if (statement.contains("_row_exists") && statement.contains("mutations")) {
      looked.countDown();
    } else if (statement.startsWith("ALTER")) {
      try {
        assertThat(looked.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
    return statement;
  }

  private ClickHouseAccess manyConnections(FaultProxy proxy) {
    int connections = 3 * Deletes.PENDING_MAX;
    return database
        .access()
        .at(List.of(proxy.url().toString()))
        .with(new ClickHouseAccess.Connections(connections, connections, Duration.ofHours(1)));
  }

  private static boolean begins(Deletes deletes, DeleteRequest request) {
    try {
      deletes.deleteBefore(request, 0, begun -> {});
      return true;
    } catch (StoreException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED);
      return false;
    }
  }

  /** One after the other takes half of what is left, and the last one still finds a place. */
  @Test
  void deleteBefore_severalTenants_eachLeavesRoomToTheNext() {
    insert(ACME, "m", T0, 1);
    hold();
    List<Integer> taken = new ArrayList<>();
    for (String tenant : List.of("a", "b", "c", "d")) {
      taken.add(deletesUntilRefused(new TenantId(tenant)));
    }
    assertThat(taken).containsExactly(5, 3, 1, 1);
    release();
  }

  private int deletesUntilRefused(TenantId tenant) {
    for (int i = 0; ; i++) {
      try {
        hurried().deleteBefore(DeleteRequest.of(tenant, "m", T0 - i), 0, begun -> {});
      } catch (StoreException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED);
        return i;
      }
    }
  }

  /** What a tenant filters by stands in the same text as whose the delete is. */
  @Test
  void deleteBefore_filterValuesLikeAnotherTenantsDelete_countForNobodyElse() {
    insert(GLOBEX, "m", T0, 1);
    slots(database.client()).assign(ACME, "m", List.of("k"));
    hold();
    for (int i = 0; i < Deletes.PENDING_MAX / 2; i++) {
      List<String> values =
          List.of("x of globex", "delete-00 of globex", "'delete-00 of globex' != ''", "globex'");
      DeleteRequest forged = new DeleteRequest(ACME, "m", T0 - i, List.of(new Filter("k", values)));
      hurried().deleteBefore(forged, 0, begun -> {});
    }
    assertThat(new DeleteMutations(database.client(), database.tables()).pending())
        .hasSize(Deletes.PENDING_MAX / 2)
        .allMatch(name -> DeleteMutations.isOf(name, ACME));
    hurried().deleteBefore(DeleteRequest.of(GLOBEX, "m", T0 + 1), 0, begun -> {});
    assertThat(values(GLOBEX, "m")).isEmpty();
    release();
  }
}
