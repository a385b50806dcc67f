// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.Dimensions;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.store.DeleteRequest;
import io.luminate.store.PointBatch;
import io.luminate.store.WriteRequest;
import io.luminate.store.rocksdb.head.PartitionKey;
import io.luminate.store.rocksdb.journal.JournalDrive;
import io.luminate.store.rocksdb.journal.SimulatedDisk;
import io.luminate.store.rocksdb.segment.ForgetfulStorage;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Deletes whose frames are read again, or cannot be, after damage to the journal. */
class DeleteReplayTest {
  private static final TenantId TENANT = new TenantId("acme");
  private static final long NOW = System.currentTimeMillis();
  private static final int TODAY = PartitionKey.dayOf(NOW);
  private static final int YESTERDAY = TODAY - 1;
  private static final int DAY_BEFORE = TODAY - 2;

  private final ForgetfulStorage storage = new ForgetfulStorage();
  private SimulatedDisk disk = new SimulatedDisk(1);
  private Engine engine = open();

  DeleteReplayTest() throws IOException {}

  /**
   * The journal is kept for a frame that turns out to be lost, so it gives back a delete that was
   * carried out everywhere and forgotten. It must not take what was written after it and merged
   * since.
   */
  @Test
  void merge_afterAForgottenDelete_isNotClippedByItsReplay() throws IOException {
    writeAndSeal("other", DAY_BEFORE);
    write("other", TODAY);
    long firstEndBytes = engine.journal().sizeBytes();
    write("m", YESTERDAY);
    engine.deleteBefore(
        DeleteRequest.of(TENANT, "m", startOf(TODAY)), index -> {}, OptionalLong::empty);
    writeAndSeal("m", YESTERDAY);
    writeAndSeal("m", YESTERDAY);
    writeAndSeal("other", DAY_BEFORE);
    damage(firstEndBytes - 20);
    reopen();
    assertThat(engine.state().get().tombstones().size()).isEqualTo(1);
    // The older day merges first; then nothing needs the delete any more.
    new Upkeep(engine).mergeAll();
    assertThat(engine.state().get().tombstones().isEmpty()).isTrue();
    assertThat(engine.state().get().segments()).hasSize(2);
    reopen();
    assertThat(points("m")).isEqualTo(2);
  }

  /** The catalog remembers it, and the points it took are in the journal still. */
  @Test
  void open_frameOfADeleteIsLost_itsPointsStayGone() throws IOException {
    write("m", YESTERDAY);
    engine.deleteBefore(
        DeleteRequest.of(TENANT, "m", startOf(TODAY)), index -> {}, OptionalLong::empty);
    long deleteEndBytes = engine.journal().sizeBytes();
    write("m", YESTERDAY);
    writeAndSeal("other", TODAY);
    damage(deleteEndBytes - 10);
    reopen();
    assertThat(engine.corruptions()).hasSize(1);
    assertThat(points("m")).isEqualTo(1);
  }

  private void damage(long offsetBytes) {
    String file =
        disk.list().stream().filter(name -> disk.content(name)[0] != 0).findFirst().orElseThrow();
    disk.flipBit(file, (int) offsetBytes);
  }

  private void reopen() throws IOException {
    engine.close();
    disk = disk.restart();
    engine = open();
  }

  private Engine open() throws IOException {
    return new Engine(
        disk,
        storage.catalog(),
        storage.chunks(),
        ByHand.options(InstantSource.system()),
        JournalDrive.INLINE);
  }

  private void write(String metric, int day) {
    PointBatch batch = new PointBatch(TENANT, 1);
    batch.add(NewSeries.handle(engine, TENANT, metric, Dimensions.of("k", "v")), startOf(day), 1);
    engine.write(WriteRequest.unkeyed(batch));
  }

  private void writeAndSeal(String metric, int day) {
    write(metric, day);
    new Upkeep(engine).seal(day);
  }

  private int points(String metric) {
    TimeRange always = new TimeRange(0, NOW + PartitionKey.DAY_MILLIS);
    return VisiblePoints.of(engine, TENANT, List.of(metric), always).values().stream()
        .mapToInt(Integer::intValue)
        .sum();
  }

  private static long startOf(int day) {
    return day * PartitionKey.DAY_MILLIS;
  }
}
