// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.model.Dimensions;
import io.luminate.model.EntityKeys;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.store.ErrorCode;
import io.luminate.store.PointBatch;
import io.luminate.store.StoreException;
import io.luminate.store.WriteRequest;
import io.luminate.store.rocksdb.engine.ExpectedPoints.Point;
import io.luminate.store.rocksdb.index.Handles;
import io.luminate.store.rocksdb.index.MetricIndex;
import io.luminate.store.rocksdb.journal.JournalDrive;
import io.luminate.store.rocksdb.journal.SimulatedDisk;
import io.luminate.store.rocksdb.segment.ForgetfulStorage;
import io.luminate.store.testkit.TestClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Handles of series that died, at each step of their being forgotten. */
final class StaleHandlesTest {
  private static final TenantId TENANT = new TenantId("acme");
  private static final Dimensions OLD = Dimensions.of("k", "old");
  private static final Dimensions OTHER = Dimensions.of("k", "other");
  private static final Dimensions LIVING = Dimensions.of("k", "living");

  private final TestClock clock = new TestClock(Instant.parse("2026-03-11T01:00:00Z"));
  private final ForgetfulStorage storage = new ForgetfulStorage();
  private SimulatedDisk disk = new SimulatedDisk(1);
  private Engine engine = open();
  private Upkeep upkeep = new Upkeep(engine);

  StaleHandlesTest() throws IOException {}

  private Engine open() throws IOException {
    RocksStoreOptions options =
        ByHand.options(clock)
            .withData(EntityKeys.DEFAULT, RetentionPolicies.keepFor(Duration.ofDays(2)));
    return new Engine(disk, storage.catalog(), storage.chunks(), options, JournalDrive.INLINE);
  }

  private void reopen() throws IOException {
    engine.close();
    disk = disk.restart();
    engine = open();
    upkeep = new Upkeep(engine);
  }

  private long handle(Dimensions series) {
    return NewSeries.handle(engine, TENANT, "m", series);
  }

  private void write(long handle, double value) {
    PointBatch batch = new PointBatch(TENANT, 1);
    batch.add(handle, clock.millis(), value);
    engine.write(WriteRequest.unkeyed(batch));
  }

  /** Its points are gone from the disk; another series lives on. */
  private long handleOfTheDead() {
    long old = handle(OLD);
    write(old, 1);
    write(handle(LIVING), 2);
    upkeep.sealAll();
    clock.advance(Duration.ofDays(4));
    write(handle(LIVING), 2);
    upkeep.enforceRetention();
    return old;
  }

  private void step() {
    while (upkeep.forgetSeries()) {
      // As far as it goes without waiting.
    }
  }

  private void passGrace() {
    clock.advance(DeadSeries.GRACE);
    step();
  }

  private void passRound() {
    step();
    passGrace();
    clock.advance(DeadSeries.SEAL_WITHIN);
    step();
  }

  private Map<Point, Integer> points() {
    TimeRange always = new TimeRange(0, clock.millis() + 1);
    return VisiblePoints.of(engine, TENANT, List.of("m"), always);
  }

  private Point point(Dimensions series, double value) {
    return new Point("m", series, clock.millis(), value);
  }

  private MetricIndex index() {
    return engine.registry().find(TENANT, "m").orElseThrow();
  }

  @Test
  void write_withinTheGrace_isOfItsSeries_whichStays() throws IOException {
    long old = handleOfTheDead();
    step();
    assertThat(old).isLessThan(engine.epochs().lowestHandle());
    write(old, 7);
    passGrace();
    upkeep.sealAll();
    step();
    assertThat(upkeep.freedSeries()).isZero();
    assertThat(points()).doesNotContainKey(point(OTHER, 7));
    clock.advance(DeadSeries.GRACE.negated());
    assertThat(points()).containsKey(point(OLD, 7));
    reopen();
    assertThat(points()).containsKey(point(OLD, 7));
  }

  @Test
  void write_afterTheGrace_isRefused_andBroughtAgainIsStored() {
    long old = handleOfTheDead();
    step();
    passGrace();
    assertForgotten(old);
    write(handle(OLD), 8);
    upkeep.sealAll();
    step();
    assertThat(upkeep.freedSeries()).as("revived").isZero();
    assertThat(points()).containsKey(point(OLD, 8));
  }

