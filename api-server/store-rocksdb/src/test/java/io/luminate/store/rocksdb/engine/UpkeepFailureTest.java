// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.model.Dimensions;
import io.luminate.model.EntityKeys;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.store.BodyHash;
import io.luminate.store.DeleteRequest;
import io.luminate.store.ErrorCode;
import io.luminate.store.IdempotencyClaim;
import io.luminate.store.PointBatch;
import io.luminate.store.QueryControl;
import io.luminate.store.StoreException;
import io.luminate.store.WriteRequest;
import io.luminate.store.rocksdb.head.PartitionKey;
import io.luminate.store.rocksdb.index.Handles;
import io.luminate.store.rocksdb.index.MetricIndex;
import io.luminate.store.rocksdb.journal.JournalDrive;
import io.luminate.store.rocksdb.journal.SimulatedDisk;
import io.luminate.store.rocksdb.segment.Catalog;
import io.luminate.store.rocksdb.segment.CatalogBatch;
import io.luminate.store.rocksdb.segment.ForgetfulStorage;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Upkeep that runs out of memory, or fails otherwise, in the middle of a step. */
class UpkeepFailureTest {
  private static final TenantId TENANT = new TenantId("acme");
  private static final BodyHash BODY = new BodyHash(1, 2);
  private static final long NOW = System.currentTimeMillis();
  private static final int TODAY = PartitionKey.dayOf(NOW);

  private final ForgetfulStorage storage = new ForgetfulStorage();
  private final FailingCatalog catalog = new FailingCatalog(storage.catalog());
  private SimulatedDisk disk = new SimulatedDisk(1);
  private Engine engine = open();

  UpkeepFailureTest() throws IOException {}

  private enum Failure {
    NONE,
    SCAN,
    COMMIT,
    COMMIT_DONE
  }

  private static final class FailingCatalog implements Catalog {
    private final Catalog inner;
    private Failure next = Failure.NONE;

    FailingCatalog(Catalog inner) {
      this.inner = inner;
    }

    private void failIf(Failure here) {
      if (next == here) {
        next = Failure.NONE;
        throw new OutOfMemoryError("simulated");
      }
    }

    @Override
    public Optional<byte[]> get(byte[] key) {
      return inner.get(key);
    }

    @Override
    public void scan(byte[] fromInclusive, byte[] toExclusive, Visitor visitor) {
      failIf(Failure.SCAN);
      inner.scan(fromInclusive, toExclusive, visitor);
    }

    @Override
    public void write(CatalogBatch batch) {
      inner.write(batch);
    }

    @Override
    public void commit(CatalogBatch batch) {
      failIf(Failure.COMMIT);
      inner.commit(batch);
      failIf(Failure.COMMIT_DONE);
    }
  }

  @Test
  void seal_failsAnywhere_losesNeitherSeriesNorKeys() throws IOException {
    for (Failure failure : Failure.values()) {
      write("m" + failure, "key" + failure);
      Upkeep upkeep = new Upkeep(engine);
      if (failure != Failure.NONE) {
        catalog.next = failure;
        assertThatThrownBy(() -> upkeep.seal(TODAY)).isInstanceOf(OutOfMemoryError.class);
      }
      upkeep.seal(TODAY);
    }
    reopen();
    for (Failure failure : Failure.values()) {
      assertThat(points("m" + failure)).as("after %s", failure).isEqualTo(1);
      assertThat(engine.claim(TENANT, "key" + failure, BODY, control()))
          .as("after %s", failure)
          .isInstanceOf(IdempotencyClaim.Replay.class);
    }
  }

  @Test
  void merge_failsAnywhere_keepsEachPointOnce() throws IOException {
    for (Failure failure : Set.of(Failure.COMMIT, Failure.COMMIT_DONE)) {
      Upkeep upkeep = new Upkeep(engine);
      for (int i = 0; i < 3; i++) {
        write(failure.name(), failure.name() + i);
        upkeep.seal(TODAY);
      }
      catalog.next = failure;
      assertThatThrownBy(upkeep::mergeAll).isInstanceOf(OutOfMemoryError.class);
      upkeep.mergeAll();
      assertThat(points(failure.name())).isEqualTo(3);
      reopen();
      assertThat(points(failure.name())).as("after %s", failure).isEqualTo(3);
      assertThat(engine.state().get().segments()).hasSize(1);
    }
  }

