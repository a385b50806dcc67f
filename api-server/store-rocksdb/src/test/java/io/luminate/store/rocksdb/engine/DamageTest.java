// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.luminate.model.Dimensions;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.store.ErrorCode;
import io.luminate.store.MetricsStore;
import io.luminate.store.PointBatch;
import io.luminate.store.QueryControl;
import io.luminate.store.RangeQuery;
import io.luminate.store.StoreException;
import io.luminate.store.StoreHealth;
import io.luminate.store.WriteRequest;
import io.luminate.store.rocksdb.head.PartitionKey;
import io.luminate.store.rocksdb.journal.Durability;
import io.luminate.store.rocksdb.journal.JournalDrive;
import io.luminate.store.rocksdb.journal.SimulatedDisk;
import io.luminate.store.rocksdb.segment.ForgetfulStorage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes that rot and disks that fill up. */
class DamageTest {
  private static final TenantId TENANT = new TenantId("acme");
  private static final long NOW = System.currentTimeMillis();

  /** More than the largest test takes on a slow machine. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  private static RocksStoreOptions options() {
    return RocksStoreOptions.defaults()
        .withDurability(Durability.PROCESS)
        .withSizes(64L << 20, 64L << 20, 1L << 20, 0)
        .withUpkeep(false, Duration.ofMinutes(10), Duration.ZERO);
  }

  // -- the journal --

  @Test
  void open_flippedByteInAFrame_namesFileAndOffsetAndKeepsTheRest() throws IOException {
    SimulatedDisk disk = new SimulatedDisk(1);
    ForgetfulStorage storage = new ForgetfulStorage();
    Engine engine = engine(disk, storage);
    writePoint(engine, "a", 1);
    long firstEndBytes = engine.journal().sizeBytes();
    writePoint(engine, "a", 2);
    writePoint(engine, "a", 3);
    String file = journalFile(disk);
    disk.flipBit(file, (int) firstEndBytes + 60);
    try (Engine reopened = engine(disk.restart(), storage)) {
      assertThat(reopened.corruptions()).hasSize(1);
      assertThat(reopened.corruptions().getFirst().message())
          .contains(file, "offset " + firstEndBytes, "frames 2 to 2");
      assertThat(reopened.headPoints()).isEqualTo(2);
      writePoint(reopened, "b", 4);
      assertThat(reopened.headPoints()).isEqualTo(3);
    }
  }

  @Test
  void open_definingFrameIsCorrupt_laterPointsOfTheSeriesStay() throws IOException {
    SimulatedDisk disk = new SimulatedDisk(1);
    ForgetfulStorage storage = new ForgetfulStorage();
    Engine engine = engine(disk, storage);
    writePoint(engine, "a", 1);
    writePoint(engine, "a", 2);
    disk.flipBit(journalFile(disk), 60);
    try (Engine reopened = engine(disk.restart(), storage)) {
      assertThat(reopened.corruptions()).hasSize(1);
      assertThat(reopened.headPoints()).isEqualTo(1);
      assertThat(reopened.registry().find(TENANT, "a").orElseThrow().dimensions(0))
          .isEqualTo(Dimensions.of("k", "v"));
    }
  }

  @Test
  void open_definitionIsLostEverywhere_itsPointsNeverBecomeAnotherSeries() throws IOException {
    SimulatedDisk disk = new SimulatedDisk(1);
    ForgetfulStorage storage = new ForgetfulStorage();
    Engine engine = engine(disk, storage);
    writePoint(engine, "a", 1);
    writePoint(engine, "a", 2);
    disk.flipBit(journalFile(disk), 60);
    storage.crash();
    SimulatedDisk damaged = disk.restart();
    Engine reopened = engine(damaged, storage);
    assertThat(reopened.headPoints()).isZero();
    writePoint(reopened, "b", 3);
    try (Engine again = engine(damaged.restart(), storage)) {
      assertThat(again.headPoints()).isEqualTo(1);
    }
  }

  /** The catalog counts it as sealed; a seq given anew would be taken for sealed too. */
  @Test
  void open_sealedFrameIsCorruptAndTheLast_laterWritesOutliveTheNextStart() throws IOException {
    SimulatedDisk disk = new SimulatedDisk(1);
    ForgetfulStorage storage = new ForgetfulStorage();
    Engine engine = engine(disk, storage);
    writePoint(engine, "a", NOW - PartitionKey.DAY_MILLIS, 1);
    writePoint(engine, "a", NOW, 2);
    new Upkeep(engine).seal(PartitionKey.dayOf(NOW));
    assertThat(disk.damageLastFrame()).isTrue();
    SimulatedDisk damaged = disk.restart();
    Engine reopened = engine(damaged, storage);
    assertThat(reopened.headPoints()).isEqualTo(1);
    writePoint(reopened, "a", NOW, 3);
    try (Engine again = engine(damaged.restart(), storage)) {
      assertThat(again.headPoints()).isEqualTo(2);
      assertThat(again.corruptions().getFirst().seqFirst()).isEqualTo(2);
    }
  }

