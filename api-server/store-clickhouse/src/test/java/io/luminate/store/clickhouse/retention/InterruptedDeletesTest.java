// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.luminate.clickhouse.testkit.proxy.FaultProxy;
import io.luminate.model.TenantId;
import io.luminate.store.DeleteReceipt;
import io.luminate.store.DeleteReceipt.Status;
import io.luminate.store.DeleteRequest;
import io.luminate.store.ErrorCode;
import io.luminate.store.StoreException;
import io.luminate.store.clickhouse.TestDatabase;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.ClickHouseFailure;
import io.luminate.store.clickhouse.client.Statement;
import io.luminate.store.clickhouse.schema.Slots;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Deletes whose statements break off between any two of them. */
class InterruptedDeletesTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final long T0 = 20_000 * 86_400_000L;
  private static final DeleteRequest REQUEST = DeleteRequest.of(ACME, "m", T0);

  /** Looks at deletes, slots, points and receipts. */
  private static final int LOOKS = 4;

  private static final int MUTATION = LOOKS + 2;
  private static final int FIRST_POLL = LOOKS + 3;

  private final TestDatabase database = TestDatabase.withTables();
  private final FaultProxy proxy = FaultProxy.inFrontOf(database.server().httpUrl());
  private final ClickHouseClient behindProxy =
      new ClickHouseClient(database.access().at(List.of(proxy.url().toString())));
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<DeleteReceipt> begun = new ArrayList<>();
  private volatile Instant now = Instant.now();

  @BeforeEach
  void insert() {
    database
        .client()
        .execute(
            Statement.of(
                    "INSERT INTO points (tenant, metric, timestamp, value)"
                        + " SELECT 'acme', 'm', {timestamp:Int64}, 1")
                .with("timestamp", T0 - 1));
  }

  @AfterEach
  void close() {
    threads.close();
    behindProxy.close();
    proxy.close();
    database.close();
  }

  private Deletes deletes(ClickHouseClient client) {
    Slots slots = new Slots(client, client, database.tables(), Duration.ofSeconds(30));
    return new Deletes(client, database.tables(), slots, () -> now);
  }

  private String points() {
    return database.value(
        "SELECT count() FROM "
            + database.tables().points()
            + " WHERE tenant = 'acme' SETTINGS apply_mutations_on_fly = 1");
  }

  private DeleteReceipt found(DeleteReceipt receipt) {
    return deletes(database.client()).find(ACME, receipt.operationId()).orElseThrow();
  }

  /** ClickHouse carries it out when it likes. */
  private void awaitDone(DeleteReceipt receipt) throws InterruptedException {
    Instant giveUp = Instant.now().plusSeconds(30);
    while (found(receipt).status() != Status.DONE) {
      assertThat(Instant.now()).isBefore(giveUp);
      Thread.sleep(20);
    }
  }

  /** Until so many requests have begun, of which the last is held. */
  private Future<DeleteReceipt> deleteUntil(int requests) throws InterruptedException {
    proxy.holdFrom(requests);
    Future<DeleteReceipt> deleted =
        threads.submit(() -> deletes(behindProxy).deleteBefore(REQUEST, 0, begun::add));
    proxy.awaitRequests(requests);
    return deleted;
  }

  @Test
  void receiptCannotBeWritten_nothingIsDeleted() {
    String name = database.tables().database();
    database.server().execute("RENAME TABLE %1$s.operations TO %1$s.away".formatted(name));
    assertThatThrownBy(() -> deletes(database.client()).deleteBefore(REQUEST, 0, begun::add))
        .isInstanceOf(ClickHouseFailure.class);
    assertThat(points()).isEqualTo("1");
    assertThat(begun).isEmpty();
  }

  @Test
  void mutationNeverArrives_operationIsNoneAfterAWhile_andTheNextDeletes() throws Exception {
    Future<DeleteReceipt> deleted = deleteUntil(MUTATION);
    proxy.refuse();
    StoreException refused =
        (StoreException) catchThrowableOfType(ExecutionException.class, deleted::get).getCause();
    assertThat(refused.code()).isEqualTo(ErrorCode.STORAGE_UNAVAILABLE);
    DeleteReceipt asked = begun.getFirst();
    assertThat(refused.details()).containsEntry("operation_id", asked.operationId());
    assertThat(points()).isEqualTo("1");
    assertThat(found(asked).status()).as("it may still arrive").isEqualTo(Status.RUNNING);
    now = now.plus(Deletes.BEGUN_WITHIN);
    assertThat(deletes(database.client()).find(ACME, asked.operationId())).isEmpty();
    deletes(database.client()).deleteBefore(REQUEST, 0, begun::add);
    assertThat(points()).isEqualTo("0");
  }

  @Test
  void mutationsAnswerIsLost_isAnsweredWithTheOperation() throws Exception {
    Future<DeleteReceipt> deleted = deleteUntil(MUTATION);
    proxy.loseAnswers(1);
    proxy.holdFrom(Integer.MAX_VALUE);
    DeleteReceipt receipt = deleted.get();
    assertThat(proxy.lostAnswers()).isEqualTo(1);
    assertThat(points()).isEqualTo("0");
    awaitDone(receipt);
    assertThat(begun).hasSize(1);
  }

  @Test
  void progressCannotBeSeen_isAnsweredWithTheOperation() throws Exception {
    Future<DeleteReceipt> deleted = deleteUntil(FIRST_POLL);
    proxy.refuse();
    DeleteReceipt receipt = deleted.get();
    assertThat(receipt.status()).isEqualTo(Status.RUNNING);
    assertThat(points()).isEqualTo("0");
    assertThat(begun).containsExactly(receipt);
    awaitDone(receipt);
    now = now.plus(Deletes.BEGUN_WITHIN);
    assertThat(found(receipt).status()).isEqualTo(Status.DONE);
  }
}
