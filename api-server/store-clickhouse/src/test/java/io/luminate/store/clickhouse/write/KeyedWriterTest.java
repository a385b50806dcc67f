// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import static io.luminate.store.clickhouse.write.WritingProcess.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.clickhouse.testkit.proxy.FaultProxy;
import io.luminate.store.AcceptedPoints;
import io.luminate.store.BodyHash;
import io.luminate.store.ErrorCode;
import io.luminate.store.IdempotencyClaim;
import io.luminate.store.PointBatch;
import io.luminate.store.StoreException;
import io.luminate.store.WriteDecision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A key between processes: one decision, the points once, one answer. */
class KeyedWriterTest {
  private static final BodyHash BODY = new BodyHash(-1, Long.MIN_VALUE);
  private static final BodyHash OTHER_BODY = new BodyHash(-1, 7);
  private static final byte[] RECEIPT = {7, 0, -1, '\'', '\\'};

  /** On a machine that does other work; its answer is then waited for in vain. */
  private static final Duration ENOUGH_FOR_AN_INSERT = Duration.ofSeconds(5);

  private final ClickHouseServer server = ClickHouse.shared();
  private final String database = WritingProcess.newDatabase(server);
  private final WritingProcess first = WritingProcess.start(server, database);
  private final WritingProcess second = WritingProcess.start(server, database);

  @AfterEach
  void close() {
    first.close();
    second.close();
  }

  private long points() {
    return Long.parseLong(
        server
            .query("SELECT count() FROM %s.points WHERE tenant != ''".formatted(database))
            .getFirst());
  }

  private static PointBatch batch(WritingProcess process) {
    return process.batch(ACME, "m", 100, 3, "k", "v");
  }

  private static void assertReplays(WritingProcess process, String key) {
    assertThat(process.claim(key, BODY))
        .isInstanceOfSatisfying(
            IdempotencyClaim.Replay.class, r -> assertThat(r.receipt()).isEqualTo(RECEIPT));
  }