  @Test
  void health_corruptFrame_isAWarningThatNamesIt() throws IOException {
    try (RocksMetricsStore store = RocksMetricsStore.open(folder, options())) {
      write(store, "a", 3, 1);
      write(store, "a", 2, 2);
      assertThat(store.health()).isInstanceOf(StoreHealth.Healthy.class);
      assertThat(warnings(store)).isEmpty();
    }
    Path journal = journalFile();
    try (RandomAccessFile file = new RandomAccessFile(journal.toFile(), "rw")) {
      file.seek(60);
      file.write(~Files.readAllBytes(journal)[60]);
    }
    try (RocksMetricsStore store = RocksMetricsStore.open(folder, options())) {
      assertThat(count(store, "a")).isEqualTo(2);
      assertThat(warnings(store)).hasSize(1);
      assertThat(warnings(store).getFirst())
          .contains(journal.getFileName().toString(), "offset 0", "frames 1 to 1 are lost");
    }
  }

  private static List<String> warnings(MetricsStore store) {
    return ((StoreHealth.Healthy) store.health()).warnings();
  }

  @Test
  void open_tornTail_dropsOnlyWhatWasNotAcknowledged() throws IOException {
    RocksMetricsStore store = RocksMetricsStore.open(folder, options());
    write(store, "a", 3, 1);
    store.close();
    Path journal = journalFile();
    try (RandomAccessFile file = new RandomAccessFile(journal.toFile(), "rw")) {
      byte[] all = Files.readAllBytes(journal);
      int end = lastNonZero(all) + 1;
      file.seek(end);
      file.write(new byte[] {1, 2, 3, 4, 5, 6, 7});
    }
    try (RocksMetricsStore reopened = RocksMetricsStore.open(folder, options())) {
      assertThat(count(reopened, "a")).isEqualTo(3);
      write(reopened, "a", 2, 2);
    }
    try (RocksMetricsStore reopened = RocksMetricsStore.open(folder, options())) {
      assertThat(count(reopened, "a")).isEqualTo(5);
    }
  }

  @Test
  void open_tornTail_isLoggedOnce() throws IOException {
    SimulatedDisk disk = new SimulatedDisk(1);
    ForgetfulStorage storage = new ForgetfulStorage();
    Engine engine = engine(disk, storage);
    writePoint(engine, "a", 1);
    long firstEndBytes = engine.journal().sizeBytes();
    writePoint(engine, "a", 2);
    String file = journalFile(disk);
    disk.flipBit(file, (int) firstEndBytes + 60);
    SimulatedDisk damaged = disk.restart();
    List<String> logged = logOfRecovery(() -> engine(damaged, storage));
    assertThat(logged).hasSize(1);
    assertThat(logged.getFirst()).contains(file, "1 frames dropped", "offset " + firstEndBytes);
    assertThat(logOfRecovery(() -> engine(damaged.restart(), storage))).isEmpty();
  }

