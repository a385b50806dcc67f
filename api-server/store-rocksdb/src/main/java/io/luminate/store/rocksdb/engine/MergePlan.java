// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.rocksdb.head.PartitionKey;
import io.luminate.store.rocksdb.segment.SegmentId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Size-tiered: segments of one partition that are of the same order of magnitude merge once there
 * are {@value #FAN_IN} of them. A point is then rewritten once per factor of {@value #FAN_IN}
 * between its first segment and the largest: write amplification 1 + log4(points / first).
 *
 * <p>Some four segments of each order of magnitude stay, and every query goes through them all. So
 * while there is time, few are made of them: write amplification is then up to log{@value
 * #LEISURE_GROWTH}(points / first).
 */
final class MergePlan {
  static final int FAN_IN = 4;

  /** A segment is at least so many times as large as the largest of those that it was made of. */
  private static final double LEISURE_GROWTH = 1.5;

  /** Each input costs a decoded chunk of memory, up to 1 MiB and its reader. */
  static final int INPUTS_MAX = 16;

  /** Smaller ones all count as one tier, as their fixed costs outweigh their points. */
  private static final long TIER_POINTS_MIN = 65_536;

  /** Past it a merge takes minutes and saves little. */
  private static final long MERGED_POINTS_MAX = 256L << 20;

  private MergePlan() {}

  static Collection<List<SegmentHandle>> partitions(EngineState state) {
    TreeMap<PartitionKey, List<SegmentHandle>> byPartition = new TreeMap<>();
    for (SegmentHandle segment : state.segments()) {
      byPartition.computeIfAbsent(segment.partition(), p -> new ArrayList<>()).add(segment);
    }
    return byPartition.values();
  }

  /** Smallest first, as those slow down queries most for their size. */
  static Optional<List<SegmentHandle>> choose(EngineState state, Set<SegmentId> except) {
    return smallest(state, except, MergePlan::chooseIn);
  }

  /** What to merge while nothing else is to be done. */
  static Optional<List<SegmentHandle>> chooseAtLeisure(EngineState state, Set<SegmentId> except) {
    return smallest(state, except, MergePlan::chooseAtLeisureIn);
  }

  private static Optional<List<SegmentHandle>> smallest(
      EngineState state,
      Set<SegmentId> except,
      Function<List<SegmentHandle>, Optional<List<SegmentHandle>>> choice) {
    return partitions(state).stream()
        .map(p -> p.stream().filter(s -> !except.contains(s.meta().id())).toList())
        .map(choice)
        .flatMap(Optional::stream)
        .min(Comparator.comparingLong(MergePlan::points));
  }

  /** The smallest ones, as many as still make the largest of them grow enough. */
  private static Optional<List<SegmentHandle>> chooseAtLeisureIn(List<SegmentHandle> partition) {
    List<SegmentHandle> ascending = bounded(partition);
    for (int count = ascending.size(); count > 1; count--) {
      List<SegmentHandle> inputs = ascending.subList(0, count);
      long points = points(inputs);
      if (points <= MERGED_POINTS_MAX
          && points >= LEISURE_GROWTH * inputs.getLast().meta().points()) {
        return Optional.of(inputs);
      }
    }
    return Optional.empty();
  }

  private static Optional<List<SegmentHandle>> chooseIn(List<SegmentHandle> partition) {
    TreeMap<Integer, List<SegmentHandle>> tiers = new TreeMap<>();
    for (SegmentHandle segment : partition) {
      tiers.computeIfAbsent(tier(segment), t -> new ArrayList<>()).add(segment);
    }
    return tiers.values().stream()
        .map(MergePlan::bounded)
        .filter(t -> t.size() >= FAN_IN && points(t) <= MERGED_POINTS_MAX)
        .findFirst();
  }

  /** The smallest of many: after a backlog the others have their turn next. */
  static List<SegmentHandle> bounded(List<SegmentHandle> segments) {
    return segments.stream()
        .sorted(Comparator.comparingLong(s -> s.meta().points()))
        .limit(INPUTS_MAX)
        .toList();
  }

  private static int tier(SegmentHandle segment) {
    long units = Math.max(1, segment.meta().points() / TIER_POINTS_MIN);
    return (Long.SIZE - 1 - Long.numberOfLeadingZeros(units)) / 2;
  }

  private static long points(List<SegmentHandle> segments) {
    return segments.stream().mapToLong(s -> s.meta().points()).sum();
  }
}
