// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorCodecTest {
  private static final long SEED = Long.getLong("luminate.seed", 20_260_101L);
  private static final int ROUNDS = Integer.getInteger("luminate.codec.rounds", 20_000);

  private final ByteSink sink = new ByteSink(64);
  private final LongVectorEncoder longEncoder = new LongVectorEncoder();
  private final LongVectorDecoder longDecoder = new LongVectorDecoder();
  private final DoubleVectorEncoder doubleEncoder = new DoubleVectorEncoder();
  private final DoubleVectorDecoder doubleDecoder = new DoubleVectorDecoder();
  private final RunHeads heads = new RunHeads();

  private int longSize(long... values) {
    sink.clear();
    longEncoder.encode(values, values.length, heads, sink);
    ByteSource in = ByteSource.copyOf(sink.array(), 0, sink.size());
    long[] decoded = new long[1024];
    longDecoder.decode(in, values.length, heads, decoded);
    assertThat(in.remaining()).isZero();
    assertThat(Arrays.copyOf(decoded, values.length)).containsExactly(values);
    return sink.size();
  }

  private int doubleSize(double... values) {
    sink.clear();
    doubleEncoder.encode(values, 0, values.length, heads, sink);
    ByteSource in = ByteSource.copyOf(sink.array(), 0, sink.size());
    double[] decoded = new double[1030];
    doubleDecoder.decode(in, values.length, heads, decoded, 3);
    assertThat(in.remaining()).isZero();
    for (int i = 0; i < values.length; i++) {
      assertThat(Double.doubleToRawLongBits(decoded[i + 3]))
          .as("value %s at %s", values[i], i)
          .isEqualTo(Double.doubleToRawLongBits(values[i]));
    }
    return sink.size();
  }

  private double[] full(IntToDoubleFunction value) {
    double[] values = new double[1024];
    Arrays.setAll(values, value);
    return values;
  }

  private void randomHeads(Random random, int count) {
    int mean = 1 + random.nextInt(40);
    heads.count = 0;
    for (int i = 0; i < count; i++) {
      if (i == 0 || random.nextInt(mean) == 0) {
        heads.positions[heads.count++] = i;
      }
    }
  }

  @Test
  void longs_everyWidthAndCount() {
    Random random = new Random(SEED);
    for (int width = 0; width <= 64; width++) {
      for (int count : new int[] {1, 2, 3, 4, 7, 8, 9, 31, 32, 63, 64, 65, 1023, 1024}) {
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
          values[i] = random.nextLong() & BitPacking.mask(width);
        }
        heads.single();
        longSize(values);
      }
    }
  }

  @Test
  void longs_randomShapes() {
    Random random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      int count = 1 + random.nextInt(random.nextBoolean() ? 1024 : 20);
      long base = random.nextLong() >> random.nextInt(64);
      int width = random.nextInt(65);
      int outliers = random.nextInt(12);
      boolean growing = random.nextBoolean();
      long[] values = new long[count];
      for (int i = 0; i < count; i++) {
        values[i] = base + (random.nextLong() & BitPacking.mask(width));
        values[i] += growing && i > 0 ? values[i - 1] : 0;
        if (random.nextInt(100) < outliers) {
          values[i] = random.nextLong() >> random.nextInt(64);
        }
      }
      randomHeads(random, count);
      longRoundTrip(values, round);
    }
  }

  private void longRoundTrip(long[] values, int round) {
    sink.clear();
    longEncoder.encode(values, values.length, heads, sink);
    long[] decoded = new long[1024];
    ByteSource in = ByteSource.copyOf(sink.array(), 0, sink.size());
    longDecoder.decode(in, values.length, heads, decoded);
    if (in.remaining() != 0 || !Arrays.equals(values, Arrays.copyOf(decoded, values.length))) {
      throw new AssertionError("seed " + SEED + " round " + round);
    }
  }

  @Test
  void longs_extremes() {
    heads.single();
    longSize(Long.MIN_VALUE, Long.MAX_VALUE, 0, -1, 1, Long.MIN_VALUE);
    longSize(Long.MAX_VALUE);
    longSize(Long.MIN_VALUE);
    longSize(Long.MIN_VALUE, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  @Test
  void longs_constantCostsFewBytes() {
    heads.single();
    long[] values = new long[1024];
    Arrays.fill(values, 1_700_000_000_000L);
    assertThat(longSize(values)).isLessThanOrEqualTo(8);
  }

  @Test
  void longs_constantDeltaInRuns_costsItsHeadsAlone() {
    long[] values = new long[1000];
    heads.count = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 100 * 15_000L + i / 100 * 7L;
      if (i % 100 == 0) {
        heads.positions[heads.count++] = i;
      }
    }
    assertThat(longSize(values)).isLessThan(30);
  }

  @Test
  void longs_fewOutliersOnEitherSide_arePatched() {
    heads.single();
    Random random = new Random(SEED);
    long[] values = new long[1024];
    for (int i = 0; i < values.length; i++) {
      values[i] = 1_000_000 + random.nextInt(64);
    }
    values[5] = Long.MAX_VALUE;
    values[500] = Long.MIN_VALUE;
    values[900] = -3;
    assertThat(longSize(values)).as("seed %s", SEED).isLessThan(1024 * 6 / 8 + 64);
  }

  @Test
  void longs_counterWithResets_costsItsIncrements() {
    Random random = new Random(SEED);
    heads.single();
    long[] values = new long[1024];
    for (int i = 1; i < values.length; i++) {
      values[i] = i % 300 == 0 ? 0 : values[i - 1] + random.nextInt(16);
    }
    assertThat(longSize(values)).as("seed %s", SEED).isLessThan(1024 * 4 / 8 + 40);
  }

  @Test
  void doubles_oddBits_survive() {
    heads.single();
    doubleSize(0.0, -0.0);
    doubleSize(-0.0);
    doubleSize(Double.NaN, Double.longBitsToDouble(0x7ff8000000000123L), 1.5);
    doubleSize(Double.longBitsToDouble(0xfff0000000000001L), 2);
    doubleSize(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 3);
    doubleSize(Double.MIN_VALUE, -Double.MIN_VALUE, 0x1p-1030, 4);
    doubleSize(Double.MAX_VALUE, -Double.MAX_VALUE, 1e300, -1e300);
    doubleSize(0x1p53, 0x1p53 + 2, -0x1p53, 0x1p62, 0x1p63, 0x1p64);
    doubleSize(0.1 + 0.2, 0.3, 1.0 / 3.0);
    doubleSize(1e22, 1e-22, 123e20, 1e23);
  }

  @Test
  void doubles_decimals_costTheirDigits() {
    heads.single();
    Random random = new Random(SEED);
    double[] values = full(i -> random.nextInt(100_000) / 100.0);
    assertThat(doubleSize(values)).as("seed %s", SEED).isLessThan(1024 * 17 / 8 + 16);
  }

  @Test
  void doubles_decimalsWithFewExceptions_stayDecimal() {
    heads.single();
    Random random = new Random(SEED);
    double[] values = full(i -> i % 200 == 7 ? Math.PI * i : random.nextInt(1000) / 10.0);
    values[3] = Double.NaN;
    values[4] = -0.0;
    assertThat(doubleSize(values)).as("seed %s", SEED).isLessThan(1024 * 10 / 8 + 8 * 10 + 32);
  }

  @Test
  void doubles_largeRoundNumbers_dropTheirZeros() {
    heads.single();
    Random random = new Random(SEED);
    double[] values = full(i -> random.nextInt(16) * 1e9);
    assertThat(doubleSize(values)).as("seed %s", SEED).isLessThan(1024 * 4 / 8 + 16);
  }

  @Test
  void doubles_floats_dropTheirTrailingBits() {
    heads.single();
    Random random = new Random(SEED);
    double[] values = full(i -> (float) (1 + random.nextDouble()));
    assertThat(doubleSize(values)).as("seed %s", SEED).isLessThan(1024 * 23 / 8 + 16);
  }

  @Test
  void doubles_noise_staysBelowRaw() {
    heads.single();
    Random random = new Random(SEED);
    assertThat(doubleSize(full(i -> random.nextDouble()))).isLessThan(1024 * 8);
    assertThat(doubleSize(full(i -> Double.longBitsToDouble(random.nextLong()))))
        .as("seed %s", SEED)
        .isLessThan(1024 * 8 + 16);
  }

  @Test
  void doubles_randomShapes() {
    Random random = new Random(SEED);
    double[] odd = {0.0, -0.0, Double.NaN, Double.MIN_VALUE, 1e300, Double.POSITIVE_INFINITY};
    for (int round = 0; round < ROUNDS / 4; round++) {
      int count = 1 + random.nextInt(random.nextBoolean() ? 1024 : 20);
      int shape = random.nextInt(6);
      int decimals = random.nextInt(8);
      int oddities = random.nextInt(10);
      double[] values = new double[count];
      for (int i = 0; i < count; i++) {
        values[i] =
            random.nextInt(100) < oddities
                ? odd[random.nextInt(odd.length)]
                : value(random, shape, decimals);
      }
      randomHeads(random, count);
      doubleRoundTrip(values, round);
    }
  }

  private static double value(Random random, int shape, int decimals) {
    return switch (shape) {
      case 0 -> Double.longBitsToDouble(random.nextLong());
      case 1 -> (float) random.nextGaussian();
      case 2 -> random.nextGaussian();
      case 3 -> Math.rint(random.nextGaussian() * 1e6) / Math.pow(10, decimals);
      case 4 -> random.nextInt(1000) * Math.pow(10, decimals);
      default -> -0.0;
    };
  }

  private void doubleRoundTrip(double[] values, int round) {
    sink.clear();
    doubleEncoder.encode(values, 0, values.length, heads, sink);
    double[] decoded = new double[1024];
    ByteSource in = ByteSource.copyOf(sink.array(), 0, sink.size());
    doubleDecoder.decode(in, values.length, heads, decoded, 0);
    for (int i = 0; i < values.length; i++) {
      if (Double.doubleToRawLongBits(values[i]) != Double.doubleToRawLongBits(decoded[i])) {
        throw new AssertionError("seed %s round %s value %s".formatted(SEED, round, i));
      }
    }
    assertThat(in.remaining()).as("seed %s round %s", SEED, round).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void damage_decodesOrNamesItself(boolean doubles) {
    Random random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      int count = 1 + random.nextInt(200);
      double[] values = new double[count];
      int shape = round % 5;
      Arrays.setAll(values, i -> value(random, shape, 2));
      randomHeads(random, count);
      sink.clear();
      doubleEncoder.encode(values, 0, count, heads, sink);
      byte[] bytes = sink.toByteArray();
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      int length = random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length;
      decodeDamaged(ByteSource.copyOf(bytes, 0, length), count, doubles, round);
    }
  }

  private void decodeDamaged(ByteSource in, int count, boolean doubles, int round) {
    try {
      if (doubles) {
        doubleDecoder.decode(in, count, heads, new double[count], 0);
      } else {
        longDecoder.decode(in, count, heads, new long[count]);
      }
    } catch (CorruptChunkException e) {
      assertThat(e).hasMessageMatching(".*\\d.*");
    } catch (RuntimeException e) {
      throw new AssertionError("seed " + SEED + " round " + round, e);
    }
  }

  @Test
  void source_refusesWhatLiesBehindItsLimit() {
    ByteSource in = ByteSource.copyOf(new byte[] {1, 2, 3}, 0, 3);
    assertThat(in.getShort()).isEqualTo(0x0201);
    assertThatThrownBy(in::getInt)
        .isInstanceOf(CorruptChunkException.class)
        .hasMessageContaining("4 bytes wanted at 2, limit is 3");
    assertThatThrownBy(() -> new ByteSource().reset(new byte[10], 0, 3))
        .isInstanceOf(CorruptChunkException.class);
  }

  @Test
  void varints_roundTripAndBound() {
    long[] values = {0, 1, 127, 128, 1L << 35, Long.MAX_VALUE, -1};
    for (long value : values) {
      sink.clear();
      sink.putVarLong(value);
      assertThat(ByteSource.copyOf(sink.array(), 0, sink.size()).getVarLong()).isEqualTo(value);
    }
    byte[] endless = new byte[20];
    Arrays.fill(endless, (byte) 0x80);
    assertThatThrownBy(() -> ByteSource.copyOf(endless, 0, 20).getVarLong())
        .isInstanceOf(CorruptChunkException.class);
  }

  @Test
  void heads_areCutFromRuns() {
    int[] starts = {0, 10, 1024, 1030, 3000};
    assertThat(heads.cut(starts, 0, 0, 1024)).isEqualTo(2);
    assertThat(Arrays.copyOf(heads.positions, heads.count)).containsExactly(0, 10);
    assertThat(heads.cut(starts, 2, 1024, 2048)).isEqualTo(3);
    assertThat(Arrays.copyOf(heads.positions, heads.count)).containsExactly(0, 6);
    assertThat(heads.cut(starts, 3, 2048, 3000)).isEqualTo(4);
    assertThat(Arrays.copyOf(heads.positions, heads.count)).containsExactly(0);
  }
}