  private static void assertReused(WritingProcess process, String key) {
    assertThatThrownBy(() -> process.claim(key, OTHER_BODY))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.IDEMPOTENCY_KEY_REUSED));
  }

  private static void writeUnder(WritingProcess process, String key) {
    try (IdempotencyClaim.Held claim = process.hold(key, BODY)) {
      process.write(batch(process), claim, RECEIPT);
    }
  }

  /** Binds the key, and goes no further. */
  private static void bindAndDie(WritingProcess process, String key, AcceptedPoints accepted) {
    try (IdempotencyClaim.Held claim = process.hold(key, BODY)) {
      assertThat(claim.bind(new WriteDecision(accepted, RECEIPT))).isEmpty();
    }
  }

  @Test
  void claim_usedInAnotherProcess_replays() {
    writeUnder(first, "k");
    assertReplays(first, "k");
    assertReplays(second, "k");
    assertReplays(second, "k");
    assertReused(first, "k");
    assertReused(second, "k");
    assertThat(points()).isEqualTo(100);
  }

  @Test
  void claim_boundInAnotherProcess_isToBeCompleted() {
    AcceptedPoints accepted = new AcceptedPoints(103, List.of(1, 3, 100));
    bindAndDie(first, "k", accepted);
    assertReused(second, "k");
    try (IdempotencyClaim.Held claim = second.hold("k", BODY)) {
      WriteDecision bound = claim.bound().orElseThrow();
      assertThat(bound.accepted()).isEqualTo(accepted);
      assertThat(bound.receipt()).isEqualTo(RECEIPT);
      second.write(batch(second), claim, RECEIPT);
    }
    assertReplays(first, "k");
    assertThat(points()).isEqualTo(100);
  }

  @Test
  void write_byTheSlowerOneToo_storesOnce() {
    try (IdempotencyClaim.Held slow = first.hold("k", BODY)) {
      assertThat(slow.bind(new WriteDecision(AcceptedPoints.all(100), RECEIPT))).isEmpty();
      try (IdempotencyClaim.Held fast = second.hold("k", BODY)) {
        second.write(batch(second), fast, RECEIPT);
      }
      first.write(batch(first), slow, RECEIPT);
    }
    assertThat(points()).isEqualTo(100);
  }

  @Test
  void bind_whenAnotherIsFaster_saysWhatThatOneDecided() {
    AcceptedPoints theirs = new AcceptedPoints(3, List.of(0));
    try (IdempotencyClaim.Held slow = first.hold("k", BODY)) {
      bindAndDie(second, "k", theirs);
      byte[] own = {1};
      assertThat(slow.bind(new WriteDecision(AcceptedPoints.all(3), own)))
          .hasValueSatisfying(
              bound -> {
                assertThat(bound.accepted()).isEqualTo(theirs);
                assertThat(bound.receipt()).isEqualTo(RECEIPT);
              });
    }
  }

  @Test
  void bind_whenAnotherBodyIsFaster_isRefused() {
    try (IdempotencyClaim.Held slow = first.hold("k", OTHER_BODY)) {
      bindAndDie(second, "k", AcceptedPoints.all(1));
      assertThatThrownBy(() -> slow.bind(new WriteDecision(AcceptedPoints.all(1), RECEIPT)))
          .isInstanceOfSatisfying(
              StoreException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.IDEMPOTENCY_KEY_REUSED));
    }
  }

  @Test
  void claim_afterTheWindow_isFreeInEveryProcess() {
    writeUnder(first, "k");
    for (WritingProcess process : List.of(second, first)) {
      first.advance(Duration.ofMinutes(59));
      second.advance(Duration.ofMinutes(59));
      assertReplays(process, "k");
      first.advance(Duration.ofMinutes(2));
      second.advance(Duration.ofMinutes(2));
      writeUnder(process, "k");
    }
    assertThat(points()).isEqualTo(300);
  }

  @Test
  void write_notNotedAsStored_isFoundStored() {
    try (FaultProxy proxy = FaultProxy.inFrontOf(server.httpUrl());
        WritingProcess dying =
            WritingProcess.start(
                proxy.url(),
                server.luminate(),
                database,
                WriteOptions.DEFAULT.withTimeout(ENOUGH_FOR_AN_INSERT))) {
      storeWithoutNote(proxy, dying);
    }
    try (IdempotencyClaim.Held claim = second.hold("k", BODY)) {
      second.write(batch(second), claim, RECEIPT);
    }
    assertReplays(first, "k");
    assertThat(points()).isEqualTo(100);
  }

  @Test
  void failing_afterAnUnkeyedWrite_noMore() {
    try (FaultProxy proxy = FaultProxy.inFrontOf(server.httpUrl());
        WritingProcess process =
            WritingProcess.start(
                proxy.url(),
                server.luminate(),
                database,
                WriteOptions.DEFAULT.withTimeout(ENOUGH_FOR_AN_INSERT))) {
      storeWithoutNote(proxy, process);
      assertThat(process.writer().failing()).contains("the storage is not available");
      proxy.heal();
      process.write(batch(process));
      assertThat(process.writer().failing()).isEmpty();
    }
  }

  private void storeWithoutNote(FaultProxy proxy, WritingProcess dying) {
    try (IdempotencyClaim.Held claim = dying.hold("k", BODY)) {
      PointBatch batch = batch(dying);
      assertThat(claim.bind(new WriteDecision(AcceptedPoints.all(100), RECEIPT))).isEmpty();
      // The points are the next to come, and their answer is lost; then everything else.
      proxy.loseAnswers(1_000);
      assertThatThrownBy(() -> dying.write(batch, claim, RECEIPT))
          .isInstanceOfSatisfying(
              StoreException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_UNAVAILABLE);
                assertThat(e.details()).containsEntry("stored", "unknown");
              });
    }
    assertThat(points()).isEqualTo(100);
  }

  @Test
  void write_stored_whoseTokenIsForgotten_isFoundStored() {
    try (FaultProxy proxy = FaultProxy.inFrontOf(server.httpUrl());
        WritingProcess dying =
            WritingProcess.start(
                proxy.url(),
                server.luminate(),
                database,
                WriteOptions.DEFAULT.withTimeout(ENOUGH_FOR_AN_INSERT))) {
      storeWithoutNote(proxy, dying);
    }
    server.execute(
        "ALTER TABLE %s.points MODIFY SETTING non_replicated_deduplication_window = 1"
            .formatted(database));
    first.write(first.batch(ACME, "other", 1, 1));
    first.write(first.batch(ACME, "other", 1, 1));
    try (IdempotencyClaim.Held claim = second.hold("k", BODY)) {
      second.write(batch(second), claim, RECEIPT);
    }
    assertThat(points()).isEqualTo(102);
  }

  @Test
  void write_whoseTokenIsRememberedAndPartsLost_isStoredAgain() {
    try (FaultProxy proxy = FaultProxy.inFrontOf(server.httpUrl());
        WritingProcess dying =
            WritingProcess.start(
                proxy.url(),
                server.luminate(),
                database,
                WriteOptions.DEFAULT.withTimeout(ENOUGH_FOR_AN_INSERT))) {
      storeWithoutNote(proxy, dying);
    }
    // What a kill between the two leaves: a mutation takes the rows and not the token.
    server.execute(
        "ALTER TABLE %s.points DELETE WHERE timestamp < %d SETTINGS mutations_sync = 2"
            .formatted(database, WritingProcess.NOW - WritingProcess.DAY / 2));
    assertThat(points()).isEqualTo(34);
    try (IdempotencyClaim.Held claim = second.hold("k", BODY)) {
      second.write(batch(second), claim, RECEIPT);
    }
    assertReplays(first, "k");
    assertThat(points()).isEqualTo(100);
  }

  @Test
  void bind_whoseTokenIsRememberedAndRowLost_isBoundAgain() {
    bindAndDie(first, "k", AcceptedPoints.all(1));
    server.execute(
        "ALTER TABLE %s.ledger DELETE WHERE key = 'k' SETTINGS mutations_sync = 2"
            .formatted(database));
    AcceptedPoints accepted = new AcceptedPoints(2, List.of(1));
    bindAndDie(second, "k", accepted);
    try (IdempotencyClaim.Held claim = first.hold("k", BODY)) {
      assertThat(claim.bound().orElseThrow().accepted()).isEqualTo(accepted);
    }
  }

  @Test
  void write_inTwoProcessesAtOnce_oncePerKey() throws InterruptedException, ExecutionException {
    int keys = 15;
    CyclicBarrier start = new CyclicBarrier(2);
    List<Future<List<byte[]>>> both = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (WritingProcess process : List.of(first, second)) {
        byte[] own = {(byte) both.size()};
        both.add(threads.submit(() -> writeAll(process, keys, own, start)));
      }
    }
    List<byte[]> ofFirst = both.getFirst().get();
    List<byte[]> ofSecond = both.getLast().get();
    for (int i = 0; i < keys; i++) {
      assertThat(ofFirst.get(i)).as("key %d", i).isEqualTo(ofSecond.get(i));
    }
    assertThat(points()).isEqualTo(keys * 100L);
  }

  /** What a server does for each key; the answers given. */
  private static List<byte[]> writeAll(
      WritingProcess process, int keys, byte[] own, CyclicBarrier start) throws Exception {
    List<byte[]> answers = new ArrayList<>();
    for (int i = 0; i < keys; i++) {
      start.await();
      answers.add(
          switch (process.claim("k" + i, BODY)) {
            case IdempotencyClaim.Replay replay -> replay.receipt();
            case IdempotencyClaim.Held held -> {
              try (held) {
                WriteDecision decision =
                    held.bound()
                        .or(() -> held.bind(new WriteDecision(AcceptedPoints.all(100), own)))
                        .orElse(new WriteDecision(AcceptedPoints.all(100), own));
                process.write(batch(process), held, decision.receipt());
                yield decision.receipt();
              }
            }
          });
    }
    return answers;
  }
}
