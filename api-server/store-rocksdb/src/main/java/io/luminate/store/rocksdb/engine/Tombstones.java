// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.ErrorCode;
import io.luminate.store.StoreException;
import io.luminate.store.rocksdb.query.Cuts;
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

  /** Of deletes with filters: bounds what every series of a metric is compared with. */
  static final int FILTERED_OF_METRIC_MAX = 100;

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
  void requireRoom(int metricId, boolean filtered) {
    List<Tombstone> all =
        buckets.get(bucketOf(metricId)).stream().filter(t -> t.metricId() == metricId).toList();
    requireFewer(all.size(), OF_METRIC_MAX, "deletes");
    if (filtered) {
      long some = all.stream().filter(t -> !t.takesAll()).count();
      requireFewer(some, FILTERED_OF_METRIC_MAX, "deletes with filters");
    }
  }

  private static void requireFewer(long ofMetric, int max, String what) {
    if (ofMetric >= max) {
      throw new StoreException(
          ErrorCode.OVERLOADED,
          ofMetric + " " + what + " of the metric are not carried out yet, the limit is " + max,
          Map.of("limit_deletes", max, "deletes", ofMetric));
    }
  }

  /** Of the newest delete; 0 if there is none. */
  long lastSeq() {
    return stream().mapToLong(Tombstone::seq).max().orElse(0);
  }

  /**
   * Deletes of some series from whatever ended at {@code seq}, as far as they take points at or
   * above the instant.
   */
  List<Cuts.Cut> cuts(int metricId, long seq, long fromMillis) {
    List<Cuts.Cut> cuts = new ArrayList<>();
    for (Tombstone tombstone : buckets.get(bucketOf(metricId))) {
      if (tombstone.metricId() == metricId
          && !tombstone.takesAll()
          && tombstone.seq() > seq
          && tombstone.beforeMillis() > fromMillis) {
        cuts.add(tombstone.cut());
      }
    }
    return cuts;
  }

  /** Whether what the delete takes may still be somewhere. */
  boolean carry(Tombstone tombstone) {
    return buckets.get(bucketOf(tombstone.metricId())).stream().anyMatch(t -> t.covers(tombstone));
  }

  /** All points of the metric below it are deleted from whatever ended at {@code seq}. */
  long before(int metricId, long seq) {
    long before = Long.MIN_VALUE;
    for (Tombstone tombstone : buckets.get(bucketOf(metricId))) {
      if (tombstone.metricId() == metricId && tombstone.takesAll() && tombstone.seq() > seq) {
        before = Math.max(before, tombstone.beforeMillis());
      }
    }
    return before;
  }
}
