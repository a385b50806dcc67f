// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.ErrorCode;
import io.luminate.store.StoreException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The deletes in force, none of which covers another. Immutable; retention may delete a hundred
 * thousand metrics one by one, so they lie in buckets by metric, and adding one copies its bucket
 * alone.
 */
final class Tombstones {
  private static final int BUCKETS = 256;

  /** Bounds what every look-up of a metric goes through, and memory. */
  static final int OF_METRIC_MAX = 1_000;

  static final Tombstones NONE = new Tombstones(Collections.nCopies(BUCKETS, List.of()));

  private final List<List<Tombstone>> buckets;

  private Tombstones(List<List<Tombstone>> buckets) {
    this.buckets = buckets;
  }

  private static int bucketOf(int metricId) {
    return Math.floorMod(metricId, BUCKETS);
  }

  Tombstones with(Tombstone tombstone) {
    List<Tombstone> bucket = buckets.get(bucketOf(tombstone.metricId()));
    if (bucket.stream().anyMatch(t -> t.covers(tombstone))) {
      return this;
    }
    List<Tombstone> more = new ArrayList<>(bucket);
    more.removeIf(tombstone::covers);
    more.add(tombstone);
    List<List<Tombstone>> copy = new ArrayList<>(buckets);
    copy.set(bucketOf(tombstone.metricId()), List.copyOf(more));
    return new Tombstones(List.copyOf(copy));
  }

  Tombstones without(Collection<Tombstone> gone) {
    Set<Tombstone> set = Set.copyOf(gone);
    return new Tombstones(
        buckets.stream()
            .map(bucket -> bucket.stream().filter(t -> !set.contains(t)).toList())
            .toList());
  }

  Stream<Tombstone> stream() {
    return buckets.stream().flatMap(List::stream);
  }

  boolean isEmpty() {
    return size() == 0;
  }

  int size() {
    return buckets.stream().mapToInt(List::size).sum();
  }

  /** A client may delete less and less far back, and no delete covers those before it. */
  void requireRoom(int metricId) {
    long ofMetric =
        buckets.get(bucketOf(metricId)).stream().filter(t -> t.metricId() == metricId).count();
    if (ofMetric >= OF_METRIC_MAX) {
      throw new StoreException(
          ErrorCode.OVERLOADED,
          ofMetric
              + " deletes of the metric are not carried out yet, the limit is "
              + OF_METRIC_MAX,
          Map.of("limit_deletes", OF_METRIC_MAX, "deletes", ofMetric));
    }
  }

  /** Of the newest delete; 0 if there is none. */
  long lastSeq() {
    return stream().mapToLong(Tombstone::seq).max().orElse(0);
  }

  /** Points of the metric below it are deleted from whatever ended at {@code seq}. */
  long before(int metricId, long seq) {
    long before = Long.MIN_VALUE;
    for (Tombstone tombstone : buckets.get(bucketOf(metricId))) {
      if (tombstone.metricId() == metricId && tombstone.seq() > seq) {
        before = Math.max(before, tombstone.beforeMillis());
      }
    }
    return before;
  }
}
