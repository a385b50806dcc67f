// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import static io.luminate.store.clickhouse.write.WritingProcess.ACME;
import static io.luminate.store.clickhouse.write.WritingProcess.GLOBEX;
import static io.luminate.store.clickhouse.write.WritingProcess.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.clickhouse.testkit.proxy.FaultProxy;
import io.luminate.model.Dimensions;
import io.luminate.model.EntityKeys;
import io.luminate.model.SeriesHash;
import io.luminate.model.TenantId;
import io.luminate.store.ErrorCode;
import io.luminate.store.PointBatch;
import io.luminate.store.StoreException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is written is what is in the table. */
class PointWriterTest {
  private static final String POINTS = "SELECT count() FROM %s.points WHERE tenant != ''%s";

  private final ClickHouseServer server = ClickHouse.shared();
  private final String database = WritingProcess.newDatabase(server);
  private WritingProcess process;

  @BeforeEach
  void start() {
    process = WritingProcess.start(server, database);
  }

  @AfterEach
  void close() {
    process.close();
  }

  private long points(String condition) {
    return Long.parseLong(server.query(POINTS.formatted(database, condition)).getFirst());
  }

  @Test
  void write_everyColumn_asTheTableWantsIt() {
    PointBatch batch = new PointBatch(ACME, 2);
    Dimensions dimensions = Dimensions.of("customer_id", "cust_1", "zone", "é\u0301\uD83D\uDE00");
    batch.add(process.writer().seriesHandle(ACME, "m", dimensions), NOW, -1.5);
    batch.add(process.writer().seriesHandle(ACME, "n", Dimensions.EMPTY), NOW - 1, 1e300);
    process.write(batch);
    assertThat(
            server.query(
                ("SELECT tenant, metric, entity, toString(series), timestamp, value, s01, s02, s03,"
                        + " rest FROM %s.points WHERE tenant != '' ORDER BY metric")
                    .formatted(database)))
        .containsExactly(
            "acme\tm\tcust_1\t"
                + number(dimensions)
                + "\t"
                + NOW
                + "\t-1.5\tcust_1\té\u0301\uD83D\uDE00\t\t{}",
            "acme\tn\t\t" + number(Dimensions.EMPTY) + "\t" + (NOW - 1) + "\t1e300\t\t\t\t{}");
  }

  private static String number(Dimensions dimensions) {
    SeriesHash hash = dimensions.hash();
    byte[] bytes = ByteBuffer.allocate(16).putLong(hash.high()).putLong(hash.low()).array();
    return new BigInteger(1, bytes).toString();
  }

  @Test
  void write_moreKeysThanSlots_keepsTheOthersToo() {
    String[] pairs = new String[44];
    for (int i = 0; i < 22; i++) {
      pairs[2 * i] = "k" + (char) ('a' + i);
      pairs[2 * i + 1] = "v" + i;
    }
    PointBatch batch = new PointBatch(ACME, 3);
    batch.add(process.writer().seriesHandle(ACME, "m", Dimensions.of("x", "1")), NOW, 0);
    batch.add(process.writer().seriesHandle(ACME, "m", Dimensions.of(pairs)), NOW + 1, 1);
    batch.add(
        process.writer().seriesHandle(ACME, "m", Dimensions.of("user_id", "u", "ku", "w")),
        NOW + 2,
        2);
    process.write(batch);
    assertThat(
            server.query(
                "SELECT entity, s01, s02, s20, rest FROM %s.points WHERE tenant != '' ORDER BY timestamp"
                    .formatted(database)))
        .containsExactly(
            "\t1\t\t\t{}",
            "\t\tv0\tv18\t{'kt':'v19','ku':'v20','kv':'v21'}",
            "u\t\t\t\t{'ku':'w','user_id':'u'}");
  }

