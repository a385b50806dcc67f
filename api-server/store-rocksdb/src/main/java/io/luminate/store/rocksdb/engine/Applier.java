// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.rocksdb.head.Head;
import io.luminate.store.rocksdb.head.PartitionKey;
import io.luminate.store.rocksdb.index.Handles;
import io.luminate.store.rocksdb.index.MetricIndex;
import io.luminate.store.rocksdb.query.Cuts;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntPredicate;

/**
 * Puts the points of durable frames into heads, in the order of their seq. Used by the journal
 * thread alone, and by recovery before that thread exists.
 */
final class Applier {
  private final AtomicReference<EngineState> state;
  private final SeriesRegistry registry;
  private final RetentionTable retention;

  Applier(AtomicReference<EngineState> state, SeriesRegistry registry, RetentionTable retention) {
    this.state = state;
    this.registry = registry;
    this.retention = retention;
  }

  /**
   * @param sealedSeqs per day the seq up to which its points are in segments already
   */
  void points(
      long seq,
      long[] handles,
      long[] times,
      double[] values,
      int count,
      Map<Integer, Long> sealedSeqs) {
    int from = 0;
    while (from < count) {
      int metricId = Handles.metricId(handles[from]);
      int day = PartitionKey.dayOf(times[from]);
      int to = endOfStretch(handles, times, from, count, metricId, day);
      if (seq > sealedSeqs.getOrDefault(day, -1L)) {
        head(seq, day, metricId).add(metricId, handles, times, values, from, to);
        registry.counting().points(metricId, handles, from, to, day);
      }
      from = to;
    }
  }

  private static int endOfStretch(
      long[] handles, long[] times, int from, int count, int metricId, int day) {
    long dayStart = day * PartitionKey.DAY_MILLIS;
    int to = from + 1;
    while (to < count
        && Handles.metricId(handles[to]) == metricId
        && Long.compareUnsigned(times[to] - dayStart, PartitionKey.DAY_MILLIS) < 0) {
      to++;
    }
    return to;
  }

  private Head head(long seq, int day, int metricId) {
    PartitionKey partition = new PartitionKey(day, retention.classOf(metricId, registry));
    Head known = state.get().growing().get(partition);
    if (known != null) {
      return known;
    }
    Head fresh = new Head(partition, seq);
    state.updateAndGet(s -> s.withHead(fresh));
    return fresh;
  }

  void delete(Tombstone tombstone) {
    EngineState now = state.updateAndGet(s -> s.withTombstone(tombstone));
    cutHeads(now, tombstone);
    registry.counting().deleted(tombstone.metricId());
    registry.loaded(tombstone.metricId()).ifPresent(MetricIndex::lostPoints);
  }

  /** What is in a growing head came before the delete. */
  void cutHeads(EngineState now, Tombstone tombstone) {
    IntPredicate series = tombstone.takesAll() ? ordinal -> true : series(tombstone);
    now.growing()
        .values()
        .forEach(head -> head.deleteBefore(tombstone.metricId(), tombstone.beforeMillis(), series));
  }

  private IntPredicate series(Tombstone tombstone) {
    Cuts cuts =
        registry
            .byId(tombstone.metricId())
            .map(index -> Cuts.of(List.of(tombstone.cut()), index.view()))
            .orElse(Cuts.NONE);
    return ordinal -> cuts.fromMillis(ordinal) == tombstone.beforeMillis();
  }
}