  /** The taking of one metric's blocks fails when the other's are taken already, or before. */
  @Test
  void collect_failsHalfWay_losesNoBlock() {
    SeriesRegistry registry =
        new SeriesRegistry(storage.catalog(), EntityKeys.DEFAULT, Long.MAX_VALUE);
    for (String metric : List.of("a", "b", "c")) {
      long handle = NewSeries.handle(registry, 0, TENANT, metric, Dimensions.of("k", "v"));
      registry.byId(Handles.metricId(handle)).orElseThrow().markDefined(Handles.ordinal(handle));
    }
    SeriesRegistry.Pending failing =
        new SeriesRegistry.Pending(
            new HashMap<>() {
              private static final long serialVersionUID = 1;

              @Override
              public int[] put(MetricIndex key, int[] value) {
                if (size() == 1) {
                  throw new OutOfMemoryError("simulated");
                }
                return super.put(key, value);
              }
            },
            new HashMap<>());
    assertThatThrownBy(() -> registry.collect(new CatalogBatch(), failing))
        .isInstanceOf(OutOfMemoryError.class);
    registry.putBack(failing);
    SeriesRegistry.Pending next = new SeriesRegistry.Pending();
    registry.collect(new CatalogBatch(), next);
    Collection<MetricIndex> collected = next.series().keySet();
    assertThat(collected).extracting(MetricIndex::name).containsExactlyInAnyOrder("a", "b", "c");
  }

  /** Memory and catalog may differ, so nothing more may rest on either; queries still answer. */
  @Test
  void indivisibleStep_breaksOff_refusesWritesUntilTheNextStart() throws IOException {
    write("m", "key");
    assertThatThrownBy(
            () ->
                engine.indivisible(
                    () -> {
                      throw new OutOfMemoryError("simulated");
                    }))
        .isInstanceOf(OutOfMemoryError.class);
    assertRefused(() -> write("m", "other"));
    assertRefused(
        () ->
            engine.deleteBefore(
                DeleteRequest.of(TENANT, "m", NOW), index -> {}, OptionalLong::empty));
    assertRefused(() -> new Upkeep(engine).seal(TODAY));
    assertRefused(() -> new Upkeep(engine).mergeOnce(true));
    assertThat(points("m")).isEqualTo(1);
    reopen();
    write("m", "other");
    assertThat(points("m")).isEqualTo(2);
  }

  private static void assertRefused(Runnable work) {
    assertThatThrownBy(work::run)
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_UNAVAILABLE));
  }

  private void write(String metric, String key) {
    PointBatch batch = new PointBatch(TENANT, 1);
    batch.add(NewSeries.handle(engine, TENANT, metric, Dimensions.of("k", metric)), NOW, 1);
    try (IdempotencyClaim.Held held =
        (IdempotencyClaim.Held) engine.claim(TENANT, key, BODY, control())) {
      engine.write(WriteRequest.keyed(batch, held, new byte[] {1}));
    }
  }

  private static QueryControl control() {
    return QueryControl.withTimeout(Duration.ofMinutes(10));
  }

  private int points(String metric) {
    TimeRange always = new TimeRange(0, NOW + PartitionKey.DAY_MILLIS);
    return VisiblePoints.of(engine, TENANT, List.of(metric), always).values().stream()
        .mapToInt(Integer::intValue)
        .sum();
  }

  private void reopen() throws IOException {
    engine.close();
    disk = disk.restart();
    engine = open();
  }

  private Engine open() throws IOException {
    return new Engine(
        disk,
        catalog,
        storage.chunks(),
        ByHand.options(InstantSource.system()),
        JournalDrive.INLINE);
  }
}
