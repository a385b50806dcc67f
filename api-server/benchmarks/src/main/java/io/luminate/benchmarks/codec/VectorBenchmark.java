// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.codec;

import io.luminate.store.rocksdb.codec.ByteSink;
import io.luminate.store.rocksdb.codec.ByteSource;
import io.luminate.store.rocksdb.codec.DoubleVectorDecoder;
import io.luminate.store.rocksdb.codec.DoubleVectorEncoder;
import io.luminate.store.rocksdb.codec.LongVectorDecoder;
import io.luminate.store.rocksdb.codec.LongVectorEncoder;
import io.luminate.store.rocksdb.codec.RunHeads;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Nanoseconds per value of one vector of 1,024 in runs of ten, as the "customers" workload has. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(VectorBenchmark.VALUES)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class VectorBenchmark {
  static final int VALUES = 1024;
  private static final int RUN = 10;
  private static final int DAY_MILLIS = 86_400_000;
  private static final long SEED = 1;

  /** What the values look like. */
  public enum Shape {
    LATENCY,
    COUNTER,
    NOISE
  }

  @Param public Shape shape = Shape.LATENCY;

  private final RunHeads heads = new RunHeads();
  private final long[] times = new long[VALUES];
  private final double[] values = new double[VALUES];
  private final LongVectorEncoder longEncoder = new LongVectorEncoder();
  private final LongVectorDecoder longDecoder = new LongVectorDecoder();
  private final DoubleVectorEncoder doubleEncoder = new DoubleVectorEncoder();
  private final DoubleVectorDecoder doubleDecoder = new DoubleVectorDecoder();
  private final ByteSink sink = new ByteSink(1 << 14);
  private final ByteSource source = new ByteSource();
  private byte[] encodedTimes = new byte[0];
  private byte[] encodedValues = new byte[0];

  @Setup
  public void fill() {
    Random random = new Random(SEED);
    int[] starts = new int[VALUES / RUN + 2];
    for (int run = 0; run < starts.length; run++) {
      starts[run] = Math.min(VALUES, run * RUN);
    }
    heads.cut(starts, 0, 0, VALUES);
    for (int begin = 0; begin < VALUES; begin += RUN) {
      long[] run = random.longs(RUN, 0, DAY_MILLIS).sorted().toArray();
      double count = random.nextInt(100_000);
      for (int i = begin; i < Math.min(VALUES, begin + RUN); i++) {
        times[i] = run[i - begin];
        count += random.nextInt(50);
        values[i] = value(random, count);
      }
    }
    sink.clear();
    longEncoder.encode(times, VALUES, heads, sink);
    encodedTimes = withSlack();
    sink.clear();
    doubleEncoder.encode(values, 0, VALUES, heads, sink);
    encodedValues = withSlack();
  }

  private double value(Random random, double count) {
    double noise = Math.exp(4 + 0.7 * random.nextGaussian());
    return switch (shape) {
      case LATENCY -> Math.rint(noise * 100) / 100;
      case COUNTER -> count;
      case NOISE -> noise;
    };
  }

  private byte[] withSlack() {
    return Arrays.copyOf(sink.array(), sink.size() + ByteSource.SLACK_BYTES);
  }

  @Benchmark
  public int encodeTimes() {
    sink.clear();
    longEncoder.encode(times, VALUES, heads, sink);
    return sink.size();
  }

  @Benchmark
  public int encodeValues() {
    sink.clear();
    doubleEncoder.encode(values, 0, VALUES, heads, sink);
    return sink.size();
  }

  @Benchmark
  public long decodeTimes(DecodedVector decoded) {
    source.reset(encodedTimes, 0, encodedTimes.length - ByteSource.SLACK_BYTES);
    longDecoder.decode(source, VALUES, heads, decoded.longs);
    return decoded.longs[VALUES - 1];
  }

  @Benchmark
  public double decodeValues(DecodedVector decoded) {
    source.reset(encodedValues, 0, encodedValues.length - ByteSource.SLACK_BYTES);
    doubleDecoder.decode(source, VALUES, heads, decoded.doubles, 0);
    return decoded.doubles[VALUES - 1];
  }

  /** What decoders write into. */
  @State(Scope.Thread)
  public static class DecodedVector {
    final long[] longs = new long[VALUES];
    final double[] doubles = new double[VALUES];
  }
}
