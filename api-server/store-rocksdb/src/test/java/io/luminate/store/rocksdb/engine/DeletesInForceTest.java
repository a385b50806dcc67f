// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.model.Dimensions;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.store.DeleteReceipt;
import io.luminate.store.DeleteRequest;
import io.luminate.store.ErrorCode;
import io.luminate.store.PointBatch;
import io.luminate.store.StoreException;
import io.luminate.store.WriteRequest;
import io.luminate.store.rocksdb.head.PartitionKey;
import io.luminate.store.rocksdb.journal.JournalDrive;
import io.luminate.store.rocksdb.journal.SimulatedDisk;
import io.luminate.store.rocksdb.segment.ForgetfulStorage;
import io.luminate.store.testkit.TestClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Deletes end: covered by later ones, or carried out by rewriting what they clip. */
class DeletesInForceTest {
  private static final TenantId TENANT = new TenantId("acme");
  private static final long NOW = Instant.parse("2026-03-11T12:00:00Z").toEpochMilli();
  private static final int TODAY = PartitionKey.dayOf(NOW);
  private static final int YESTERDAY = TODAY - 1;
  private static final int HOURS = 24;

  private final TestClock clock = new TestClock(Instant.ofEpochMilli(NOW));
  private final ForgetfulStorage storage = new ForgetfulStorage();
  private SimulatedDisk disk = new SimulatedDisk(1);
  private Engine engine = open();
  private Upkeep upkeep = new Upkeep(engine);

  DeletesInForceTest() throws IOException {}

  @Test
  void delete_nothingIsSoOld_leavesNoTrace() {
    writeDay("m", TODAY);
    writeDay("m", YESTERDAY);
    upkeep.seal(YESTERDAY);
    for (int i = 0; i < 100; i++) {
      engine.deleteBefore(DeleteRequest.of(TENANT, "m", 1), index -> {}, OptionalLong::empty);
    }
    assertThat(inForce()).isZero();
    assertThat(points("m")).isEqualTo(2 * HOURS);
  }

  @Test
  void delete_coversAnEarlierOne_replacesItInTheCatalogToo() throws IOException {
    writeDay("m", YESTERDAY);
    writeDay("other", YESTERDAY);
    upkeep.seal(YESTERDAY);
    for (int hour = 1; hour <= 10; hour++) {
      engine.deleteBefore(
          DeleteRequest.of(TENANT, "m", hourOf(YESTERDAY, hour)), index -> {}, OptionalLong::empty);
      writeDay("late", TODAY);
      upkeep.seal(TODAY);
    }
    engine.deleteBefore(
        DeleteRequest.of(TENANT, "m", hourOf(YESTERDAY, 10)), index -> {}, OptionalLong::empty);
    assertThat(inForce()).isEqualTo(1);
    writeDay("late", TODAY);
    upkeep.seal(TODAY);
    assertThat(inCatalog()).isEqualTo(1);
    reopen();
    assertThat(inForce()).isEqualTo(1);
    assertThat(points("m")).isEqualTo(HOURS - 10);
    assertThat(points("other")).isEqualTo(HOURS);
  }

  /** The newer one takes less far back, but also what was written between the two. */
  @Test
  void delete_lessFarBack_coversNone() {
    writeDay("m", YESTERDAY);
    upkeep.seal(YESTERDAY);
    engine.deleteBefore(
        DeleteRequest.of(TENANT, "m", hourOf(YESTERDAY, 10)), index -> {}, OptionalLong::empty);
    writeDay("m", YESTERDAY);
    upkeep.seal(YESTERDAY);
    engine.deleteBefore(
        DeleteRequest.of(TENANT, "m", hourOf(YESTERDAY, 5)), index -> {}, OptionalLong::empty);
    assertThat(inForce()).isEqualTo(2);
    assertThat(points("m")).isEqualTo(HOURS - 10 + HOURS - 5);
  }

