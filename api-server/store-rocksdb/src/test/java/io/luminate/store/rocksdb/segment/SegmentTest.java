// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.luminate.store.rocksdb.codec.ByteSink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SegmentTest {
  private static final long SEED = Long.getLong("luminate.seed", 20_260_102L);
  private static final SegmentId ID = new SegmentId(20_000, 7);
  private static final long DAY = ID.dayStartMillis();

  /** One series of a metric, as it goes in and must come out. */
  private record Run(int ordinal, long clusterHash, long[] millis, double[] values) {}

  private final ForgetfulStorage storage = new ForgetfulStorage();
  private final ChunkReader reader = new ChunkReader(storage.chunks());

  private SegmentMeta write(SegmentId id, List<List<Run>> metrics) {
    try (SegmentWriter writer = new SegmentWriter(storage.chunks().create(id))) {
      for (int metricId = 0; metricId < metrics.size(); metricId++) {
        if (metrics.get(metricId).isEmpty()) {
          continue;
        }
        writer.begin(metricId);
        for (Run run : metrics.get(metricId)) {
          int count = run.values().length;
          writer.run(run.ordinal(), run.clusterHash(), run.millis(), run.values(), 0, count);
        }
        writer.endMetric(List.of());
      }
      return writer.finish();
    }
  }

  private static List<Run> metric(Random random, int runs, int pointsMax, int runsPerEntity) {
    List<Run> result = new ArrayList<>();
    long hash = random.nextInt(1000);
    for (int i = 0; i < runs; i++) {
      if (i % runsPerEntity == 0) {
        hash += Math.max(1, (-1L >>> 1) / runs);
      }
      int points = 1 + random.nextInt(pointsMax);
      long[] millis = random.longs(points, DAY, DAY + 86_400_000L).sorted().toArray();
      double[] values = random.ints(points, 0, 10_000).mapToDouble(v -> v / 100.0).toArray();
      // Neighbours differ: a series that comes twice in a row goes on.
      int ordinal = random.nextInt(1 << 20) << 1 | (i & 1);
      result.add(new Run(ordinal, hash, millis, values));
    }
    return result;
  }

  /** Joins the pieces of runs that were cut at the end of a chunk. */
  private List<Run> read(SegmentId id, MetricEntry metric) {
    List<Run> result = new ArrayList<>();
    for (ChunkRef chunk : metric.chunks()) {
      reader.open(id, chunk);
      long[] millis = new long[reader.points()];
      double[] values = new double[reader.points()];
      reader.times(millis);
      reader.values(values);
      for (int run = 0; run < reader.runs(); run++) {
        int from = reader.starts()[run];
        int to = reader.starts()[run + 1];
        result.add(
            new Run(
                reader.ordinals()[run],
                0,
                Arrays.copyOfRange(millis, from, to),
                Arrays.copyOfRange(values, from, to)));
      }
    }
    return result;
  }

  private static void assertSame(List<Run> found, List<Run> expected) {
    assertThat(found.stream().map(Run::ordinal).toList())
        .isEqualTo(expected.stream().map(Run::ordinal).toList());
    for (int i = 0; i < expected.size(); i++) {
      assertThat(found.get(i).millis())
          .as("seed %s run %s", SEED, i)
          .containsExactly(expected.get(i).millis());
      assertThat(found.get(i).values())
          .as("seed %s run %s", SEED, i)
          .containsExactly(expected.get(i).values());
    }
  }

  @Test
  void segment_manyShapes_roundTrip() {
    Random random = new Random(SEED);
    List<List<Run>> metrics =
        List.of(
            metric(random, 1, 1, 1),
            metric(random, 20_000, 10, 10),
            List.of(),
            metric(random, 100_000, 1, 3),
            metric(random, 40, 9_000, 1),
            metric(random, 3, 2_000, 2));
    SegmentMeta meta = write(ID, metrics);
    SegmentReader segment = new SegmentReader(storage.chunks(), ID);
    assertThat(segment.meta()).isEqualTo(meta);
    assertThat(meta.metrics()).isEqualTo(5);
    assertThat(meta.bytes()).isEqualTo(storage.chunks().sizeBytes());
    long points = 0;
    for (int metricId = 0; metricId < metrics.size(); metricId++) {
      List<Run> expected = metrics.get(metricId);
      assertThat(segment.metric(metricId).isPresent()).isEqualTo(!expected.isEmpty());
      if (!expected.isEmpty()) {
        MetricEntry entry = segment.metric(metricId).orElseThrow();
        points += entry.points();
        assertSame(read(ID, entry), expected);
      }
    }
    assertThat(points).isEqualTo(meta.points());
    assertThat(segment.metric(99)).isEmpty();
  }

  @Test
  void longRun_isSplitIntoChunks() {
    int points = 150_000;
    long[] millis = IntStream.range(0, points).mapToLong(i -> DAY + i * 500L).toArray();
    double[] values = IntStream.range(0, points).mapToDouble(i -> i).toArray();
    write(ID, List.of(List.of(new Run(4, 9, millis, values))));
    MetricEntry metric = new SegmentReader(storage.chunks(), ID).metric(0).orElseThrow();
    assertThat(metric.chunks()).extracting(ChunkRef::points).containsExactly(65536, 65536, 18928);
    assertThat(read(ID, metric)).hasSize(3).allMatch(run -> run.ordinal() == 4);
    reader.open(ID, metric.chunks().get(1));
    for (int vector = 0; vector < reader.vectors(); vector++) {
      assertThat(reader.vectorMinMillis(vector)).isEqualTo(DAY + (65536 + vector * 1024) * 500L);
      assertThat(reader.vectorMaxMillis(vector))
          .isEqualTo(reader.vectorMinMillis(vector) + 1023 * 500L);
    }
  }

  @Test
  void directory_totals_matchPoints() {
    Random random = new Random(SEED);
    List<Run> runs = metric(random, 30_000, 10, 7);
    write(ID, List.of(runs));
    MetricEntry metric = new SegmentReader(storage.chunks(), ID).metric(0).orElseThrow();
    double expected = runs.stream().flatMapToDouble(run -> Arrays.stream(run.values())).sum();
    double found = metric.chunks().stream().mapToDouble(ChunkRef::sum).sum();
    assertThat(found).as("seed %s", SEED).isCloseTo(expected, within(1e-9 * expected));
    for (ChunkRef chunk : metric.chunks()) {
      reader.open(ID, chunk);
      double[] values = new double[chunk.points()];
      long[] millis = new long[chunk.points()];
      reader.values(values);
      reader.times(millis);
      assertThat(chunk.min()).isEqualTo(Arrays.stream(values).min().orElseThrow());
      assertThat(chunk.max()).isEqualTo(Arrays.stream(values).max().orElseThrow());
      assertThat(chunk.minTimestampMillis()).isEqualTo(Arrays.stream(millis).min().orElseThrow());
      assertThat(chunk.maxTimestampMillis()).isEqualTo(Arrays.stream(millis).max().orElseThrow());
    }
  }

  @Test
  void stats_matchPoints_andKeepToTheirShare() {
    Random random = new Random(SEED);
    for (int runsPerEntity : new int[] {1, 3, 10, 5000}) {
      SegmentId id = new SegmentId(20_000, runsPerEntity);
      write(id, List.of(metric(random, 20_000, 10, runsPerEntity)));
      MetricEntry metric = new SegmentReader(storage.chunks(), id).metric(0).orElseThrow();
      int present = 0;
      for (ChunkRef chunk : metric.chunks()) {
        present += checkStats(id, chunk);
        assertThat(chunk.stats().length())
            .isLessThanOrEqualTo((chunk.times().length() + chunk.values().length()) / 5);
      }
      assertThat(present).as("entities of %s runs", runsPerEntity).isPositive();
    }
  }

  private int checkStats(SegmentId id, ChunkRef chunk) {
    reader.open(id, chunk);
    double[] values = new double[chunk.points()];
    long[] millis = new long[chunk.points()];
    reader.values(values);
    reader.times(millis);
    EntityStats stats = reader.stats();
    int present = 0;
    for (int i = 0; i < stats.stretches(); i++) {
      if (!stats.present(i)) {
        continue;
      }
      present++;
      int from = reader.starts()[stats.firstRun(i)];
      int to = reader.starts()[stats.firstRun(i + 1)];
      double[] part = Arrays.copyOfRange(values, from, to);
      assertThat(stats.sum(i)).isCloseTo(Arrays.stream(part).sum(), within(1e-6));
      assertThat(stats.min(i)).isEqualTo(Arrays.stream(part).min().orElseThrow());
      assertThat(stats.max(i)).isEqualTo(Arrays.stream(part).max().orElseThrow());
      long[] times = Arrays.copyOfRange(millis, from, to);
      assertThat(stats.minTimestampMillis(i)).isEqualTo(Arrays.stream(times).min().orElseThrow());
      assertThat(stats.maxTimestampMillis(i)).isEqualTo(Arrays.stream(times).max().orElseThrow());
    }
    return present;
  }

  @Test
  void stats_overflowOrOddValues_areAbsent() {
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      double[] values = new double[100];
      Arrays.fill(values, i == 3 ? 1e308 : i == 5 ? Double.NaN : i);
      long[] millis = IntStream.range(0, 100).mapToLong(k -> DAY + k * 977L).toArray();
      runs.add(new Run(i, i, millis, values));
    }
    write(ID, List.of(runs));
    MetricEntry metric = new SegmentReader(storage.chunks(), ID).metric(0).orElseThrow();
    reader.open(ID, metric.chunks().getFirst());
    EntityStats stats = reader.stats();
    assertThat(stats.stretches()).isEqualTo(30);
    for (int i = 0; i < 30; i++) {
      assertThat(stats.present(i)).isEqualTo(i != 3 && i != 5);
    }
    assertThat(metric.chunks().getFirst().sum()).isNotFinite();
  }

  @Test
  void tinyMetrics_shareBlocks() {
    Random random = new Random(SEED);
    List<List<Run>> metrics = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      metrics.add(metric(random, 1, 1, 1));
    }
    SegmentMeta meta = write(ID, metrics);
    assertThat(meta.bytes() / meta.points()).as("bytes per lonely point").isLessThan(70);
    SegmentReader segment = new SegmentReader(storage.chunks(), ID);
    for (int metricId : new int[] {0, 1, 777, 50_000, 99_999}) {
      assertSame(read(ID, segment.metric(metricId).orElseThrow()), metrics.get(metricId));
    }
    int[] seen = new int[1];
    segment.forEachMetric(metric -> assertThat(metric.metricId()).isEqualTo(seen[0]++));
    assertThat(seen[0]).isEqualTo(100_000);
  }

  @Test
  void counters_roundTrip() {
    Random random = new Random(SEED);
    int[] codes = IntStream.range(0, 50_000).map(i -> 3 * i + 1).toArray();
    long[] counts = random.longs(50_000, 1, 1L << 40).toArray();
    try (SegmentWriter writer = new SegmentWriter(storage.chunks().create(ID))) {
      writer.begin(5);
      writer.run(1, 1, new long[] {DAY}, new double[] {1}, 0, 1);
      writer.endMetric(
          List.of(
              new DimensionCounts(2, codes, counts),
              new DimensionCounts(6, new int[] {4}, new long[] {9})));
      writer.finish();
    }
    SegmentReader segment = new SegmentReader(storage.chunks(), ID);
    MetricEntry metric = segment.metric(5).orElseThrow();
    assertThat(metric.counters()).extracting(MetricEntry.CountersRef::keyNo).containsExactly(2, 6);
    DimensionCounts first = segment.counters(metric.counters().get(0));
    assertThat(first.codes()).containsExactly(codes);
    assertThat(first.counts()).as("seed %s", SEED).containsExactly(counts);
    assertThat(segment.counters(metric.counters().get(1)).counts()).containsExactly(9);
  }

  @Test
  void writer_refusesDisorder() {
    SegmentWriter writer = new SegmentWriter(storage.chunks().create(ID));
    long[] at = {DAY};
    double[] one = {1};
    assertThatThrownBy(() -> writer.run(1, 1, at, one, 0, 1))
        .isInstanceOf(IllegalStateException.class);
    writer.begin(3);
    writer.run(1, -5, at, one, 0, 1);
    assertThatThrownBy(() -> writer.run(2, 5, at, one, 0, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cluster hash 5 after fffffffffffffffb");
    assertThatThrownBy(() -> writer.run(2, -5, new long[] {DAY - 1}, one, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not in the day");
    writer.endMetric(List.of());
    assertThatThrownBy(() -> writer.begin(3)).isInstanceOf(IllegalStateException.class);
    writer.close();
    assertThat(storage.chunks().segments()).isEmpty();
  }

  @Test
  void damage_isNamed_andTheRestStaysReadable() {
    Random random = new Random(SEED);
    write(ID, List.of(metric(random, 20_000, 10, 10)));
    for (Column column : List.of(Column.TIMES, Column.VALUES, Column.RUNS, Column.STATS)) {
      DamagedStore damaged = new DamagedStore(storage.chunks(), column, random);
      MetricEntry metric = new SegmentReader(damaged, ID).metric(0).orElseThrow();
      ChunkReader broken = new ChunkReader(damaged);
      broken.open(ID, metric.chunks().getFirst());
      assertThatThrownBy(() -> touch(broken, column))
          .isInstanceOf(CorruptSegmentException.class)
          .hasMessageContaining("segment 20000/7")
          .hasMessageContaining(column.name())
          .hasMessageContaining("offset");
      if (column != Column.RUNS && column != Column.VALUES) {
        broken.values(new double[broken.points()]);
      }
    }
  }

  private static void touch(ChunkReader reader, Column column) {
    switch (column) {
      case TIMES -> reader.times(new long[reader.points()]);
      case VALUES -> reader.values(new double[reader.points()]);
      case RUNS -> reader.starts();
      case STATS -> reader.stats();
      case COUNTERS, DIRECTORY, ROOT -> throw new IllegalArgumentException(column.name());
    }
  }

  @Test
  void damageBehindAValidChecksum_isNamed_orDecodes() {
    Random random = new Random(SEED);
    write(ID, List.of(metric(random, 3_000, 10, 10), metric(random, 1, 5_000, 1)));
    for (int round = 0; round < 3_000; round++) {
      ResealedStore damaged = new ResealedStore(storage.chunks(), random.nextLong());
      try {
        readEverything(damaged);
      } catch (CorruptSegmentException e) {
        assertThat(e).hasMessageContaining("segment 20000/7");
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + SEED + " round " + round, e);
      }
    }
  }

  private static void readEverything(ChunkStore store) {
    ChunkReader chunks = new ChunkReader(store);
    SegmentReader segment = new SegmentReader(store, ID);
    for (int metricId = 0; metricId < 2; metricId++) {
      for (ChunkRef chunk : segment.metric(metricId).map(MetricEntry::chunks).orElse(List.of())) {
        chunks.open(ID, chunk);
        chunks.stats();
        chunks.times(new long[chunk.points()]);
        chunks.values(new double[chunk.points()]);
      }
    }
  }

  /** Flips a bit in one column of three and makes its checksum right again. */
  private record ResealedStore(ChunkStore inner, long seed) implements ChunkStore {
    @Override
    public SegmentSink create(SegmentId segment) {
      return inner.create(segment);
    }

    @Override
    public void read(BlockKey key, BlockBuffer into) {
      inner.read(key, into);
      Random random = new Random(seed ^ 31L * key.column().code());
      if (random.nextInt(3) == 0) {
        int at = Block.HEADER_BYTES + random.nextInt(into.size() - Block.HEADER_BYTES);
        // Half of all damage goes where headers and tables are.
        at = random.nextBoolean() ? Math.min(at, Block.HEADER_BYTES + random.nextInt(64)) : at;
        into.bytes()[at] ^= (byte) (1 << random.nextInt(8));
        ByteSink sealed = new ByteSink(into.size());
        sealed.putBytes(into.bytes(), 0, into.size());
        Block.seal(key, sealed);
        System.arraycopy(sealed.array(), 0, into.bytes(), 0, into.size());
      }
    }

    @Override
    public List<SegmentId> segments() {
      return inner.segments();
    }

    @Override
    public void drop(java.util.Collection<SegmentId> segments) {
      inner.drop(segments);
    }

    @Override
    public long sizeBytes() {
      return inner.sizeBytes();
    }
  }

  /** Flips a bit of every value of one column. */
  private record DamagedStore(ChunkStore inner, Column column, Random random)
      implements ChunkStore {
    @Override
    public SegmentSink create(SegmentId segment) {
      return inner.create(segment);
    }

    @Override
    public void read(BlockKey key, BlockBuffer into) {
      inner.read(key, into);
      if (key.column() == column) {
        into.bytes()[random.nextInt(into.size())] ^= 4;
      }
    }

    @Override
    public List<SegmentId> segments() {
      return inner.segments();
    }

    @Override
    public void drop(java.util.Collection<SegmentId> segments) {
      inner.drop(segments);
    }

    @Override
    public long sizeBytes() {
      return inner.sizeBytes();
    }
  }
}
