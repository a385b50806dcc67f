// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.rocksdb.head.Head;
import io.luminate.store.rocksdb.head.PartitionKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where all points are at one moment: each is in exactly one growing head, sealing head or segment.
 * Replaced as a whole, so a query that reads it once sees every point once.
 */
record EngineState(
    Map<PartitionKey, Head> growing,
    List<Head> sealing,
    List<SegmentHandle> segments,
    Tombstones tombstones) {

  static final EngineState EMPTY = new EngineState(Map.of(), List.of(), List.of(), Tombstones.NONE);

  EngineState {
    growing = Map.copyOf(growing);
    sealing = List.copyOf(sealing);
    segments = List.copyOf(segments);
  }

  List<Head> heads() {
    List<Head> all = new ArrayList<>(sealing);
    all.addAll(growing.values());
    return all;
  }

  EngineState withHead(Head head) {
    Map<PartitionKey, Head> more = new HashMap<>(growing);
    more.put(head.partition(), head);
    return new EngineState(more, sealing, segments, tombstones);
  }

  /** Ends the growing heads of a day. */
  EngineState withDayCut(int day) {
    Map<PartitionKey, Head> left = new HashMap<>(growing);
    List<Head> cut = new ArrayList<>(sealing);
    growing.values().stream().filter(h -> h.partition().day() == day).forEach(cut::add);
    left.keySet().removeIf(p -> p.day() == day);
    return new EngineState(left, cut, segments, tombstones);
  }

  EngineState withSealed(Collection<Head> heads, Collection<SegmentHandle> replacements) {
    List<Head> left = new ArrayList<>(sealing);
    left.removeAll(heads);
    List<SegmentHandle> more = new ArrayList<>(segments);
    more.addAll(replacements);
    return new EngineState(growing, left, more, tombstones);
  }

  EngineState withReplaced(Collection<SegmentHandle> gone, Collection<SegmentHandle> replacements) {
    List<SegmentHandle> left = new ArrayList<>(segments);
    left.removeAll(gone);
    left.addAll(replacements);
    return new EngineState(growing, sealing, left, tombstones);
  }

  EngineState withTombstones(Tombstones now) {
    return new EngineState(growing, sealing, segments, now);
  }

  /** A delete that takes nothing from what there is leaves no trace. */
  EngineState withTombstone(Tombstone tombstone) {
    boolean needed =
        isInHead(tombstone)
            || segments.stream()
                .anyMatch(s -> s.tombstoneSeq() < tombstone.seq() && s.mayHold(tombstone));
    return needed ? withTombstones(tombstones.with(tombstone)) : this;
  }

  /**
   * Whether a head has, or had, points that the delete takes. It is cut already; but until it is
   * sealed, replay has to cut it again, even if the frame of the delete is lost.
   */
  boolean isInHead(Tombstone tombstone) {
    return heads().stream()
        .anyMatch(
            h ->
                h.firstSeq() <= tombstone.seq()
                    && h.partition().day() * PartitionKey.DAY_MILLIS < tombstone.beforeMillis()
                    && h.metric(tombstone.metricId()).isPresent());
  }

  /** All points of the metric below it are deleted from whatever ended at {@code seq}. */
  long deletedBefore(int metricId, long seq) {
    return tombstones.before(metricId, seq);
  }
}
