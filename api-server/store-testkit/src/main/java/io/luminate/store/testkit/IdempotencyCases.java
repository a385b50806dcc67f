// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import static io.luminate.store.testkit.Answers.assertRows;
import static io.luminate.store.testkit.Answers.row;
import static io.luminate.store.testkit.StoreFixture.ACME;
import static io.luminate.store.testkit.StoreFixture.GLOBEX;
import static io.luminate.store.testkit.StoreFixture.T0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.model.TenantId;
import io.luminate.store.Aggregation;
import io.luminate.store.BodyHash;
import io.luminate.store.ErrorCode;
import io.luminate.store.IdempotencyClaim;
import io.luminate.store.QueryControl;
import io.luminate.store.StoreException;
import io.luminate.store.WriteRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** A retried write under the same key is stored once and answered alike. */
interface IdempotencyCases extends ContractCases {
  BodyHash BODY = new BodyHash(0x1234, 0x5678);

  private static byte[] receipt() {
    return new byte[] {7, 0, -1};
  }

  private IdempotencyClaim claim(TenantId tenant, String key) {
    return given().store().claim(tenant, key, BODY, StoreFixture.control());
  }

  private IdempotencyClaim.Held hold(String key) {
    return (IdempotencyClaim.Held) claim(ACME, key);
  }

  private void writeUnder(IdempotencyClaim.Held claim) {
    given().store().write(WriteRequest.keyed(given().batchOf("m", T0, 5), claim, receipt()));
  }

  private void writeAndClose(String key) {
    try (IdempotencyClaim.Held claim = hold(key)) {
      writeUnder(claim);
    }
  }

  @Test
  default void claim_usedKey_replaysTheReceipt() {
    writeAndClose("retry-1");
    assertThat(claim(ACME, "retry-1"))
        .isInstanceOfSatisfying(
            IdempotencyClaim.Replay.class, r -> assertThat(r.receipt()).isEqualTo(receipt()));
    assertRows(given().ask("m").rows(Aggregation.SUM), row(5, 1));
  }

  @Test
  default void claim_usedKeyWithAnotherBody_isRefused() {
    writeAndClose("retry-1");
    assertThatThrownBy(
            () ->
                given()
                    .store()
                    .claim(ACME, "retry-1", new BodyHash(0x1234, 0x5679), StoreFixture.control()))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.IDEMPOTENCY_KEY_REUSED));
  }

  @Test
  default void claim_closedWithoutWriting_isFreeAgain() {
    hold("retry-1").close();
    try (IdempotencyClaim.Held claim = hold("retry-1")) {
      writeUnder(claim);
    }
    assertRows(given().ask("m").rows(Aggregation.SUM), row(5, 1));
  }

  @Test
  default void claim_otherTenantsKey_isAnotherKey() {
    writeAndClose("retry-1");
    assertThat(claim(GLOBEX, "retry-1")).isInstanceOf(IdempotencyClaim.Held.class);
  }

  @Test
  default void claim_afterTheWindow_isFreeAgain() {
    writeAndClose("retry-1");
    given().clock().advance(Duration.ofMinutes(59));
    assertThat(claim(ACME, "retry-1")).isInstanceOf(IdempotencyClaim.Replay.class);
    given().clock().advance(Duration.ofMinutes(2));
    assertThat(claim(ACME, "retry-1")).isInstanceOf(IdempotencyClaim.Held.class);
  }

  @Test
  default void claim_whileHeld_waitsForTheFirst() {
    Executor virtualThreads = task -> Thread.ofVirtual().start(task);
    IdempotencyClaim.Held first = hold("retry-1");
    CompletableFuture<IdempotencyClaim> second =
        CompletableFuture.supplyAsync(() -> claim(ACME, "retry-1"), virtualThreads);
    assertThat(second).isNotDone();
    writeUnder(first);
    assertThat(second.join()).isInstanceOf(IdempotencyClaim.Replay.class);
  }

  @Test
  default void claim_whileHeld_endsAtItsDeadline() {
    IdempotencyClaim.Held first = hold("retry-1");
    QueryControl brief = QueryControl.withTimeout(Duration.ofMillis(10));
    assertThatThrownBy(() -> given().store().claim(ACME, "retry-1", BODY, brief))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_TIMEOUT));
    first.close();
  }

  @Test
  default void claim_afterReopening_stillReplays() {
    writeAndClose("retry-1");
    for (Stage stage : Stage.values()) {
      given().settle(stage);
      assertThat(claim(ACME, "retry-1"))
          .isInstanceOfSatisfying(
              IdempotencyClaim.Replay.class, r -> assertThat(r.receipt()).isEqualTo(receipt()));
    }
    assertRows(given().ask("m").rows(Aggregation.SUM), row(5, 1));
  }
}
