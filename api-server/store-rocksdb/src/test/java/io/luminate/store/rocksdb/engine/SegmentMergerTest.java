// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.Dimensions;
import io.luminate.model.TenantId;
import io.luminate.store.DeleteRequest;
import io.luminate.store.PointBatch;
import io.luminate.store.WriteRequest;
import io.luminate.store.rocksdb.head.PartitionKey;
import io.luminate.store.rocksdb.index.Handles;
import io.luminate.store.rocksdb.journal.Durability;
import io.luminate.store.rocksdb.journal.JournalDrive;
import io.luminate.store.rocksdb.journal.SimulatedDisk;
import io.luminate.store.rocksdb.segment.ChunkReader;
import io.luminate.store.rocksdb.segment.ChunkRef;
import io.luminate.store.rocksdb.segment.ForgetfulStorage;
import io.luminate.store.rocksdb.segment.SegmentWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Merged runs hold every point once and in order, whatever the segments held of a series. */
class SegmentMergerTest {
  private static final long SEED = Long.getLong("luminate.seed", 20_261_129L);
  private static final TenantId TENANT = new TenantId("acme");
  private static final int DAY = PartitionKey.dayOf(System.currentTimeMillis()) - 1;
  private static final long DAY_START = DAY * PartitionKey.DAY_MILLIS;
  private static final Comparator<Point> ORDER =
      Comparator.comparingLong(Point::millis).thenComparingDouble(Point::value);

  private record Point(long millis, double value) {}

  private final ForgetfulStorage storage = new ForgetfulStorage();
  private final Random random = new Random(SEED);
  private final Map<Integer, List<Point>> expected = new HashMap<>();
  private final Engine engine = open();
  private final Upkeep upkeep = new Upkeep(engine);

  SegmentMergerTest() throws IOException {}

  /** Series of every length, each in some of the segments, with equal times and equal points. */
  @Test
  void merge_seriesOfAllLengths_keepsEveryPointInOrder() {
    int[] lengths = {90_000, 1, 40_000, 9, 65_536, 3, 200, 1_024};
    for (int segment = 0; segment < 5; segment++) {
      for (int series = 0; series < 40; series++) {
        if (random.nextInt(4) > 0) {
          int span = random.nextBoolean() ? 2_000 : 86_400_000;
          write(series, series < lengths.length ? lengths[series] : 10, 0, span);
        }
      }
      upkeep.seal(DAY);
    }
    mergeAndCheck();
  }

  /** As when a series is written in the order of time: no two segments overlap. */
  @Test
  void merge_oneSegmentBehindTheOther_keepsEveryPointInOrder() {
    for (int segment = 0; segment < 4; segment++) {
      write(0, 50_000, segment * 1_000, 1_000);
      write(1, 5, segment * 1_000, 1_000);
      upkeep.seal(DAY);
    }
    mergeAndCheck();
  }

  /** A part of a dense series is deleted, and all of it that one of the segments has. */
  @Test
  void merge_afterADelete_leavesTheDeletedBehind() {
    write(0, 150_000, 0, 1_000);
    upkeep.seal(DAY);
    write(0, 150_000, 500, 1_000);
    write(1, 10, 900, 1_000);
    upkeep.seal(DAY);
    long before = DAY_START + 1_000;
    engine.deleteBefore(DeleteRequest.of(TENANT, "m", before), index -> {}, OptionalLong::empty);
    expected.values().forEach(points -> points.removeIf(p -> p.millis() < before));
    mergeAndCheck();
  }

  private void mergeAndCheck() {
    upkeep.mergeAll();
    assertThat(engine.state().get().segments()).hasSize(1);
    Map<Integer, List<Point>> merged = read(engine.state().get().segments().getFirst());
    assertThat(merged.keySet()).as("seed %d", SEED).isEqualTo(expected.keySet());
    for (Map.Entry<Integer, List<Point>> series : expected.entrySet()) {
      series.getValue().sort(ORDER);
      assertThat(merged.get(series.getKey()).equals(series.getValue()))
          .as("seed %d: points of series %d", SEED, series.getKey())
          .isTrue();
    }
  }

  /** Checks besides that a series is one run per chunk, and cut only where a chunk is full. */
  private Map<Integer, List<Point>> read(SegmentHandle segment) {
    Map<Integer, List<Point>> found = new HashMap<>();
    ChunkReader reader = new ChunkReader(storage.chunks());
    boolean full = true;
    for (ChunkRef chunk : segment.metric(metricId()).orElseThrow().chunks()) {
      reader.open(segment.meta().id(), chunk);
      Set<Integer> inChunk = new HashSet<>();
      long[] millis = new long[reader.points()];
      double[] values = new double[reader.points()];
      reader.times(millis);
      reader.values(values);
      for (int run = 0; run < reader.runs(); run++) {
        int ordinal = reader.ordinals()[run];
        assertThat(inChunk.add(ordinal)).as("seed %d: one run of %d", SEED, ordinal).isTrue();
        assertThat(full || !found.containsKey(ordinal)).as("seed %d: cut", SEED).isTrue();
        List<Point> points = found.computeIfAbsent(ordinal, o -> new ArrayList<>());
        for (int i = reader.starts()[run]; i < reader.starts()[run + 1]; i++) {
          points.add(new Point(millis[i], values[i]));
        }
      }
      full = reader.points() == SegmentWriter.CHUNK_POINTS_MAX;
    }
    return found;
  }

  private int metricId() {
    return engine.registry().find(TENANT, "m").orElseThrow().metricId();
  }

  private void write(int series, int count, int fromMillis, int spanMillis) {
    long handle = NewSeries.handle(engine, TENANT, "m", Dimensions.of("k", "v" + series));
    List<Point> points = expected.computeIfAbsent(Handles.ordinal(handle), o -> new ArrayList<>());
    PointBatch batch = new PointBatch(TENANT, count);
    for (int i = 0; i < count; i++) {
      long millis = DAY_START + fromMillis + random.nextInt(spanMillis);
      Point point = new Point(millis, random.nextInt(20) - 10);
      batch.add(handle, point.millis(), point.value());
      points.add(point);
    }
    engine.write(WriteRequest.unkeyed(batch));
  }

  private Engine open() throws IOException {
    RocksStoreOptions options =
        RocksStoreOptions.defaults()
            .withDurability(Durability.PROCESS)
            .withSizes(64L << 20, 64L << 20, 16L << 20, 0)
            .withUpkeep(false, Duration.ofMinutes(10), Duration.ZERO);
    SimulatedDisk disk = new SimulatedDisk(SEED);
    return new Engine(disk, storage.catalog(), storage.chunks(), options, JournalDrive.INLINE);
  }
}
