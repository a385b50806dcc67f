// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

/**
 * Totals of each entity's stretch of runs in a chunk under construction, and of the whole chunk.
 *
 * <p>Sums carry the rounding error of every addition along. Besides being more exact, the sum of
 * decimal values then is nearly always the double nearest to a short decimal number, and such
 * doubles take three bytes instead of eight.
 */
final class StretchTotals {
  private static final int MAX = SegmentWriter.CHUNK_POINTS_MAX;

  int stretches;
  final int[] runs = new int[MAX];
  final int[] points = new int[MAX];
  final double[] sums = new double[MAX];
  final double[] mins = new double[MAX];
  final double[] maxs = new double[MAX];
  final long[] minMillis = new long[MAX];
  final long[] maxMillis = new long[MAX];

  double sum;
  double min;
  double max;
  long minOfAllMillis;
  long maxOfAllMillis;

  void compute(ChunkBuffer chunk) {
    stretches = 0;
    int run = 0;
    while (run < chunk.runs) {
      int first = run;
      long hash = chunk.clusterHashes[first];
      while (run < chunk.runs && chunk.clusterHashes[run] == hash) {
        run++;
      }
      runs[stretches] = run - first;
      total(chunk, chunk.starts[first], run < chunk.runs ? chunk.starts[run] : chunk.points);
      stretches++;
    }
    totalOfAll();
  }

  private void total(ChunkBuffer chunk, int from, int to) {
    points[stretches] = to - from;
    sums[stretches] = sum(chunk.values, from, to);
    double least = chunk.values[from];
    double most = least;
    for (int i = from + 1; i < to; i++) {
      least = Math.min(least, chunk.values[i]);
      most = Math.max(most, chunk.values[i]);
    }
    mins[stretches] = least;
    maxs[stretches] = most;
    long earliest = chunk.millis[from];
    long latest = earliest;
    for (int i = from + 1; i < to; i++) {
      earliest = Math.min(earliest, chunk.millis[i]);
      latest = Math.max(latest, chunk.millis[i]);
    }
    minMillis[stretches] = earliest;
    maxMillis[stretches] = latest;
  }

  private void totalOfAll() {
    sum = sum(sums, 0, stretches);
    min = mins[0];
    max = maxs[0];
    minOfAllMillis = minMillis[0];
    maxOfAllMillis = maxMillis[0];
    for (int i = 1; i < stretches; i++) {
      min = Math.min(min, mins[i]);
      max = Math.max(max, maxs[i]);
      minOfAllMillis = Math.min(minOfAllMillis, minMillis[i]);
      maxOfAllMillis = Math.max(maxOfAllMillis, maxMillis[i]);
    }
  }

  /** Knuth's two-sum: {@code error} holds exactly what each addition rounded away. */
  static double sum(double[] values, int from, int to) {
    double sum = 0;
    double error = 0;
    for (int i = from; i < to; i++) {
      double value = values[i];
      double next = sum + value;
      double taken = next - sum;
      error += (sum - (next - taken)) + (value - taken);
      sum = next;
    }
    double corrected = sum + error;
    return Double.isFinite(corrected) ? corrected : sum;
  }
}