  @Test
  void delete_moreThanTheLimit_isRefusedUntilTheyAreCarriedOut() {
    writeDay("m", YESTERDAY);
    upkeep.seal(YESTERDAY);
    long before = hourOf(YESTERDAY, 12);
    for (int i = 0; i < Tombstones.OF_METRIC_MAX; i++) {
      engine.deleteBefore(
          DeleteRequest.of(TENANT, "m", before - i), index -> {}, OptionalLong::empty);
    }
    assertThatThrownBy(
            () ->
                engine.deleteBefore(
                    DeleteRequest.of(TENANT, "m", before - 5_000),
                    index -> {},
                    OptionalLong::empty))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED));
    settle();
    assertThat(inForce()).isZero();
    engine.deleteBefore(
        DeleteRequest.of(TENANT, "m", before - 5_000), index -> {}, OptionalLong::empty);
    assertThat(points("m")).isEqualTo(HOURS - 12);
  }

  @Test
  void leisure_aDeleteTakesMuchOfASegment_rewritesItAlone() throws IOException {
    writeDay("m", YESTERDAY);
    writeDay("other", YESTERDAY);
    upkeep.seal(YESTERDAY);
    engine.deleteBefore(
        DeleteRequest.of(TENANT, "m", hourOf(YESTERDAY, 16)), index -> {}, OptionalLong::empty);
    while (upkeep.mergeOnce(false)) {
      // Looking is all it may do while there is no leisure.
    }
    assertThat(storedPoints()).isEqualTo(2 * HOURS);
    settle();
    assertThat(storedPoints()).isEqualTo(2 * HOURS - 16);
    assertThat(inForce()).isZero();
    assertThat(inCatalog()).isZero();
    reopen();
    assertThat(points("m")).isEqualTo(HOURS - 16);
    assertThat(points("other")).isEqualTo(HOURS);
  }

  @Test
  void leisure_aDeleteTakesAll_dropsTheSegment() {
    writeDay("m", YESTERDAY);
    upkeep.seal(YESTERDAY);
    engine.deleteBefore(DeleteRequest.of(TENANT, "m", NOW), index -> {}, OptionalLong::empty);
    settle();
    assertThat(engine.state().get().segments()).isEmpty();
    assertThat(storage.chunks().segments()).isEmpty();
    assertThat(inForce()).isZero();
  }

  @Test
  void leisure_aDeleteTakesLittle_isCarriedOutLater() {
    writeDay("m", YESTERDAY);
    upkeep.seal(YESTERDAY);
    engine.deleteBefore(
        DeleteRequest.of(TENANT, "m", hourOf(YESTERDAY, 2)), index -> {}, OptionalLong::empty);
    settle();
    assertThat(storedPoints()).isEqualTo(HOURS);
    clock.advance(Duration.ofMinutes(59));
    settle();
    assertThat(storedPoints()).isEqualTo(HOURS);
    clock.advance(Duration.ofMinutes(1));
    assertThat(upkeep.mergeOnce(false)).isTrue();
    assertThat(storedPoints()).isEqualTo(HOURS - 2);
    assertThat(inForce()).isZero();
  }

  /** Its metric is not in the segment, or only later in the day. */
  @Test
  void leisure_aDeleteTakesNothingAfterAll_endsWithoutRewriting() throws IOException {
    writeDay("other", YESTERDAY);
    write("m", hourOf(YESTERDAY, 20));
    upkeep.seal(YESTERDAY);
    List<SegmentHandle> segments = engine.state().get().segments();
    engine.deleteBefore(
        DeleteRequest.of(TENANT, "m", hourOf(YESTERDAY, 10)), index -> {}, OptionalLong::empty);
    assertThat(inForce()).isEqualTo(1);
    settle();
    assertThat(inForce()).isZero();
    assertThat(engine.state().get().segments()).isEqualTo(segments);
    write("m", hourOf(YESTERDAY, 1));
    upkeep.seal(YESTERDAY);
    upkeep.mergeAll();
    reopen();
    assertThat(points("m")).isEqualTo(2);
  }

  /** Each is covered by the next one, of which some are always in force. */
  @Test
  void deletes_everyMinuteOfALiveMetric_endWhenTheirOwnPointsAreGone() throws IOException {
    String first = deleteEveryMinute(1);
    String early = deleteEveryMinute(99);
    String last = deleteEveryMinute(900);
    assertThat(inForce()).isPositive();
    assertThat(status(first)).isEqualTo(DeleteReceipt.Status.DONE);
    assertThat(status(early)).isEqualTo(DeleteReceipt.Status.DONE);
    assertThat(status(last)).isEqualTo(DeleteReceipt.Status.RUNNING);
    assertThat(receipts()).isEqualTo(DeleteReceipt.KEPT_MAX);
    reopen();
    assertThat(status(early)).isEqualTo(DeleteReceipt.Status.DONE);
    assertThat(points("live")).isEqualTo(1);
  }

  /** All of them within a day, which is not sealed yet. */
  @Test
  void deletes_moreThanAreKept_dropTheOldestRecord() throws IOException {
    clock.advance(Duration.ofHours(-12));
    String first = deleteEveryMinute(100);
    String second = deleteEveryMinute(1_000);
    assertThat(receipts()).isEqualTo(DeleteReceipt.KEPT_MAX);
    assertThat(engine.operations().find(TENANT, first)).isEmpty();
    assertThat(status(second)).isEqualTo(DeleteReceipt.Status.RUNNING);
    reopen();
    assertThat(receipts()).isEqualTo(DeleteReceipt.KEPT_MAX);
    assertThat(engine.operations().find(TENANT, first)).isEmpty();
    assertThat(status(second)).isEqualTo(DeleteReceipt.Status.RUNNING);
    assertThat(points("live")).isEqualTo(1);
  }

  /** Of all that is there, with a new point after it and a round of upkeep each hour. */
  private String deleteEveryMinute(int deletes) {
    String id = "";
    for (int i = 0; i < deletes; i++) {
      DeleteRequest request = DeleteRequest.of(TENANT, "live", clock.millis());
      write("live", clock.millis());
      clock.advance(Duration.ofMinutes(1));
      id = engine.deleteBefore(request, index -> {}, OptionalLong::empty).operationId();
      if (i % 60 == 59) {
        upkeep.seal(PartitionKey.dayOf(clock.millis()) - 1);
        settle();
      }
    }
    return id;
  }

  private DeleteReceipt.Status status(String id) {
    return engine.operations().find(TENANT, id).orElseThrow().status();
  }

  private int receipts() {
    return count(CatalogKeys.operation(TENANT, ""));
  }

  private void settle() {
    while (upkeep.mergeOnce(true)) {
      // Until nothing is left to do.
    }
  }

  private int inForce() {
    return engine.state().get().tombstones().size();
  }

  private int inCatalog() {
    return count(CatalogKeys.TOMBSTONES);
  }

  private int count(byte[] prefix) {
    int[] found = {0};
    storage
        .catalog()
        .scanPrefix(
            prefix,
            (key, value) -> {
              found[0]++;
              return true;
            });
    return found[0];
  }

  private long storedPoints() {
    return engine.state().get().segments().stream().mapToLong(s -> s.meta().points()).sum();
  }

  /** A point an hour. */
  private void writeDay(String metric, int day) {
    for (int hour = 0; hour < HOURS; hour++) {
      write(metric, hourOf(day, hour));
    }
  }

  private static long hourOf(int day, int hour) {
    return day * PartitionKey.DAY_MILLIS + hour * 3_600_000L;
  }

  private void write(String metric, long millis) {
    PointBatch batch = new PointBatch(TENANT, 1);
    batch.add(NewSeries.handle(engine, TENANT, metric, Dimensions.of("k", "v")), millis, 1);
    engine.write(WriteRequest.unkeyed(batch));
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
    upkeep = new Upkeep(engine);
  }

  private Engine open() throws IOException {
    return new Engine(
        disk, storage.catalog(), storage.chunks(), ByHand.options(clock), JournalDrive.INLINE);
  }
}
