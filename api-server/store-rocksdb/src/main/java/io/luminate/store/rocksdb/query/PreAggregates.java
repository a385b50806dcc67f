// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.store.rocksdb.index.SeriesIndex;
import io.luminate.store.rocksdb.query.ScanItem.ChunkItem;
import io.luminate.store.rocksdb.segment.ChunkReader;
import io.luminate.store.rocksdb.segment.ChunkRef;
import io.luminate.store.rocksdb.segment.EntityStats;

/**
 * Answers as much of a chunk as possible from its stored totals: all of it where every series is in
 * one group and the range covers it, else each stretch of an entity that falls into one group and
 * into the range. Runs it answered are marked as not matched, so that nothing decodes them.
 */
final class PreAggregates {
  /** Runs looked at to tell whether groups follow entities at all. */
  private static final int SAMPLE_RUNS = 128;

  private final TotalsSink sink;
  private final ChunkItem item;
  private final ChunkReader reader;
  private final SeriesIndex index;
  private final int[] groupOfRun;

  PreAggregates(
      TotalsSink sink, ChunkItem item, ChunkReader reader, SeriesIndex index, int[] groupOfRun) {
    this.sink = sink;
    this.item = item;
    this.reader = reader;
    this.index = index;
    this.groupOfRun = groupOfRun;
  }

  /** Returns how many points it answered. */
  long take(boolean oneGroup, byte[] seen) {
    ChunkRef chunk = item.chunk();
    if (oneGroup && item.whole() && Double.isFinite(chunk.sum())) {
      sink.totals(0, chunk.points(), chunk.sum(), chunk.min(), chunk.max());
      answered(0, reader.runs(), seen);
      return chunk.points();
    }
    if (chunk.stats().length() == 0 || (item.whole() && !sink.needsValues()) || !promising()) {
      return 0;
    }
    return stretches(seen);
  }

  private void answered(int firstRun, int endRun, byte[] seen) {
    int[] ordinals = reader.ordinals();
    for (int r = firstRun; r < endRun; r++) {
      groupOfRun[r] = SeriesGroups.NOT_MATCHED;
      seen[ordinals[r]] = 1;
    }
  }

  /** Neighbours of one entity share a group at least as often as not. */
  private boolean promising() {
    int[] ordinals = reader.ordinals();
    int balance = 0;
    boolean matched = groupOfRun[0] >= 0;
    int sample = Math.min(reader.runs(), SAMPLE_RUNS);
    for (int r = 1; r < sample; r++) {
      matched |= groupOfRun[r] >= 0;
      if (index.clusterHash(ordinals[r]) == index.clusterHash(ordinals[r - 1])) {
        balance += groupOfRun[r] == groupOfRun[r - 1] ? 1 : -1;
      }
    }
    return matched && balance >= 0;
  }

  private long stretches(byte[] seen) {
    EntityStats stats = reader.stats();
    int[] starts = reader.starts();
    long points = 0;
    for (int s = 0; s < stats.stretches(); s++) {
      int first = stats.firstRun(s);
      int end = stats.firstRun(s + 1);
      if (stats.present(s) && inRange(stats, s) && inOneGroup(first, end)) {
        int count = starts[end] - starts[first];
        sink.totals(groupOfRun[first], count, stats.sum(s), stats.min(s), stats.max(s));
        answered(first, end, seen);
        points += count;
      }
    }
    return points;
  }

  private boolean inRange(EntityStats stats, int stretch) {
    return stats.minTimestampMillis(stretch) >= item.fromMillis()
        && stats.maxTimestampMillis(stretch) <= item.toMillis();
  }

  private boolean inOneGroup(int first, int end) {
    int group = groupOfRun[first];
    for (int r = first + 1; r < end; r++) {
      if (groupOfRun[r] != group) {
        return false;
      }
    }
    return group >= 0;
  }
}
