// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

/**
 * Pre-aggregates of a chunk: its runs fall into stretches of equal cluster hash, one per entity,
 * and longer stretches carry totals. Filled anew by {@link ChunkReader#stats}; arrays may be longer
 * than what counts.
 */
public final class EntityStats {
  int stretches;
  int[] firstRuns = new int[1];
  boolean[] present = new boolean[0];
  double[] sums = new double[0];
  double[] mins = new double[0];
  double[] maxs = new double[0];
  long[] minMillis = new long[0];
  long[] maxMillis = new long[0];

  void reserve(int capacity) {
    if (present.length < capacity) {
      int grown = Math.max(capacity, 2 * present.length);
      firstRuns = new int[grown + 1];
      present = new boolean[grown];
      sums = new double[grown];
      mins = new double[grown];
      maxs = new double[grown];
      minMillis = new long[grown];
      maxMillis = new long[grown];
    }
  }

  /** Number of stretches; 0 if the chunk carries no totals at all. */
  public int stretches() {
    return stretches;
  }

  /** First run of a stretch; for {@code stretches()}, the number of runs. */
  public int firstRun(int stretch) {
    return firstRuns[stretch];
  }

  /** Whether a stretch carries totals. Short ones do not, nor those whose sum is not finite. */
  public boolean present(int stretch) {
    return present[stretch];
  }

  public double sum(int stretch) {
    return sums[stretch];
  }

  public double min(int stretch) {
    return mins[stretch];
  }

  public double max(int stretch) {
    return maxs[stretch];
  }

  public long minTimestampMillis(int stretch) {
    return minMillis[stretch];
  }

  public long maxTimestampMillis(int stretch) {
    return maxMillis[stretch];
  }
}
