// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.model.TenantId;
import io.luminate.store.rocksdb.index.MetricIndex;
import io.luminate.store.rocksdb.segment.CorruptSegmentException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes series without points out of the indexes, and makes their ordinals free, in rounds of small
 * steps. See {@code docs/designs/dead-series.md}.
 *
 * <p>Concurrency: used under the lock of {@link Upkeep} alone.
 */
final class DeadSeries {
  private static final System.Logger LOG = System.getLogger(DeadSeries.class.getName());

  /** From being decoded to being stored a request takes less, or it is refused. */
  static final Duration GRACE = Duration.ofMinutes(1);

  /** Taken away with one force of the disk. */
  private static final int METRICS = 256;

  /** Waited for a seal that comes anyway. */
  static final Duration SEAL_WITHIN = Duration.ofMinutes(10);

  /** How far a round is. */
  private sealed interface Stage {
    record Idle() implements Stage {}

    /** Finds out what segments and heads name. */
    record Scanning() implements Stage {}

    /** Retired, and handles of earlier epochs go on to be good. */
    record Marked(long sinceMillis) implements Stage {}

    /** Handles of earlier epochs are refused, some may be under way. */
    record Refusing() implements Stage {}

    /** What is retired has no points and gets none, but queries may have seen some. */
    record Confirmed(Dead dead) implements Stage {}

    /**
     * Nobody has points of what is retired.
     *
     * @param seq the frames up to it may name them
     * @param definitions and so may the records below it
     */
    record Dead(long seq, long definitions, long sinceMillis) implements Stage {}

    /** Undefined in the batch that is being committed. */
    record Undefined(Dead dead) implements Stage {}
  }

  private final Engine engine;
  private final Runnable pause;
  private final UnusedValues unusedValues;
  private final Map<Integer, MetricIndex> indexes = new HashMap<>();
  private Stage stage = new Stage.Idle();
  private OrdinalScan scan;

  private boolean wanted;

  /** What went before the start is looked for once. */
  private boolean looked;

  private boolean exhausted;
  private long freed;

  /** Metrics that may be taken away. */
  private final List<Integer> pointless = new ArrayList<>();

  /** Whose dictionaries may have values that no series has. */
  private final Set<TenantId> outdated = new HashSet<>();

  /**
   * @param pause what must not wait for a long step
   */
  DeadSeries(Engine engine, Runnable pause) {
    this.engine = engine;
    this.pause = pause;
    this.unusedValues = new UnusedValues(engine.registry(), engine.catalog(), pause);
    this.scan = new OrdinalScan(engine.chunks(), Set.of(), pause);
  }

  /**
   * Has a round begin, when the one under way is over, if points went since the last.
   *
   * @param segmentsGone with metrics that may not be loaded
   */
  void look(boolean segmentsGone) {
    wanted = wanted || segmentsGone || !looked;
    looked = true;
    engine.registry().forEachLoaded(index -> wanted = wanted || index.isWorthALook());
  }

  /** Ordinals that became free, since the start. */
  long freed() {
    return freed;
  }

  /** The next step, if it can be taken; false while there is none. */
  boolean step() {
    return switch (stage) {
      case Stage.Idle idle -> begin();
      case Stage.Scanning scanning -> scanNext();
      case Stage.Marked marked -> refuseEarlier(marked);
      case Stage.Refusing refusing -> engine.isQuiet() && confirm();
      case Stage.Confirmed confirmed -> engine.isQuiet() && awaitSeal(confirmed.dead());
      case Stage.Dead dead -> false;
      case Stage.Undefined undefined -> false;
    };
  }

  private boolean begin() {
    if (!pointless.isEmpty()) {
      forgetMetrics();
      return true;
    }
    if (!outdated.isEmpty()) {
      TenantId tenant = outdated.iterator().next();
      // Before, so that one whose metrics cannot be read is not tried for ever.
      outdated.remove(tenant);
      unusedValues.free(tenant);
      return true;
    }
    if (!wanted || !hasEpoch()) {
      return false;
    }
    wanted = false;
    engine
        .registry()
        .forEachLoaded(
            index -> {
              if (index.takeWorthALook()) {
                indexes.put(index.metricId(), index);
              }
            });
    scan = new OrdinalScan(engine.chunks(), Set.copyOf(indexes.keySet()), pause);
    stage = new Stage.Scanning();
    return true;
  }

  /**
   * What replay found in the journal is loaded, and no frame to be replayed names what was freed.
   */
  private void forgetMetrics() {
    List<Integer> some = List.copyOf(pointless.subList(0, Math.min(METRICS, pointless.size())));
    outdated.addAll(engine.registry().remove(some));
    some.forEach(engine.retention()::forget);
    pointless.subList(0, some.size()).clear();
  }

