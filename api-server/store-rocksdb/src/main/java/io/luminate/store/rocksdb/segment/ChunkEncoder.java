// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import io.luminate.store.rocksdb.codec.ByteSink;
import io.luminate.store.rocksdb.codec.DoubleVectorEncoder;
import io.luminate.store.rocksdb.codec.LongVectorEncoder;
import io.luminate.store.rocksdb.codec.RunHeads;

/**
 * Writes a chunk as one part of each column. "Vectors" are those of {@link LongVectorEncoder} and
 * {@link DoubleVectorEncoder}, up to 1,024 values each; p points make v = ⌈p/1024⌉ of them.
 *
 * <pre>
 * RUNS    vectors of ordinals, one per run; vectors of points per run
 * TIMES   [vector of v byte lengths, vector of v earliest times,
 *          vector of v (latest - earliest) times                       only if v > 1]
 *         v vectors of milliseconds since the start of the day, with the runs as heads
 * VALUES  [vector of v byte lengths                                     only if v > 1]
 *         v vectors of values, with the runs as heads
 * STATS   nothing if no stretch carries totals, else
 *         varint stretches, varint fewest points t of a stretch that carries totals,
 *         vectors of runs per stretch, then of the stretches that have t points or more,
 *         1,024 at a time: vector of sums, of minima, of maxima (doubles),
 *         of earliest times, of (latest - earliest) times
 * </pre>
 *
 * <p>A sum of NaN in STATS says that a stretch has no totals after all: it overflowed or holds a
 * value that is not finite. Not thread safe.
 */
final class ChunkEncoder {
  /** Shorter stretches cost less to decode than their totals would take. */
  private static final int STATS_POINTS_MIN = 8;

  /** STATS take at most this share of a chunk's bytes: they speed up, they must not bloat. */
  private static final double STATS_SHARE_MAX = 0.15;

  private static final int VECTOR = ChunkReader.VECTOR_POINTS;
  private static final int VECTORS_MAX = SegmentWriter.CHUNK_POINTS_MAX / VECTOR;

  private final ColumnWriter times;
  private final ColumnWriter values;
  private final ColumnWriter runs;
  private final ColumnWriter stats;

  private final LongVectorEncoder longs = new LongVectorEncoder();
  private final DoubleVectorEncoder doubles = new DoubleVectorEncoder();
  private final VectorPieces pieces = new VectorPieces();
  private final RunHeads heads = new RunHeads();
  private final RunHeads single = new RunHeads();
  private final ByteSink vectors = new ByteSink(1 << 16);
  private final StretchTotals totals = new StretchTotals();
  private final long[] vector = new long[VECTOR];
  private final long[] lengths = new long[VECTORS_MAX];
  private final long[] earliest = new long[VECTORS_MAX];
  private final long[] spans = new long[VECTORS_MAX];
  private int[] runPoints = new int[0];
  private final double[] picked = new double[VECTOR];
  private final int[] carriers = new int[VECTOR];

  ChunkEncoder(ColumnWriter times, ColumnWriter values, ColumnWriter runs, ColumnWriter stats) {
    this.times = times;
    this.values = values;
    this.runs = runs;
    this.stats = stats;
    single.single();
  }

  ChunkRef encode(int metricId, long dayStartMillis, ChunkBuffer chunk) {
    totals.compute(chunk);
    ColumnPart timesPart = encodeTimes(chunk);
    ColumnPart valuesPart = encodeValues(chunk);
    ColumnPart runsPart = encodeRuns(chunk);
    int dataBytes = timesPart.length() + valuesPart.length() + runsPart.length();
    return new ChunkRef(
        metricId,
        chunk.points,
        chunk.runs,
        dayStartMillis + totals.minOfAllMillis,
        dayStartMillis + totals.maxOfAllMillis,
        chunk.clusterHashes[0],
        chunk.clusterHashes[chunk.runs - 1],
        totals.sum,
        totals.min,
        totals.max,
        timesPart,
        valuesPart,
        runsPart,
        encodeStats(dataBytes));
  }