  private static List<String> logOfRecovery(Callable<Engine> opening) {
    Logger logger = Logger.getLogger(Recovery.class.getName());
    List<String> messages = new ArrayList<>();
    Handler recorder =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            messages.add(line.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    logger.addHandler(recorder);
    try {
      assertThatCode(opening::call).doesNotThrowAnyException();
    } finally {
      logger.removeHandler(recorder);
    }
    return messages;
  }

  private static Engine engine(SimulatedDisk disk, ForgetfulStorage storage) throws IOException {
    return new Engine(disk, storage.catalog(), storage.chunks(), options(), JournalDrive.INLINE);
  }

  private static void writePoint(Engine engine, String metric, double value) {
    writePoint(engine, metric, NOW, value);
  }

  private static void writePoint(Engine engine, String metric, long timestampMillis, double value) {
    PointBatch batch = new PointBatch(TENANT, 1);
    long handle = NewSeries.handle(engine, TENANT, metric, Dimensions.of("k", "v"));
    batch.add(handle, timestampMillis, value);
    engine.write(WriteRequest.unkeyed(batch));
  }

  private static String journalFile(SimulatedDisk disk) {
    return disk.list().stream()
        .filter(n -> n.startsWith("journal-"))
        .filter(n -> disk.content(n)[0] != 0)
        .findFirst()
        .orElseThrow();
  }

  private Path journalFile() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("journal"))) {
      for (Path file : files.sorted().toList()) {
        if (lastNonZero(Files.readAllBytes(file)) >= 0) {
          return file;
        }
      }
    }
    throw new AssertionError("no journal file with frames");
  }

  private static int lastNonZero(byte[] bytes) {
    int last = bytes.length - 1;
    while (last >= 0 && bytes[last] == 0) {
      last--;
    }
    return last;
  }

  // -- segments --

  @Test
  void query_flippedByteInASegment_namesFileAndOffsetAndOthersStayReadable() throws IOException {
    try (RocksMetricsStore store = RocksMetricsStore.open(folder, options())) {
      write(store, "small", 10, 1);
      store.sealNow();
      for (int batch = 0; batch < 8; batch++) {
        write(store, "large", 8_000, batch);
      }
      store.sealNow();
    }
    Path largest = largestSst();
    try (RandomAccessFile file = new RandomAccessFile(largest.toFile(), "rw")) {
      long middle = file.length() / 2;
      file.seek(middle);
      int old = file.read();
      file.seek(middle);
      file.write(old ^ 0x10);
    }
    try (RocksMetricsStore store = RocksMetricsStore.open(folder, options())) {
      assertThat(warnings(store)).isEmpty();
      assertThatThrownBy(() -> count(store, "large"))
          .isInstanceOfSatisfying(
              StoreException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_CORRUPTED))
          .hasMessageContaining(largest.getFileName().toString())
          .hasMessageContaining("offset");
      assertThat(warnings(store)).hasSize(1);
      assertThat(warnings(store).getFirst()).contains(largest.getFileName().toString(), "offset");
      assertThat(count(store, "small")).isEqualTo(10);
      write(store, "small", 5, 3);
      store.sealNow();
      assertThat(count(store, "small")).isEqualTo(15);
      assertThatCode(store::enforceRetention).doesNotThrowAnyException();
    }
  }

  private Path largestSst() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("db").resolve("rocksdb"))) {
      return files
          .filter(f -> f.toString().endsWith(".sst"))
          .max((a, b) -> Long.compare(a.toFile().length(), b.toFile().length()))
          .orElseThrow();
    }
  }

  // -- a full disk --

  @Test
  void write_fullDisk_isRefusedWhileReadsGoOnAndRecovers() throws Exception {
    assumeThat(run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder.toString()))
        .as("mounting a tmpfs, which needs root")
        .isZero();
    try {
      fillAndRecover();
    } finally {
      run("umount", "-l", folder.toString());
    }
  }

  private void fillAndRecover() throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));
    int stored = 0;
    try (RocksMetricsStore store = RocksMetricsStore.open(data, options())) {
      write(store, "m", 1_000, 0);
      store.sealNow();
      // So that there is something to seal when the disk is full.
      write(store, "m", 9_000, 0);
      stored += 10_000;
      Path filler = folder.resolve("filler");
      fill(filler);
      for (int batch = 1; batch <= 200; batch++) {
        try {
          write(store, "m", 1_000, batch);
          stored += 1_000;
        } catch (StoreException e) {
          assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_UNAVAILABLE);
          break;
        }
        assertThat(batch).as("batches written to a full disk").isLessThan(200);
      }
      // What the refused write left is too little for a journal file, and enough for a segment.
      fill(folder.resolve("more"));
      assertThatThrownBy(store::sealNow).isInstanceOf(StoreException.class);
      assertThat(count(store, "m")).isEqualTo(stored);
      Files.delete(filler);
      Files.delete(folder.resolve("more"));
      write(store, "m", 1_000, 500);
      stored += 1_000;
      store.sealNow();
      assertThat(count(store, "m")).isEqualTo(stored);
    }
    try (RocksMetricsStore store = RocksMetricsStore.open(data, options())) {
      assertThat(count(store, "m")).isEqualTo(stored);
    }
  }

  private static void fill(Path filler) throws IOException {
    byte[] block = new byte[64 << 10];
    new Random(1).nextBytes(block);
    try (RandomAccessFile file = new RandomAccessFile(filler.toFile(), "rw")) {
      for (int size = block.length; size > 0; size /= 2) {
        writeUntilFull(file, block, size);
      }
    }
  }

  private static void writeUntilFull(RandomAccessFile file, byte[] block, int size) {
    try {
      while (true) {
        file.write(block, 0, size);
      }
    } catch (IOException full) {
      // The next, smaller blocks take what is left.
      assertThat(full).hasMessageContaining("No space");
    }
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
  }

  private static void write(MetricsStore store, String metric, int points, long seed) {
    Random random = new Random(seed);
    PointBatch batch = new PointBatch(TENANT, points);
    for (int i = 0; i < points; i++) {
      long handle =
          store.seriesHandle(TENANT, metric, Dimensions.of("k", "v" + random.nextInt(500)));
      batch.add(handle, NOW - random.nextInt(1_000), random.nextDouble());
    }
    store.write(WriteRequest.unkeyed(batch));
  }

  private static int count(MetricsStore store, String metric) {
    RangeQuery query =
        new RangeQuery(
            TENANT, metric, new TimeRange(0, NOW), List.of(), 1_000_000, Optional.empty());
    return store.queryRange(query, QueryControl.withTimeout(PATIENCE)).points().size();
  }
}