  /** Of metrics without series: what was scanned, and what came since, has no point of theirs. */
  private void findPointless() {
    engine.registry().withoutSeries().stream().filter(this::isPointless).forEach(pointless::add);
  }

  private boolean isPointless(int metricId) {
    EngineState state = engine.state().get();
    return !scan.hasPoints(metricId)
        && state.tombstones().stream().noneMatch(t -> t.metricId() == metricId);
  }

  private boolean hasEpoch() {
    boolean has = engine.epochs().hasNext() && engine.isQuiet();
    if (!engine.epochs().hasNext() && !exhausted) {
      exhausted = true;
      LOG.log(System.Logger.Level.WARNING, "series that are gone stay until the next start");
    }
    return has;
  }

  private boolean scanNext() {
    boolean readable = scanSegment();
    if (readable && scan.next(engine.state().get()).isEmpty()) {
      scan.heads(engine.state().get());
      mark();
    }
    return true;
  }

  /** False if a segment is damaged: nobody knows what it names, so nothing is taken for dead. */
  private boolean scanSegment() {
    try {
      scan.next(engine.state().get()).ifPresent(scan::segment);
      return true;
    } catch (CorruptSegmentException e) {
      engine.damage().found(e);
      giveUp();
      return false;
    }
  }

  private void giveUp() {
    indexes.values().forEach(MetricIndex::keepAll);
    indexes.values().forEach(MetricIndex::lostPoints);
    end();
  }

  private void end() {
    indexes.clear();
    scan = new OrdinalScan(engine.chunks(), Set.of(), pause);
    stage = new Stage.Idle();
  }

  private void mark() {
    indexes.values().removeIf(index -> index.retireAllBut(scan.named(index.metricId())) == 0);
    if (indexes.isEmpty()) {
      findPointless();
      end();
      return;
    }
    // After the marks: who gets a handle of the new epoch is seen by those.
    engine.epochs().begin();
    stage = new Stage.Marked(now());
  }

  private long now() {
    return engine.options().clock().millis();
  }

  private boolean isOver(long sinceMillis, Duration wait) {
    return Math.abs(now() - sinceMillis) >= wait.toMillis();
  }

  private boolean refuseEarlier(Stage.Marked marked) {
    if (!isOver(marked.sinceMillis(), GRACE)) {
      return false;
    }
    engine.epochs().refuseEarlier();
    stage = new Stage.Refusing();
    return true;
  }

  /**
   * All that might have brought them points is over: what has some is kept. A refused frame may
   * name some too, and lie whole behind the last accepted one: the next one accepted is written
   * over it, so there has to be one.
   */
  private boolean confirm() {
    if (!engine.appendNothing(indexes.values().iterator().next().tenant())) {
      return false;
    }
    List<Stage.Dead> dead = new ArrayList<>();
    engine.atBoundary(
        () ->
            dead.add(
                new Stage.Dead(engine.journal().lastSeq(), engine.definitions().end(), now())));
    while (scan.next(engine.state().get()).isPresent()) {
      if (!scanSegment()) {
        return true;
      }
    }
    scan.heads(engine.state().get());
    indexes.values().forEach(index -> index.keep(scan.named(index.metricId())));
    engine.queries().turn();
    stage = new Stage.Confirmed(dead.getFirst());
    return true;
  }

  private boolean awaitSeal(Stage.Dead dead) {
    stage = dead;
    return true;
  }

  /** Whether a seal is missing for which it was waited long enough; not again for as long. */
  boolean takeWantsSeal() {
    boolean wants = stage instanceof Stage.Dead dead && isOver(dead.sinceMillis(), SEAL_WITHIN);
    if (wants && stage instanceof Stage.Dead dead) {
      stage = new Stage.Dead(dead.seq(), dead.definitions(), now());
    }
    return wants;
  }

  /**
   * Called before a batch is made that releases the journal up to the seq and drops the definition
   * records below the number: if nothing that is left names the dead, the blocks that it gets lack
   * them.
   */
  void releasing(long seq, long definitions) {
    if (stage instanceof Stage.Dead dead
        && seq >= dead.seq()
        && definitions >= dead.definitions()) {
      indexes.values().forEach(MetricIndex::undefineRetired);
      stage = new Stage.Undefined(dead);
    }
  }

  /** The batch failed, or nobody knows. */
  void failed() {
    if (stage instanceof Stage.Undefined undefined) {
      indexes.values().forEach(MetricIndex::redefineRetired);
      stage = undefined.dead();
    }
  }

  /** The batch is durable. */
  void released() {
    if (stage instanceof Stage.Undefined) {
      for (MetricIndex index : indexes.values()) {
        // Before they are free: days know series by their ordinals.
        index.forgetDays();
        int ordinals = index.freeRetired();
        if (ordinals > 0) {
          freed += ordinals;
          outdated.add(index.tenant());
        }
      }
      findPointless();
      end();
    }
  }
}