  private ColumnPart encodeTimes(ChunkBuffer chunk) {
    vectors.clear();
    int count = 0;
    int run = 0;
    for (int from = 0; from < chunk.points; from += VECTOR) {
      int to = Math.min(chunk.points, from + VECTOR);
      run = heads.cut(chunk.starts, run, from, to);
      System.arraycopy(chunk.millis, from, vector, 0, to - from);
      bound(count, to - from);
      int before = vectors.size();
      longs.encode(vector, to - from, heads, vectors);
      lengths[count++] = (long) vectors.size() - before;
    }
    ByteSink out = times.begin();
    if (count > 1) {
      pieces.write(lengths, count, out);
      pieces.write(earliest, count, out);
      pieces.write(spans, count, out);
    }
    out.putBytes(vectors.array(), 0, vectors.size());
    return times.end();
  }

  private void bound(int vectorNo, int count) {
    long low = Long.MAX_VALUE;
    long high = Long.MIN_VALUE;
    for (int i = 0; i < count; i++) {
      low = Math.min(low, vector[i]);
      high = Math.max(high, vector[i]);
    }
    earliest[vectorNo] = low;
    spans[vectorNo] = high - low;
  }

  private ColumnPart encodeValues(ChunkBuffer chunk) {
    vectors.clear();
    int count = 0;
    int run = 0;
    for (int from = 0; from < chunk.points; from += VECTOR) {
      int to = Math.min(chunk.points, from + VECTOR);
      run = heads.cut(chunk.starts, run, from, to);
      int before = vectors.size();
      doubles.encode(chunk.values, from, to - from, heads, vectors);
      lengths[count++] = (long) vectors.size() - before;
    }
    ByteSink out = values.begin();
    if (count > 1) {
      pieces.write(lengths, count, out);
    }
    out.putBytes(vectors.array(), 0, vectors.size());
    return values.end();
  }

  private ColumnPart encodeRuns(ChunkBuffer chunk) {
    if (chunk.runs > runPoints.length) {
      runPoints = new int[Math.max(chunk.runs, 2 * runPoints.length)];
    }
    for (int run = 0; run < chunk.runs; run++) {
      runPoints[run] = chunk.starts[run + 1] - chunk.starts[run];
    }
    ByteSink out = runs.begin();
    pieces.write(chunk.ordinals, chunk.runs, out);
    pieces.write(runPoints, chunk.runs, out);
    return runs.end();
  }

  /** Doubles the fewest points of a stretch until the totals keep to their share. */
  private ColumnPart encodeStats(int dataBytes) {
    ByteSink out = stats.begin();
    for (int pointsMin = STATS_POINTS_MIN; anyStretch(pointsMin); pointsMin *= 2) {
      writeStats(pointsMin, out);
      ColumnPart part = stats.end();
      if (part.length() <= STATS_SHARE_MAX * (part.length() + dataBytes)) {
        return part;
      }
      stats.rewind();
    }
    return stats.end();
  }

  private boolean anyStretch(int pointsMin) {
    for (int i = 0; i < totals.stretches; i++) {
      if (totals.points[i] >= pointsMin) {
        return true;
      }
    }
    return false;
  }

  private void writeStats(int pointsMin, ByteSink out) {
    out.putVarLong(totals.stretches);
    out.putVarLong(pointsMin);
    pieces.write(totals.runs, totals.stretches, out);
    int found = 0;
    for (int i = 0; i < totals.stretches; i++) {
      if (totals.points[i] >= pointsMin) {
        carriers[found++] = i;
      }
      if (found == VECTOR) {
        writeTotals(found, out);
        found = 0;
      }
    }
    if (found > 0) {
      writeTotals(found, out);
    }
  }

  private void writeTotals(int count, ByteSink out) {
    for (int i = 0; i < count; i++) {
      double sum = totals.sums[carriers[i]];
      picked[i] = Double.isFinite(sum) ? sum : Double.NaN;
    }
    doubles.encode(picked, 0, count, single, out);
    pick(totals.mins, count);
    doubles.encode(picked, 0, count, single, out);
    pick(totals.maxs, count);
    doubles.encode(picked, 0, count, single, out);
    for (int i = 0; i < count; i++) {
      vector[i] = totals.minMillis[carriers[i]];
    }
    longs.encode(vector, count, single, out);
    for (int i = 0; i < count; i++) {
      vector[i] = totals.maxMillis[carriers[i]] - totals.minMillis[carriers[i]];
    }
    longs.encode(vector, count, single, out);
  }

  private void pick(double[] from, int count) {
    for (int i = 0; i < count; i++) {
      picked[i] = from[carriers[i]];
    }
  }
}