  @Test
  void write_withAReusedOrdinal_isRefused() throws IOException {
    long old = handleOfTheDead();
    passRound();
    assertThat(upkeep.freedSeries()).isEqualTo(1);
    assertThat(index().size()).isEqualTo(1);
    long other = handle(OTHER);
    assertThat(Handles.ordinal(other)).isEqualTo(Handles.ordinal(old));
    write(other, 9);
    assertForgotten(old);
    assertThat(points()).containsKey(point(OTHER, 9)).doesNotContainKey(point(OTHER, 1));
    assertThat(Handles.ordinal(handle(OLD))).isNotEqualTo(Handles.ordinal(other));
    reopen();
    assertThat(points()).containsKey(point(OTHER, 9)).hasSize(2);
    upkeep.sealAll();
    reopen();
    assertThat(points()).containsKey(point(OTHER, 9)).hasSize(2);
  }

  /** It found its series defined before they were marked, so its frame defines nothing. */
  @Test
  void writeUnderWay_whenSeriesAreMarked_keepsItsSeries() throws IOException {
    long old = handleOfTheDead();
    PointBatch batch = new PointBatch(TENANT, 1);
    long millis = clock.millis();
    batch.add(old, millis, 5);
    int entered = engine.epochs().enter(batch);
    step();
    engine.append(Frame.points(batch, List.of(), Optional.empty(), new FrameBuffers()));
    engine.epochs().leave(entered);
    passRound();
    assertThat(upkeep.freedSeries()).isZero();
    assertThat(index().isDefined(Handles.ordinal(old))).isTrue();
    assertThat(points()).containsKey(new Point("m", OLD, millis, 5));
    reopen();
    assertThat(points()).containsKey(new Point("m", OLD, millis, 5));
  }

  /** It began before handles were refused, and may take however long. */
  @Test
  void writeUnderWay_holdsTheRoundUp() {
    long old = handleOfTheDead();
    step();
    PointBatch batch = new PointBatch(TENANT, 1);
    batch.add(old, clock.millis(), 3);
    int entered = engine.epochs().enter(batch);
    passGrace();
    assertForgotten(old);
    upkeep.sealAll();
    clock.advance(Duration.ofHours(1));
    step();
    upkeep.sealAll();
    assertThat(upkeep.freedSeries()).isZero();
    engine.epochs().leave(entered);
    passRound();
    assertThat(upkeep.freedSeries()).isEqualTo(1);
  }

  /** It has points of the series though no segment has. */
  @Test
  void queryUnderWay_holdsTheRoundUp() {
    long old = handle(OLD);
    write(old, 1);
    upkeep.sealAll();
    try (Snapshots.Lease lease = new Snapshots(engine, upkeep).wholeDays(index())) {
      clock.advance(Duration.ofDays(4));
      write(handle(LIVING), 2);
      upkeep.enforceRetention();
      passRound();
      clock.advance(Duration.ofHours(1));
      passRound();
      assertThat(upkeep.freedSeries()).isZero();
      assertThat(lease.snapshot().index().dimensions(Handles.ordinal(old))).isEqualTo(OLD);
    }
    passRound();
    assertThat(upkeep.freedSeries()).isEqualTo(1);
  }

  /** Nothing was written down, so the round begins anew; what it undefined is a hole. */
  @Test
  void restart_afterARound_theHoleIsUsedAgainAfterTheNext() throws IOException {
    handleOfTheDead();
    passRound();
    reopen();
    assertThat(index().definedCount()).isEqualTo(1);
    upkeep.enforceRetention();
    passRound();
    assertThat(Handles.ordinal(handle(OTHER))).isZero();
  }

  /** It may lie whole behind the last frame, and then it is replayed with the ordinal it names. */
  @Test
  void frameThatTheJournalRefused_holdsTheRoundUp() throws IOException {
    write(handle(LIVING), 2);
    long refused = handle(OTHER);
    disk.failForces(1);
    assertThatThrownBy(() -> write(refused, 6)).isInstanceOf(StoreException.class);
    upkeep.enforceRetention();
    passRound();
    passRound();
    assertThat(upkeep.freedSeries()).isZero();
    long next = handle(OLD);
    assertThat(Handles.ordinal(next)).isNotEqualTo(Handles.ordinal(refused));
    assertThatThrownBy(() -> write(next, 7)).isInstanceOf(StoreException.class);
    reopen();
    assertThat(points()).doesNotContainKey(point(OLD, 6)).doesNotContainKey(point(OTHER, 7));
  }

  /** A handle of before could as well be one of another folder. */
  @Test
  void frameOfARefusedWrite_isNotInTheJournal() throws IOException {
    long old = handleOfTheDead();
    step();
    passGrace();
    long seq = engine.journal().lastSeq();
    assertForgotten(old);
    assertThat(engine.journal().lastSeq()).isEqualTo(seq);
  }

  private void assertForgotten(long handle) {
    assertThatThrownBy(() -> write(handle, 6))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED));
  }
}
