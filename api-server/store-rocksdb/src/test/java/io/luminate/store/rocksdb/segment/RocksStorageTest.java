// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksStorageTest {
  private static final long SEED = Long.getLong("luminate.seed", 20_260_103L);

  @TempDir Path folder;
  private Optional<RocksStorage> opened = Optional.empty();

  @BeforeEach
  void open() {
    opened = Optional.of(RocksStorage.open(folder));
  }

  @AfterEach
  void close() {
    opened.ifPresent(RocksStorage::close);
    opened = Optional.empty();
  }

  private RocksStorage storage() {
    return opened.orElseThrow();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static SegmentMeta write(RocksStorage storage, SegmentId id, int points) {
    Random random = new Random(SEED + id.number());
    long day = id.dayStartMillis();
    long[] millis = IntStream.range(0, 100).mapToLong(i -> day + i * 1000L).toArray();
    try (SegmentWriter writer = new SegmentWriter(storage.chunks().create(id))) {
      writer.begin(1);
      for (int i = 0; i < points / 100; i++) {
        writer.run(i, i, millis, random.doubles(100).toArray(), 0, 100);
      }
      writer.endMetric(List.of());
      return writer.finish();
    }
  }

  private static double sum(RocksStorage storage, SegmentId id) {
    ChunkReader reader = new ChunkReader(storage.chunks());
    double sum = 0;
    MetricEntry metric = new SegmentReader(storage.chunks(), id).metric(1).orElseThrow();
    for (ChunkRef chunk : metric.chunks()) {
      reader.open(id, chunk);
      double[] values = new double[chunk.points()];
      reader.values(values);
      for (double value : values) {
        sum += value;
      }
    }
    return sum;
  }

  private List<Path> staged() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("staging"))) {
      return files.sorted().toList();
    }
  }

  /** The values, 8 bytes each, are more than may wait in memory. */
  @Test
  void segment_valuesPastTheMemoryForThem_waitInAFile() throws IOException {
    SegmentId id = new SegmentId(20_000, 1);
    int points = 3 * WaitingBlocks.MEMORY_BYTES_MAX / Double.BYTES;
    long[] millis = LongStream.range(0, points).map(i -> id.dayStartMillis() + i).toArray();
    double[] values = new Random(SEED).doubles(points).toArray();
    try (SegmentWriter writer = new SegmentWriter(storage().chunks().create(id))) {
      writer.begin(1);
      writer.run(0, 0, millis, values, 0, points);
      writer.endMetric(List.of());
      assertThat(staged()).hasSize(2);
      writer.finish();
    }
    assertThat(staged()).isEmpty();
    assertThat(values(storage(), id)).as("seed %d", SEED).isEqualTo(values);
  }

  @Test
  void segment_givenUpAfterWaitingInAFile_leavesNothingBehind() throws IOException {
    int points = 3 * WaitingBlocks.MEMORY_BYTES_MAX / Double.BYTES;
    SegmentId id = new SegmentId(20_000, 1);
    long[] millis = LongStream.range(0, points).map(i -> id.dayStartMillis() + i).toArray();
    double[] values = new Random(SEED).doubles(points).toArray();
    try (SegmentWriter writer = new SegmentWriter(storage().chunks().create(id))) {
      writer.begin(1);
      writer.run(0, 0, millis, values, 0, points);
    }
    assertThat(staged()).isEmpty();
    assertThat(storage().chunks().segments()).isEmpty();
  }

  private static double[] values(RocksStorage storage, SegmentId id) {
    ChunkReader reader = new ChunkReader(storage.chunks());
    MetricEntry metric = new SegmentReader(storage.chunks(), id).metric(1).orElseThrow();
    double[] all = new double[(int) metric.points()];
    int at = 0;
    for (ChunkRef chunk : metric.chunks()) {
      reader.open(id, chunk);
      double[] values = new double[chunk.points()];
      reader.values(values);
      System.arraycopy(values, 0, all, at, values.length);
      at += values.length;
    }
    return all;
  }

  private List<Path> sstFiles() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("rocksdb"))) {
      return files.filter(file -> file.toString().endsWith(".sst")).sorted().toList();
    }
  }

  @Test
  void catalog_keepsRecordsInOrder_overReopening() {
    Catalog catalog = storage().catalog();
    catalog.write(new CatalogBatch().put(bytes("b/2"), bytes("two")).put(bytes("a"), bytes("x")));
    catalog.write(new CatalogBatch().put(bytes("b/1"), new byte[0]).put(bytes("c"), bytes("y")));
    catalog.commit(new CatalogBatch().delete(bytes("a")).put(new byte[] {'b', -1}, bytes("z")));
    close();
    open();
    Catalog again = storage().catalog();
    assertThat(again.get(bytes("a"))).isEmpty();
    assertThat(again.get(bytes("b/1"))).hasValueSatisfying(value -> assertThat(value).isEmpty());
    List<String> found = new ArrayList<>();
    again.scanPrefix(
        bytes("b/"), (key, value) -> found.add(new String(key, 0, 3, StandardCharsets.UTF_8)));
    assertThat(found).containsExactly("b/1", "b/2");
    List<byte[]> first = new ArrayList<>();
    again.scan(
        bytes("b/2"),
        bytes("d"),
        (key, value) -> {
          first.add(key);
          return first.size() < 2;
        });
    assertThat(first).containsExactly(bytes("b/2"), new byte[] {'b', -1});
  }

  @Test
  void catalog_largeBatch_isWhole() {
    CatalogBatch batch = new CatalogBatch();
    for (int i = 0; i < 50_000; i++) {
      batch.put(bytes("key%08d".formatted(i)), new byte[i % 300]);
    }
    storage().catalog().commit(batch);
    int[] count = new int[1];
    storage()
        .catalog()
        .scanPrefix(
            bytes("key"),
            (key, value) -> {
              assertThat(value).hasSize(count[0] % 300);
              count[0]++;
              return true;
            });
    assertThat(count[0]).isEqualTo(50_000);
  }

  @Test
  void segments_areListedReadAndDropped() throws IOException {
    SegmentId first = new SegmentId(20_000, 1);
    SegmentId second = new SegmentId(20_000, 2);
    SegmentId other = new SegmentId(20_001, 3);
    for (SegmentId id : List.of(second, first, other)) {
      SegmentMeta meta = write(storage(), id, 200_000);
      assertThat(new SegmentReader(storage().chunks(), id).meta()).isEqualTo(meta);
    }
    assertThat(storage().chunks().segments()).containsExactly(first, second, other);
    assertThat(sstFiles()).hasSize(3);
    long before = storage().chunks().sizeBytes();
    assertThat(storage().sizeBytes()).isGreaterThanOrEqualTo(before);
    double expected = sum(storage(), first);

    storage().chunks().drop(List.of(second, new SegmentId(9, 9)));
    assertThat(storage().chunks().segments()).containsExactly(first, other);
    assertThat(sstFiles()).hasSize(2);
    assertThat(storage().chunks().sizeBytes()).isLessThan(before);
    assertThatThrownBy(() -> sum(storage(), second))
        .isInstanceOf(CorruptSegmentException.class)
        .hasMessageContaining("no such value");

    close();
    open();
    assertThat(storage().chunks().segments()).containsExactly(first, other);
    assertThat(sum(storage(), first)).isEqualTo(expected);
  }

  @Test
  void unfinishedSegment_leavesNothing() throws IOException {
    SegmentSink sink = storage().chunks().create(new SegmentId(3, 4));
    sink.put(Column.TIMES, 0, new byte[1000], 0, 1000);
    try (Stream<Path> staged = Files.list(folder.resolve("staging"))) {
      assertThat(staged).hasSize(1);
    }
    close();
    open();
    try (Stream<Path> staged = Files.list(folder.resolve("staging"))) {
      assertThat(staged).isEmpty();
    }
    assertThat(storage().chunks().segments()).isEmpty();
    sink.close();
  }

  @Test
  void flippedByteInAChunk_isNamedWithFileAndOffset_theRestStaysReadable() throws IOException {
    SegmentId damaged = new SegmentId(20_000, 1);
    SegmentId whole = new SegmentId(20_000, 2);
    write(storage(), damaged, 200_000);
    Path file = sstFiles().getFirst();
    write(storage(), whole, 200_000);
    double expected = sum(storage(), whole);
    close();
    flip(file, Files.size(file) / 2);
    open();
    assertThatThrownBy(() -> sum(storage(), damaged))
        .isInstanceOf(CorruptSegmentException.class)
        .hasMessageContaining("segment 20000/1")
        .hasMessageContaining(file.getFileName().toString())
        .hasMessageContaining("offset");
    assertThat(sum(storage(), whole)).isEqualTo(expected);
    ChunkReader reader = new ChunkReader(storage().chunks());
    MetricEntry metric = new SegmentReader(storage().chunks(), damaged).metric(1).orElseThrow();
    reader.open(damaged, metric.chunks().getFirst());
    reader.times(new long[reader.points()]);
  }

  @Test
  void flippedByteAnywhere_neverHidesAnotherSegment() throws IOException {
    SegmentId damaged = new SegmentId(20_000, 1);
    SegmentId whole = new SegmentId(20_000, 2);
    write(storage(), damaged, 20_000);
    Path file = sstFiles().getFirst();
    write(storage(), whole, 20_000);
    double expected = sum(storage(), whole);
    long size = Files.size(file);
    for (int i = 1; i <= 24; i++) {
      close();
      long at = size - i * 37L;
      flip(file, at);
      open();
      assertThat(sum(storage(), whole)).as("byte %s of %s", at, size).isEqualTo(expected);
      readDamaged(damaged);
      storage().catalog().commit(new CatalogBatch().put(bytes("still"), bytes("writable")));
      close();
      flip(file, at);
      open();
    }
    assertThat(storage().chunks().segments()).containsExactly(damaged, whole);
  }

  private void readDamaged(SegmentId damaged) {
    try {
      sum(storage(), damaged);
    } catch (CorruptSegmentException e) {
      assertThat(e).hasMessageMatching("(?s).*(offset|block|Bad table magic|magic|checksum).*");
    }
  }

  private static void flip(Path path, long at) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.seek(at);
      int old = file.read();
      file.seek(at);
      file.write(old ^ 1);
    }
  }

  @Test
  void closedStorage_saysSo() {
    Catalog catalog = storage().catalog();
    close();
    assertThatThrownBy(() -> catalog.get(bytes("a")))
        .isInstanceOf(StorageUnavailableException.class)
        .hasMessageContaining("is closed");
  }

  @Test
  void fullDisk_readsGoOn_andWritesRecover() throws Exception {
    Path mount = Files.createDirectory(folder.resolve("small"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", mount.toString()) == 0,
        "mounting a tmpfs is not permitted here");
    try (RocksStorage small = RocksStorage.open(mount)) {
      SegmentId id = new SegmentId(20_000, 1);
      write(small, id, 100_000);
      double expected = sum(small, id);
      small.catalog().commit(new CatalogBatch().put(bytes("before"), bytes("1")));
      Path ballast = mount.resolve("ballast");
      fill(ballast);

      assertThatThrownBy(() -> writeUntilFull(small)).satisfies(RocksStorageTest::isOutOfSpace);
      assertThatThrownBy(() -> write(small, new SegmentId(20_000, 2), 1_000_000))
          .satisfies(RocksStorageTest::isOutOfSpace);
      assertThatThrownBy(
              () -> small.catalog().commit(new CatalogBatch().put(bytes("x"), bytes("y"))))
          .satisfies(RocksStorageTest::isOutOfSpace);
      assertThat(sum(small, id)).isEqualTo(expected);
      assertThat(small.catalog().get(bytes("before"))).hasValue(bytes("1"));

      Files.delete(ballast);
      small.catalog().commit(new CatalogBatch().put(bytes("after"), bytes("2")));
      write(small, new SegmentId(20_000, 3), 100_000);
      assertThat(small.catalog().get(bytes("before"))).hasValue(bytes("1"));
      assertThat(small.catalog().get(bytes("after"))).hasValue(bytes("2"));
      assertThat(sum(small, id)).isEqualTo(expected);
      assertThat(small.chunks().segments()).containsExactly(id, new SegmentId(20_000, 3));
    } finally {
      run("umount", mount.toString());
    }
  }

  private static void isOutOfSpace(Throwable thrown) {
    assertThat(thrown).isInstanceOf(StorageUnavailableException.class);
    assertThat(((StorageUnavailableException) thrown).outOfSpace()).as(thrown.toString()).isTrue();
  }

  private static void writeUntilFull(RocksStorage storage) {
    byte[] noise = new byte[1 << 20];
    new Random(SEED).nextBytes(noise);
    for (int i = 0; i < 200; i++) {
      storage.catalog().commit(new CatalogBatch().put(bytes("fill" + i), noise));
    }
  }

  private static void fill(Path ballast) throws IOException {
    long free = Files.getFileStore(ballast.getParent()).getUsableSpace() - (2L << 20);
    byte[] block = new byte[1 << 16];
    try (RandomAccessFile file = new RandomAccessFile(ballast.toFile(), "rw")) {
      for (long written = 0; written < free; written += block.length) {
        file.write(block);
      }
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
