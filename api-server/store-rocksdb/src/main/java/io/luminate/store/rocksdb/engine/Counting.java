// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.rocksdb.index.MetricIndex;
import io.luminate.store.rocksdb.index.SeriesDays;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Follows the days on which series and metrics have points, from when somebody needs to know which
 * of them count; until then a stretch of points costs a look at a flag.
 *
 * <p>Concurrency: points and deletes come from the thread that applies them, in the order of their
 * seq. Who begins to follow does so between two frames, and adds what was there before.
 */
final class Counting {
  private static final int NONE = Integer.MIN_VALUE;

  private final SeriesRegistry registry;

  /** By metric, its last UTC day with a point; only metrics that are followed. */
  private final ConcurrentHashMap<Integer, Integer> lastDays = new ConcurrentHashMap<>();

  /** By metric, the UTC day on which it was let in; its first points may be under way. */
  private final ConcurrentHashMap<Integer, Integer> underWay = new ConcurrentHashMap<>();

  /** By metric, since the start; only of those that had any. */
  private final ConcurrentHashMap<Integer, Long> deletes = new ConcurrentHashMap<>();

  private volatile boolean following;

  Counting(SeriesRegistry registry) {
    this.registry = registry;
  }

  void points(int metricId, long[] handles, int from, int to, int day) {
    if (!underWay.isEmpty()) {
      underWay.remove(metricId);
    }
    if (following) {
      registry
          .loaded(metricId)
          .flatMap(MetricIndex::days)
          .ifPresent(days -> days.touch(handles, from, to, day));
      lastDays.computeIfPresent(metricId, (id, last) -> Math.max(last, day));
    }
  }

  /** How often points of the metric were deleted. */
  long deletes(int metricId) {
    return deletes.getOrDefault(metricId, 0L);
  }

  void deleted(int metricId) {
    deletes.merge(metricId, 1L, Long::sum);
    registry.loaded(metricId).ifPresent(MetricIndex::forgetDays);
    lastDays.remove(metricId);
  }

  /** What is gone from the disk is counted anew where it is asked for. */
  void forgetAll() {
    following = false;
    lastDays.clear();
    registry.forEachLoaded(MetricIndex::forgetDays);
  }

  /** To be called between two frames, as is what follows. */
  SeriesDays follow(MetricIndex index) {
    following = true;
    return index.followDays();
  }

  void follow(int metricId) {
    following = true;
    lastDays.putIfAbsent(metricId, NONE);
  }

  void unfollow(int metricId) {
    lastDays.remove(metricId);
  }

  boolean follows(int metricId) {
    return lastDays.containsKey(metricId);
  }

  /** A metric that is followed had points then. */
  void hadPoints(int metricId, int day) {
    lastDays.merge(metricId, day, Math::max);
  }

  /** The metric is away. */
  void forget(int metricId) {
    lastDays.remove(metricId);
    underWay.remove(metricId);
    deletes.remove(metricId);
  }

  void enter(int metricId, int today) {
    underWay.put(metricId, today);
  }

  /**
   * @param firstDay the first that the metric keeps
   */
  boolean counts(int metricId, int firstDay, int today) {
    return lastDays.getOrDefault(metricId, NONE) >= firstDay
        || underWay.getOrDefault(metricId, NONE) >= today - 1;
  }
}
