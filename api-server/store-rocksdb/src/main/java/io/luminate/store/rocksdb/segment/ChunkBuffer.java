// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import java.util.Arrays;

/**
 * The points of a chunk under construction, as columns that grow with them: most segments are of
 * few points. Not thread safe.
 */
final class ChunkBuffer {
  private static final int MAX = SegmentWriter.CHUNK_POINTS_MAX;
  private static final int ROOM_MIN = 1_024;

  int points;
  int runs;

  /** Relative to the start of the segment's day. */
  long[] millis = new long[ROOM_MIN];

  double[] values = new double[ROOM_MIN];
  int[] ordinals = new int[ROOM_MIN];
  long[] clusterHashes = new long[ROOM_MIN];

  /** Position of each run's first point, then the number of points. */
  int[] starts = new int[ROOM_MIN + 1];

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
    reserve(points + count);
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

  private void reserve(int wanted) {
    if (wanted > values.length) {
      int grown = Math.min(MAX, Math.max(wanted, 2 * values.length));
      millis = Arrays.copyOf(millis, grown);
      values = Arrays.copyOf(values, grown);
      ordinals = Arrays.copyOf(ordinals, grown);
      clusterHashes = Arrays.copyOf(clusterHashes, grown);
      starts = Arrays.copyOf(starts, grown + 1);
    }
  }
}
