// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bytes that version 1 wrote must stay readable. */
class SegmentFormatTest {
  private static final String FIXTURE = "/format/segment-v1.bin";
  private static final SegmentId ID = new SegmentId(20_454, 42);
  private static final int METRICS = 4;
  private static final int RUNS_PER_ENTITY = 30;

  /** Each metric takes another road through the codecs. */
  private static int runs(int metric) {
    return switch (metric) {
      case 0 -> 1;
      case 1 -> 300;
      case 2 -> 2;
      default -> 40;
    };
  }

  private static long[] millis(int metric, int run) {
    long[] millis = new long[points(metric, run)];
    for (int i = 0; i < millis.length; i++) {
      long irregular = metric == 1 ? (run * 7919L + i * 104_729L) % 5000 : 0;
      millis[i] = ID.dayStartMillis() + i * 10_000L + irregular;
    }
    return millis;
  }

  private static int points(int metric, int run) {
    return switch (metric) {
      case 0 -> 1;
      case 1 -> 1 + run % 20;
      case 2 -> 1500;
      default -> 10;
    };
  }

  private static double value(int metric, int run, int i) {
    return switch (metric) {
      case 0 -> -0.0;
      case 1 -> (run * 31 + i * 17) % 1000 / 100.0;
      case 2 -> run == 0 ? 1e6 + i * 3 : (i % 7 == 0 ? Math.sqrt(i) : i);
      default ->
          switch ((run + i) % 5) {
            case 0 -> Double.longBitsToDouble(0x7ff8000000000123L);
            case 1 -> Double.MIN_VALUE * i;
            case 2 -> 1e300;
            case 3 -> Double.NEGATIVE_INFINITY;
            default -> 1.0 / (i + 1);
          };
    };
  }

  private static double[] values(int metric, int run) {
    double[] values = new double[points(metric, run)];
    Arrays.setAll(values, i -> value(metric, run, i));
    return values;
  }

  private static int ordinal(int run) {
    return run * 131 % 1009;
  }

  private static SegmentMeta write(ForgetfulStorage storage) {
    try (SegmentWriter writer = new SegmentWriter(storage.chunks().create(ID))) {
      for (int metric = 0; metric < METRICS; metric++) {
        writer.begin(metric * 1000 + 1);
        for (int run = 0; run < runs(metric); run++) {
          long[] millis = millis(metric, run);
          double[] values = values(metric, run);
          writer.run(
              ordinal(run),
              run / RUNS_PER_ENTITY * 0x0123_4567_89abL,
              millis,
              values,
              0,
              millis.length);
        }
        int[] codes = {1, 5, 1000};
        writer.endMetric(
            metric == 1 ? List.of(new DimensionCounts(3, codes, new long[] {9, 8, 7})) : List.of());
      }
      return writer.finish();
    }
  }

  /** Key (17 bytes), u32 length and bytes of each stored value, in the order of the keys. */
  private static void load(ForgetfulStorage storage, ByteBuffer fixture) {
    try (SegmentSink sink = storage.chunks().create(ID)) {
      while (fixture.hasRemaining()) {
        assertThat(new SegmentId(fixture.getInt(), fixture.getLong())).isEqualTo(ID);
        Column column = Column.values()[fixture.get() - 1];
        int blockNo = fixture.getInt();
        byte[] value = new byte[fixture.getInt()];
        fixture.get(value);
        sink.put(column, blockNo, value, 0, value.length);
      }
      sink.ingest();
    }
  }

  private static void check(ForgetfulStorage storage) {
    SegmentReader segment = new SegmentReader(storage.chunks(), ID);
    ChunkReader reader = new ChunkReader(storage.chunks());
    assertThat(segment.meta().metrics()).isEqualTo(METRICS);
    for (int metric = 0; metric < METRICS; metric++) {
      MetricEntry entry = segment.metric(metric * 1000 + 1).orElseThrow();
      assertThat(entry.chunks()).hasSize(1);
      reader.open(ID, entry.chunks().getFirst());
      assertThat(reader.runs()).isEqualTo(runs(metric));
      checkRuns(reader, metric);
    }
    MetricEntry counted = segment.metric(1001).orElseThrow();
    DimensionCounts counts = segment.counters(counted.counters().getFirst());
    assertThat(counts.keyNo()).isEqualTo(3);
    assertThat(counts.codes()).containsExactly(1, 5, 1000);
    assertThat(counts.counts()).containsExactly(9, 8, 7);
    reader.open(ID, counted.chunks().getFirst());
    assertThat(reader.stats().stretches()).isEqualTo(10);
    assertThat(reader.stats().present(9)).isTrue();
    assertThat(reader.stats().sum(9)).isEqualTo(sumOfEntity(9));
  }

  private static double sumOfEntity(int entity) {
    double sum = 0;
    int first = entity * RUNS_PER_ENTITY;
    for (int run = first; run < first + RUNS_PER_ENTITY; run++) {
      sum += Arrays.stream(values(1, run)).map(v -> Math.rint(v * 100)).sum();
    }
    return sum / 100;
  }

  private static void checkRuns(ChunkReader reader, int metric) {
    long[] millis = new long[reader.points()];
    double[] values = new double[reader.points()];
    reader.times(millis);
    reader.values(values);
    for (int run = 0; run < runs(metric); run++) {
      int from = reader.starts()[run];
      int to = reader.starts()[run + 1];
      assertThat(reader.ordinals()[run]).isEqualTo(ordinal(run));
      assertThat(Arrays.copyOfRange(millis, from, to)).containsExactly(millis(metric, run));
      double[] expected = values(metric, run);
      for (int i = from; i < to; i++) {
        assertThat(Double.doubleToRawLongBits(values[i]))
            .as("metric %s run %s", metric, run)
            .isEqualTo(Double.doubleToRawLongBits(expected[i - from]));
      }
    }
  }

  @Test
  void version1_isRead() throws IOException {
    try (InputStream in = SegmentFormatTest.class.getResourceAsStream(FIXTURE)) {
      ForgetfulStorage storage = new ForgetfulStorage();
      load(storage, ByteBuffer.wrap(in.readAllBytes()));
      check(storage);
    }
  }

  @Test
  void today_isRead() {
    ForgetfulStorage storage = new ForgetfulStorage();
    write(storage);
    check(storage);
  }

  /** {@code -Dluminate.format.write=FILE} leaves what this version writes, for a new fixture. */
  @Test
  void fixture_isWrittenOnDemand() throws IOException {
    String target = System.getProperty("luminate.format.write");
    assumeTrue(target != null, "-Dluminate.format.write=FILE writes a fixture");
    ForgetfulStorage storage = new ForgetfulStorage();
    write(storage);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    BlockBuffer buffer = new BlockBuffer(1 << 10);
    for (Column column : Column.values()) {
      BlockKey key = new BlockKey(ID, column, 0);
      storage.chunks().read(key, buffer);
      out.write(key.toBytes());
      out.writeInt(buffer.size());
      out.write(buffer.bytes(), 0, buffer.size());
    }
    Files.write(Path.of(target), bytes.toByteArray());
  }
}
