// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.rocksdb.query.Cuts;
import io.luminate.store.rocksdb.segment.ChunkRef;
import io.luminate.store.rocksdb.segment.CorruptSegmentException;
import io.luminate.store.rocksdb.segment.SegmentId;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What deletes take from each segment, so that one which does not merge is rewritten by itself, and
 * a delete that takes nothing from it does not stay in force for its sake. A segment's directory is
 * looked at once per change of the deletes. Not thread safe.
 */
final class ClippedSegments {
  /**
   * Rewriting costs as much as what is left; below this share it waits for more, or for a merge.
   */
  private static final int SHARE_MIN = 4;

  /** However little a delete takes, its points are off the disk some time after this. */
  private static final Duration CLIPPED_MAX = Duration.ofHours(1);

  /** So many deletes in force cost more, at every look-up, than rewriting what keeps them. */
  private static final int DELETES_MANY = 500;

  /**
   * @param seq deletes up to this one were looked at
   * @param gone estimate of the points that they take
   * @param sinceMillis when they first took any
   */
  private record Clip(long seq, boolean touched, long gone, long sinceMillis) {}

  private final KnownDamage damage;
  private final Map<SegmentId, Clip> clips = new HashMap<>();
  private List<SegmentHandle> examinedSegments = List.of();
  private Tombstones examinedDeletes = Tombstones.NONE;

  ClippedSegments(KnownDamage damage) {
    this.damage = damage;
  }

  /** Looks at one segment that deletes may have touched since; false if there is none. */
  boolean examineNext(EngineState state, long nowMillis) {
    if (state.segments().equals(examinedSegments) && state.tombstones() == examinedDeletes) {
      return false;
    }
    Optional<SegmentHandle> next =
        state.segments().stream().filter(s -> isUnknown(s, state.tombstones())).findFirst();
    next.ifPresentOrElse(
        segment -> examine(segment, state.tombstones(), nowMillis), () -> allExamined(state));
    return next.isPresent();
  }

  private boolean isUnknown(SegmentHandle segment, Tombstones deletes) {
    Clip known = clips.get(segment.meta().id());
    long seq = Math.max(segment.tombstoneSeq(), known == null ? 0 : known.seq());
    return deletes.stream().anyMatch(t -> t.seq() > seq && segment.mayHold(t));
  }

  private void allExamined(EngineState state) {
    examinedSegments = state.segments();
    examinedDeletes = state.tombstones();
    Set<SegmentId> listed = new HashSet<>();
    examinedSegments.forEach(s -> listed.add(s.meta().id()));
    clips.keySet().retainAll(listed);
  }

  private void examine(SegmentHandle segment, Tombstones deletes, long nowMillis) {
    SegmentId id = segment.meta().id();
    Clip known = clips.get(id);
    long since = known != null && known.touched() ? known.sinceMillis() : nowMillis;
    double gone = 0;
    boolean touched = true;
    try {
      double[] ofChunks = gone(segment, deletes);
      gone = ofChunks[0];
      touched = ofChunks[1] > 0;
    } catch (CorruptSegmentException e) {
      damage.found(e);
    }
    clips.put(id, new Clip(deletes.lastSeq(), touched, (long) gone, since));
  }

  /**
   * Estimated points that deletes of all series take, and chunks that any delete may take some
   * from.
   */
  private static double[] gone(SegmentHandle segment, Tombstones deletes) {
    double[] found = new double[2];
    segment
        .reader()
        .forEachMetric(
            metric -> {
              long before = deletes.before(metric.metricId(), segment.tombstoneSeq());
              long ofSome =
                  deletes.cuts(metric.metricId(), segment.tombstoneSeq(), before).stream()
                      .mapToLong(Cuts.Cut::beforeMillis)
                      .max()
                      .orElse(before);
              for (ChunkRef chunk : metric.chunks()) {
                found[0] += gone(chunk, before);
                found[1] += chunk.minTimestampMillis() < ofSome ? 1 : 0;
              }
            });
    return found;
  }

  private static double gone(ChunkRef chunk, long beforeMillis) {
    long first = chunk.minTimestampMillis();
    long end = chunk.maxTimestampMillis() + 1;
    long clipped = Math.clamp(beforeMillis, first, end) - first;
    return (double) chunk.points() * clipped / (end - first);
  }

  /** False where the delete is known to take nothing from the segment. */
  boolean mayTouch(Tombstone tombstone, SegmentHandle segment) {
    if (tombstone.seq() <= segment.tombstoneSeq() || !segment.mayHold(tombstone)) {
      return false;
    }
    Clip known = clips.get(segment.meta().id());
    return known == null || known.touched() || known.seq() < tombstone.seq();
  }

  /**
   * The one that is most worth rewriting, if any is.
   *
   * @param atLeisure whether nothing else waits for the time that it takes
   */
  Optional<SegmentHandle> toRewrite(
      EngineState state, Set<SegmentId> except, boolean atLeisure, long nowMillis) {
    if (clips.isEmpty()) {
      return Optional.empty();
    }
    boolean many = state.tombstones().size() >= DELETES_MANY;
    return state.segments().stream()
        .filter(s -> !except.contains(s.meta().id()))
        .filter(s -> isDue(s, atLeisure, many, nowMillis))
        .max(Comparator.comparingLong(s -> clipOf(s).gone()));
  }

  private boolean isDue(SegmentHandle segment, boolean atLeisure, boolean many, long nowMillis) {
    Clip clip = clipOf(segment);
    if (!clip.touched()) {
      return false;
    }
    boolean worthIt = clip.gone() * SHARE_MIN >= segment.meta().points();
    boolean late = nowMillis - clip.sinceMillis() >= CLIPPED_MAX.toMillis();
    return late || (atLeisure && (worthIt || many));
  }

  private Clip clipOf(SegmentHandle segment) {
    return clips.getOrDefault(segment.meta().id(), new Clip(0, false, 0, 0));
  }
}
