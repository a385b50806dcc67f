// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.model.Dimensions;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.store.BodyHash;
import io.luminate.store.ErrorCode;
import io.luminate.store.IdempotencyClaim;
import io.luminate.store.PointBatch;
import io.luminate.store.QueryControl;
import io.luminate.store.StoreException;
import io.luminate.store.WriteRequest;
import io.luminate.store.rocksdb.head.PartitionKey;
import io.luminate.store.rocksdb.journal.JournalDrive;
import io.luminate.store.rocksdb.journal.SimulatedDisk;
import io.luminate.store.rocksdb.segment.ForgetfulStorage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Requests whose new series alone are longer than a frame of the journal. */
final class LongDefinitionsTest {
  private static final long NOW = Instant.parse("2026-03-11T12:00:00Z").toEpochMilli();
  private static final TenantId TENANT = new TenantId("acme");
  private static final BodyHash BODY = new BodyHash(1, 2);

  /** Half of it is the longest frame, a quarter of that for definitions. */
  private static final long FILE_BYTES = 256 << 10;

  /** One takes more than 20 KB. */
  private static final int SERIES = 40;

  private final ForgetfulStorage storage = new ForgetfulStorage();
  private SimulatedDisk disk = new SimulatedDisk(1);
  private Engine engine = open();

  LongDefinitionsTest() throws IOException {}

  @Test
  void write_definitionsOfSeveralFrames_isStoredOnce() throws IOException {
    write("key", new byte[9]);
    assertThat(engine.journal().lastSeq()).isGreaterThan(SERIES / 4);
    assertStored();
    reopen();
    assertStored();
    new Upkeep(engine).sealAll();
    reopen();
    assertStored();
    assertThat(claim("key")).isInstanceOf(IdempotencyClaim.Replay.class);
  }

  @Test
  void write_knownSeries_needsOneFrame() {
    write("first", new byte[9]);
    long before = engine.journal().lastSeq();
    write("second", new byte[9]);
    assertThat(engine.journal().lastSeq()).isEqualTo(before + 1);
  }

  @Test
  void write_severalMetrics_shareFrames() {
    PointBatch batch = new PointBatch(TENANT, 1);
    for (int i = 0; i < 2_000; i++) {
      batch.add(NewSeries.handle(engine, TENANT, "m" + i, Dimensions.of("k", "v" + i)), NOW, i);
    }
    engine.write(WriteRequest.unkeyed(batch));
    assertThat(engine.journal().lastSeq()).isBetween(2L, 8L);
  }

  @Test
  void write_answerLongerThanAFrame_isRefusedBeforeAnythingIsStored() {
    int answerBytes = 100 << 10;
    assertThatThrownBy(() -> write("key", new byte[answerBytes]))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.BATCH_TOO_LARGE);
              assertThat(e.details()).containsEntry("max_journal_frame_bytes", 96L << 10);
              assertThat((long) e.details().get("received")).isGreaterThan(answerBytes);
            });
    assertThat(engine.journal().lastSeq()).isZero();
    write("key", new byte[9]);
    assertStored();
  }

  private void write(String key, byte[] answer) {
    PointBatch batch = new PointBatch(TENANT, SERIES);
    for (int i = 0; i < SERIES; i++) {
      batch.add(NewSeries.handle(engine, TENANT, "m", longSeries(i)), NOW, i);
    }
    try (IdempotencyClaim.Held held = (IdempotencyClaim.Held) claim(key)) {
      engine.write(WriteRequest.keyed(batch, held, answer));
    }
  }

  private IdempotencyClaim claim(String key) {
    return engine.claim(TENANT, key, BODY, QueryControl.withTimeout(Duration.ofMinutes(1)));
  }

  private static Dimensions longSeries(int number) {
    Map<String, String> pairs = new HashMap<>();
    for (int k = 0; k < 20; k++) {
      pairs.put("key" + k, "\uD83D\uDC1F".repeat(250) + number);
    }
    return Dimensions.of(pairs);
  }

  private void assertStored() {
    TimeRange always = new TimeRange(0, NOW + PartitionKey.DAY_MILLIS);
    Map<?, Integer> points = VisiblePoints.of(engine, TENANT, List.of("m"), always);
    assertThat(points).hasSize(SERIES).allSatisfy((point, times) -> assertThat(times).isOne());
  }

  private void reopen() throws IOException {
    engine.close();
    disk = disk.restart();
    engine = open();
  }

  private Engine open() throws IOException {
    RocksStoreOptions options =
        RocksStoreOptions.defaults()
            .withClock(() -> Instant.ofEpochMilli(NOW))
            .withSizes(64L << 20, 64L << 20, FILE_BYTES, 0)
            .withUpkeep(false, Duration.ofMinutes(10), Duration.ZERO);
    return new Engine(disk, storage.catalog(), storage.chunks(), options, JournalDrive.INLINE);
  }
}
