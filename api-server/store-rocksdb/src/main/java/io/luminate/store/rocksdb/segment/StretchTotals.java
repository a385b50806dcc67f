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
  int stretches;
  int[] runs = new int[0];
  int[] points = new int[0];
  double[] sums = new double[0];
  double[] mins = new double[0];
  double[] maxs = new double[0];
  long[] minMillis = new long[0];
  long[] maxMillis = new long[0];

  double sum;
  double min;
  double max;
  long minOfAllMillis;
  long maxOfAllMillis;

  void compute(ChunkBuffer chunk) {
    stretches = 0;
    reserve(chunk.runs);
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

  /** There are no more stretches than runs; nothing of the last chunk is kept. */
  private void reserve(int wanted) {
    if (wanted > runs.length) {
      int grown = Math.max(wanted, 2 * runs.length);
      runs = new int[grown];
      points = new int[grown];
      sums = new double[grown];
      mins = new double[grown];
      maxs = new double[grown];
      minMillis = new long[grown];
      maxMillis = new long[grown];
    }
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