  /** Else its request would wait for ever, and clients that come later for its next one. */
  @Test
  void write_thatCannotBePutIntoABatch_isAnswered_andOthersGoOn() {
    PointBatch impossible = new PointBatch(ACME, 1);
    impossible.add(Long.MAX_VALUE, NOW, 1);
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () ->
            assertThatThrownBy(() -> process.write(impossible))
                .isInstanceOfSatisfying(
                    StoreException.class,
                    e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL_ERROR)));
    PointBatch batch = new PointBatch(ACME, 1);
    batch.add(process.writer().seriesHandle(ACME, "m", Dimensions.EMPTY), NOW, 1);
    process.write(batch);
    assertThat(points("")).isEqualTo(1);
  }

  @Test
  void write_manyPoints_areOnePart() {
    PointBatch batch = new PointBatch(ACME, 20_000);
    for (int i = 0; i < 20_000; i++) {
      Dimensions dimensions = Dimensions.of("customer_id", "cust_" + i % 700);
      batch.add(process.writer().seriesHandle(ACME, "m", dimensions), NOW, i);
    }
    process.write(batch);
    assertThat(
            server.query(
                "SELECT rows FROM system.parts WHERE database = '%s' AND table = 'points'"
                    .formatted(database)))
        .as("the points and the row that names their insert")
        .containsExactly("20001");
  }

  @Test
  void write_randomPoints_allThereOnce() {
    long seed = Long.getLong("luminate.seed", 1);
    Random random = new Random(seed);
    Map<String, Integer> expected = new TreeMap<>();
    for (int request = 0; request < 20; request++) {
      TenantId tenant = random.nextBoolean() ? ACME : GLOBEX;
      PointBatch batch = new PointBatch(tenant, 100);
      for (int i = random.nextInt(300); i > 0; i--) {
        Dimensions dimensions = dimensions(random);
        String metric = "m" + random.nextInt(12);
        long timestamp = NOW - random.nextLong(7 * WritingProcess.DAY);
        double value = random.nextInt(5);
        batch.add(process.writer().seriesHandle(tenant, metric, dimensions), timestamp, value);
        expected.merge(
            String.join(
                "\t",
                tenant.value(),
                metric,
                EntityKeys.DEFAULT.entityOf(dimensions),
                number(dimensions),
                timestamp + "",
                (int) value + "",
                String.join(",", dimensions.asMap().values().stream().sorted().toList())),
            1,
            Integer::sum);
      }
      process.write(batch);
    }
    List<String> rows =
        server.query(
            ("SELECT tenant, metric, entity, toString(series), timestamp, value,"
                    + " arrayStringConcat(arraySort(arrayFilter(v -> v != '',"
                    + " [s01, s02, s03, s04, s05, s06])), ','), count()"
                    + " FROM %s.points WHERE tenant != '' GROUP BY ALL")
                .formatted(database));
    List<String> wanted = new ArrayList<>();
    expected.forEach((row, count) -> wanted.add(row + "\t" + count));
    assertThat(rows).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(wanted);
  }

  @Test
  void write_moreMetricsThanAByteCounts_keepsTheirNames() {
    PointBatch batch = new PointBatch(ACME, 1_000);
    for (int i = 0; i < 1_000; i++) {
      long handle = process.writer().seriesHandle(ACME, "m" + i % 500, Dimensions.EMPTY);
      batch.add(handle, NOW, i % 500);
    }
    process.write(batch);
    assertThat(points(" AND metric = concat('m', toString(value))")).isEqualTo(1_000);
  }

  private static Dimensions dimensions(Random random) {
    Map<String, String> pairs = new TreeMap<>();
    for (String key : List.of("customer_id", "user_id", "region", "tier", "zone")) {
      if (random.nextBoolean()) {
        pairs.put(key, "v" + "z".repeat(random.nextInt(20) == 0 ? 200 : 3) + random.nextInt(4));
      }
    }
    return Dimensions.of(pairs);
  }

  @Test
  void write_fromManyThreads_gathersInFewInserts() throws InterruptedException, ExecutionException {
    List<Future<?>> writes = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        String writer = "w" + i;
        writes.add(
            threads.submit(() -> process.write(process.batch(ACME, "m", 50, 3, "writer", writer))));
      }
    }
    for (Future<?> write : writes) {
      write.get();
    }
    assertThat(points("")).isEqualTo(200 * 50);
    long inserts =
        Long.parseLong(
            server
                .query(
                    "SELECT uniqExact(series) FROM %s.points WHERE tenant = ''".formatted(database))
                .getFirst());
    assertThat(inserts).isBetween(1L, 100L);
  }

  @Test
  void write_ofASeriesForgottenMeanwhile_isToBeSentAgain() {
    try (WritingProcess small =
        WritingProcess.start(
            server.httpUrl(),
            server.luminate(),
            database,
            WriteOptions.DEFAULT.withSeries(1 << 20))) {
      PointBatch old = small.batch(ACME, "m", 1, 1, "k", "first");
      for (int i = 0; i < 30_000; i++) {
        small.writer().seriesHandle(ACME, "m", Dimensions.of("k", "v" + i));
      }
      assertThat(old.handles()[0]).isLessThan(small.writer().lowestHandle());
      assertThatThrownBy(() -> small.write(old))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED));
      small.write(small.batch(ACME, "m", 1, 1, "k", "first"));
    }
    assertThat(points("")).isEqualTo(1);
  }

  @Test
  void write_beforeTheAnswer_whenBuffered() {
    try (WritingProcess buffered =
        WritingProcess.start(
            server.httpUrl(),
            server.luminate(),
            database,
            WriteOptions.DEFAULT.with(Acknowledgement.BUFFERED))) {
      PointBatch batch = buffered.batch(ACME, "m", 10, 2);
      buffered.write(batch);
      batch.clear();
    }
    assertThat(points("")).isEqualTo(10);
  }

  /**
   * By its size alone, as the interval is longer than anybody waits here; what is left, in the end.
   */
  @Test
  void write_whenBuffered_goesOnceTheBatchIsFull_andTheRestWhenItEnds() throws Exception {
    int rowsMax = 100;
    try (WritingProcess buffered =
        WritingProcess.start(
            server.httpUrl(),
            server.luminate(),
            database,
            WriteOptions.DEFAULT
                .with(Acknowledgement.BUFFERED)
                .withBatches(Duration.ofMinutes(5), rowsMax, 1))) {
      buffered.write(buffered.batch(ACME, "m", rowsMax - 1, 1));
      assertThat(points("")).isZero();
      buffered.write(buffered.batch(ACME, "m", 1, 1));
      Instant giveUp = Instant.now().plusSeconds(60);
      while (points("") != rowsMax) {
        assertThat(Instant.now()).as("%d points are stored", points("")).isBefore(giveUp);
        Thread.sleep(10);
      }
      buffered.write(buffered.batch(ACME, "m", rowsMax / 2, 1));
      assertThat(points("")).isEqualTo(rowsMax);
    }
    assertThat(points("")).isEqualTo(rowsMax + rowsMax / 2);
  }

  @Test
  void write_whenBuffered_manyOfOnePoint_goTogether() {
    try (WritingProcess buffered =
        WritingProcess.start(
            server.httpUrl(),
            server.luminate(),
            database,
            WriteOptions.DEFAULT
                .with(Acknowledgement.BUFFERED)
                .withBatches(Duration.ofMinutes(5), 100_000, 2))) {
      for (int request = 0; request < 50; request++) {
        buffered.write(buffered.batch(ACME, "m", 1, 1));
      }
    }
    assertThat(points("")).isEqualTo(50);
    // An insert has a row without a tenant for each of its days.
    assertThat(server.query("SELECT count() FROM %s.points WHERE tenant = ''".formatted(database)))
        .containsExactly("1");
  }

  /** So that no more is in memory, and none of it answered, than the batches under way have. */
  @Test
  void write_whenBuffered_thatNoBatchTakes_isRefused() {
    int rowsMax = 100;
    try (FaultProxy proxy = FaultProxy.inFrontOf(server.httpUrl());
        WritingProcess buffered =
            WritingProcess.start(
                proxy.url(),
                server.luminate(),
                database,
                WriteOptions.DEFAULT
                    .with(Acknowledgement.BUFFERED)
                    .withTimeout(Duration.ofSeconds(2))
                    .withBatches(Duration.ofMinutes(5), rowsMax, 1))) {
      PointBatch whole = buffered.batch(ACME, "m", rowsMax, 1);
      PointBatch another = buffered.batch(ACME, "m", 1, 1);
      proxy.holdFrom(proxy.requests());
      buffered.write(whole);
      assertThatThrownBy(() -> buffered.write(another))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.details()).doesNotContainValue("unknown"));
      proxy.heal();
    }
    assertThat(points("")).isEqualTo(rowsMax);
  }

  /** Nobody is told any more that points are lost, so they may not be. */
  @Test
  void write_whenBuffered_ofSeriesThatAreForgotten_isRefusedOrStored() {
    long stored = 0;
    try (WritingProcess buffered =
        WritingProcess.start(
            server.httpUrl(),
            server.luminate(),
            database,
            WriteOptions.DEFAULT
                .withSeries(1 << 20)
                .with(Acknowledgement.BUFFERED)
                .withBatches(Duration.ofSeconds(2), 100_000, 1))) {
      PointBatch batch = buffered.batch(ACME, "m", 100, 1);
      for (int other = 0; other < 60_000; other++) {
        if (other % 5_000 == 0) {
          stored += writeIfKnown(buffered, batch);
        }
        buffered.writer().seriesHandle(ACME, "m", Dimensions.of("k", "other " + other));
      }
      assertThatThrownBy(() -> buffered.write(batch))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED));
    }
    assertThat(stored).isPositive();
    assertThat(points("")).isEqualTo(stored);
  }

  private static int writeIfKnown(WritingProcess process, PointBatch batch) {
    try {
      process.write(batch);
      return batch.size();
    } catch (StoreException e) {
      return 0;
    }
  }
}
