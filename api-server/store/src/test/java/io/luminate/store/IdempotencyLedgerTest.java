// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.model.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class IdempotencyLedgerTest {
  private static final TenantId TENANT = new TenantId("acme");
  private static final BodyHash BODY = new BodyHash(1, 2);
  private static final byte[] RECEIPT = {4, 2};

  private final AtomicLong nowMillis = new AtomicLong(1_000_000);
  private final InstantSource clock = () -> Instant.ofEpochMilli(nowMillis.get());
  private final IdempotencyLedger ledger = new IdempotencyLedger(clock, Duration.ofHours(1), 3);

  @Test
  void claim_recordedKey_replaysItsReceipt() {
    use("a");
    assertThat(claim("a")).isInstanceOf(IdempotencyClaim.Replay.class);
    assertThat(((IdempotencyClaim.Replay) claim("a")).receipt()).isEqualTo(RECEIPT);
  }

  @Test
  void claim_afterTheWindow_isFreeAgain() {
    use("a");
    nowMillis.addAndGet(3_600_000);
    assertThat(claim("a")).isInstanceOf(IdempotencyClaim.Replay.class);
    nowMillis.addAndGet(1);
    assertThat(claim("a")).isInstanceOf(IdempotencyClaim.Held.class);
  }

  /** As of a store whose processes share keys: one may hear late of another's. */
  @Test
  void claim_afterTheWindow_recordedBehindALaterOne_isFreeAgain() {
    ledger.restore(new IdempotencyLedger.Entry(TENANT, "late", BODY, RECEIPT, nowMillis.get()));
    ledger.restore(
        new IdempotencyLedger.Entry(TENANT, "early", BODY, RECEIPT, nowMillis.get() - 10));
    assertThat(claim("early")).isInstanceOf(IdempotencyClaim.Replay.class);
    nowMillis.addAndGet(3_600_000 - 9);
    List<String> answering = new ArrayList<>();
    ledger.forEachUnexpired(entry -> answering.add(entry.key()));
    assertThat(answering).containsExactly("late");
    assertThat(claim("early")).isInstanceOf(IdempotencyClaim.Held.class);
    assertThat(claim("late")).isInstanceOf(IdempotencyClaim.Replay.class);
  }

  @Test
  void claim_pastTheBound_forgetsTheOldest() {
    use("a", "b", "c", "d");
    assertThat(claim("b")).isInstanceOf(IdempotencyClaim.Replay.class);
    assertThat(claim("a")).isInstanceOf(IdempotencyClaim.Held.class);
  }

  @Test
  void claim_pastTheBytes_forgetsTheTenantsOldest() {
    IdempotencyLedger small = new IdempotencyLedger(clock, Duration.ofHours(1), 1_000, 100_000);
    TenantId other = new TenantId("globex");
    record(small, other, "kept", 100);
    for (int i = 0; i < 100; i++) {
      record(small, TENANT, "k" + i, 9_000);
    }
    assertThat(small.claim(TENANT, "k99", BODY, control()))
        .isInstanceOf(IdempotencyClaim.Replay.class);
    assertThat(small.claim(TENANT, "k90", BODY, control()))
        .isInstanceOf(IdempotencyClaim.Held.class);
    assertThat(small.claim(other, "kept", BODY, control()))
        .isInstanceOf(IdempotencyClaim.Replay.class);
  }

  /** Or the answers of those who write no more would leave no room for others' for good. */
  @Test
  void record_whenTenantsWentSilent_hasTheirRoom() {
    IdempotencyLedger small = new IdempotencyLedger(clock, Duration.ofHours(1), 1_000, 100_000);
    for (int i = 0; i < 10; i++) {
      record(small, new TenantId("silent" + i), "k", 9_000);
    }
    nowMillis.addAndGet(3_600_001);
    record(small, TENANT, "a", 30_000);
    record(small, TENANT, "b", 10_000);
    assertThat(small.claim(TENANT, "a", BODY, control()))
        .isInstanceOf(IdempotencyClaim.Replay.class);
  }

  private static void record(IdempotencyLedger into, TenantId tenant, String key, int bytes) {
    into.record((IdempotencyClaim.Held) into.claim(tenant, key, BODY, control()), new byte[bytes]);
  }

  @Test
  void claim_otherBody_isRefused() {
    use("a");
    assertThatThrownBy(() -> ledger.claim(TENANT, "a", new BodyHash(1, 3), control()))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.IDEMPOTENCY_KEY_REUSED);
              assertThat(e.details()).containsEntry("idempotency_key", "a");
            });
  }

  @Test
  void claim_heldKey_endsWithTheControl() {
    IdempotencyClaim first = claim("a");
    QueryControl cancelled = control();
    cancelled.cancel();
    assertThatThrownBy(() -> ledger.claim(TENANT, "a", BODY, cancelled))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_CANCELLED));
    assertThatThrownBy(
            () -> ledger.claim(TENANT, "a", BODY, QueryControl.withTimeout(Duration.ofMillis(5))))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_TIMEOUT));
    assertThat(first).isInstanceOf(IdempotencyClaim.Held.class);
  }

  @Test
  void claim_manyAtOnce_oneHolds() throws InterruptedException {
    AtomicInteger held = new AtomicInteger();
    AtomicInteger replayed = new AtomicInteger();
    CountDownLatch start = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        threads.execute(
            () -> {
              awaitStart(start);
              switch (claim("a")) {
                case IdempotencyClaim.Held h -> {
                  held.incrementAndGet();
                  ledger.record(h, RECEIPT);
                }
                case IdempotencyClaim.Replay r -> replayed.addAndGet(r.receipt()[0]);
              }
            });
      }
      start.countDown();
    }
    assertThat(held).hasValue(1);
    assertThat(replayed).hasValue(19 * RECEIPT[0]);
  }

  @Test
  void close_withoutRecording_letsTheKeyGo() {
    ((IdempotencyClaim.Held) claim("a")).close();
    assertThat(ledger.claim(TENANT, "a", new BodyHash(9, 9), control()))
        .isInstanceOf(IdempotencyClaim.Held.class);
  }

  @Test
  void close_afterAnotherTookTheKey_changesNothing() {
    IdempotencyClaim.Held first = (IdempotencyClaim.Held) claim("a");
    first.close();
    IdempotencyClaim.Held second = (IdempotencyClaim.Held) claim("a");
    first.close();
    ledger.record(second, RECEIPT);
    assertThat(claim("a")).isInstanceOf(IdempotencyClaim.Replay.class);
  }

  @Test
  void entry_ofAClosedClaim_isRefused() {
    IdempotencyClaim.Held held = (IdempotencyClaim.Held) claim("a");
    held.close();
    assertThatThrownBy(() -> ledger.entry(held, RECEIPT)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void restore_intoAnotherLedger_answersThere() {
    use("a", "b");
    nowMillis.addAndGet(1_800_000);
    IdempotencyLedger restored = new IdempotencyLedger(clock, Duration.ofHours(1), 3);
    ledger.forEachUnexpired(restored::restore);
    assertThat(keysOf(restored)).containsExactly("a", "b");
    nowMillis.addAndGet(1_800_001);
    assertThat(keysOf(restored)).isEmpty();
  }

  private void use(String... keys) {
    for (String key : keys) {
      ledger.record((IdempotencyClaim.Held) claim(key), RECEIPT);
    }
  }

  private IdempotencyClaim claim(String key) {
    return ledger.claim(TENANT, key, BODY, control());
  }

  private static List<String> keysOf(IdempotencyLedger ledger) {
    List<String> keys = new ArrayList<>();
    ledger.forEachUnexpired(entry -> keys.add(entry.key()));
    return keys;
  }

  private static QueryControl control() {
    return QueryControl.withTimeout(Duration.ofSeconds(20));
  }

  private static void awaitStart(CountDownLatch start) {
    try {
      start.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
