// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

/** The points of a chunk under construction, as columns. Not thread safe. */
final class ChunkBuffer {
  private static final int MAX = SegmentWriter.CHUNK_POINTS_MAX;

  int points;
  int runs;

  /** Relative to the start of the segment's day. */
  final long[] millis = new long[MAX];

  final double[] values = new double[MAX];
  final int[] ordinals = new int[MAX];
  final long[] clusterHashes = new long[MAX];

  /** Position of each run's first point, then the number of points. */
  final int[] starts = new int[MAX + 1];

  int room() {
    return MAX - points;
  }

  void clear() {
    points = 0;
    runs = 0;
  }

  /** Points of the same series as the last ones make one run with them. */
  void add(
      int ordinal,
      long clusterHash,
      long dayStartMillis,
      long[] timestampsMillis,
      double[] pointValues,
      int from,
      int to) {
    int count = to - from;
    assert count > 0 && count <= room() : count;
    if (runs == 0 || ordinals[runs - 1] != ordinal) {
      ordinals[runs] = ordinal;
      clusterHashes[runs] = clusterHash;
      starts[runs++] = points;
    }
    System.arraycopy(pointValues, from, values, points, count);
    for (int i = 0; i < count; i++) {
      millis[points + i] = timestampsMillis[from + i] - dayStartMillis;
    }
    points += count;
    starts[runs] = points;
  }
}
