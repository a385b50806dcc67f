// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.cardinality;

import static io.luminate.store.clickhouse.cardinality.CountingProcess.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.model.Dimensions;
import io.luminate.model.SeriesHash;
import io.luminate.store.SeriesAdmission;
import io.luminate.store.SeriesLimits;
import io.luminate.store.SeriesLimits.Overflow;
import io.luminate.store.clickhouse.TestDatabase;
import io.luminate.store.clickhouse.client.ClickHouseFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Processes that count the same metrics, on a real ClickHouse. */
class CardinalityTest {
  private static final MetricName M = new MetricName(ACME, "m");

  private final TestDatabase database = TestDatabase.withTables();
  private final List<CountingProcess> processes = new ArrayList<>();

  private CountingProcess start() {
    CountingProcess process = new CountingProcess(database.access(), database.tables());
    processes.add(process);
    return process;
  }

  @AfterEach
  void close() {
    processes.forEach(CountingProcess::close);
    database.close();
  }

  private void rename(String from, String to) {
    String name = database.tables().database() + ".";
    database.server().execute("RENAME TABLE " + name + from + " TO " + name + to);
  }

  private long rows(String condition) {
    return Long.parseLong(
        database.value(
            "SELECT uniqExact(if(process = '', 0, day), process, epoch) FROM "
                + database.tables().cardinality()
                + " WHERE metric = 'm' AND "
                + condition));
  }

  /** So many others are counted that nothing of before is remembered. */
  private static void forgetAll(Cardinality cardinality) {
    for (int i = 0; i < Cardinality.COUNTS_MAX; i++) {
      cardinality.count(new MetricName(ACME, "other" + i));
    }
  }

  @Test
  void share_ofTwoProcesses_eachKnowsWhatTheOtherLetIn() {
    CountingProcess one = start();
    CountingProcess other = start();
    one.letIn("m", 0, 1, 10);
    other.letIn("m", 1, 2, 10);
    one.letIn("m", 2, 6, 10);
    one.letIn("unknown to the other", 0, 9, 10);
    one.cardinality().share();
    other.cardinality().share();
    assertThat(other.letIn("m", 6, 20, 10)).isEqualTo(4);
  }

  @Test
  void share_metricForgottenAndMetAgain_keepsOneRowForEachDay() {
    CountingProcess process = start();
    for (int i = 0; i < 5; i++) {
      process.letIn("m", 3 * i, 3 * i + 3, 1_000);
      process.cardinality().share();
      forgetAll(process.cardinality());
    }
    assertThat(rows("process != ''")).isEqualTo(1);
    CountingProcess next = start();
    assertThat(next.letIn("m", 100, 200, 20)).isEqualTo(5);
  }

  @Test
  void share_metricForgottenAndNeverLoaded_losesNothingOfItsRow() {
    CountingProcess process = start();
    for (int i = 0; i < 3; i++) {
      process.letIn("m", 3 * i, 3 * i + 3, Long.MAX_VALUE);
      process.cardinality().share();
      forgetAll(process.cardinality());
    }
    assertThat(rows("process != ''")).isEqualTo(1);
    SketchTable.Stored stored =
        new SketchTable(database.client(), database.tables())
            .read(M, Integer.MIN_VALUE, SketchTable.WITHIN);
    assertThat(stored.all().getEstimate()).isBetween(8.9, 9.1);
  }

  @Test
  void share_tableCannotBeWritten_countsStayWithinTheirBytes() {
    CountingProcess process = start();
    rename("cardinality", "away");
    int metrics = 400;
    for (int metric = 0; metric < metrics; metric++) {
      MetricCount count = process.cardinality().count(new MetricName(ACME, "big" + metric));
      for (int i = 0; i < 10_000; i++) {
        count.add(new SeriesHash(i, metric), 20_000);
      }
    }
    assertThatThrownBy(() -> process.cardinality().share()).isInstanceOf(ClickHouseFailure.class);
    assertThat(process.cardinality().countsKnown()).isBetween(100, metrics - 100);
    forgetAll(process.cardinality());
    forgetAll(process.cardinality());
    assertThat(process.cardinality().countsKnown()).isEqualTo(Cardinality.COUNTS_MAX);
    rename("away", "cardinality");
  }

  /** One tenant brings as many within moments. */
  @Test
  void met_manyKeysOfManyMetrics_countsStayWithinTheirBytesAtOnce() {
    CountingProcess process = start();
    int metrics = 1_000;
    for (int metric = 0; metric < metrics; metric++) {
      MetricCount count = process.cardinality().count(new MetricName(ACME, "wide" + metric));
      for (int i = 0; i < 64; i++) {
        process.cardinality().met(count, Dimensions.of("key" + i, "a value"));
      }
    }
    long keysMax = (Cardinality.SKETCH_BYTES_MAX + (4 << 20)) / MetricCount.KEY_BYTES;
    assertThat(process.cardinality().countsKnown()).isBetween(200, (int) keysMax / 64 + 1);
  }

  /** Until the metric was counted as a whole in so many epochs, as everybody sees. */
  private void countAnew(Cardinality cardinality, int epochs) {
    for (int i = 0; i < 100 && rows("process = ''") < epochs; i++) {
      cardinality.recount();
      cardinality.share();
      pause();
    }
    assertThat(rows("process = ''")).isEqualTo(epochs);
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** All of a time pass: what is left then is what nothing is written anew of. */
  private void expire(Duration later) {
    database
        .server()
        .execute(
            "ALTER TABLE %s DELETE WHERE expires < %d SETTINGS mutations_sync = 2"
                .formatted(
                    database.tables().cardinality(), Instant.now().plus(later).getEpochSecond()));
  }

  private boolean isCountedFor(Duration kept) {
    int mark = SketchTable.mark(Math.toIntExact(kept.toDays()));
    return rows("process = '' AND day = " + mark) > 0;
  }

  /** Points stay for longer now than the rows that were written before. */
  @Test
  void load_retentionIsLongerSince_seriesGoOnCounting() {
    CountingProcess before = start();
    before.write("m", 0, 3);
    before.letIn("m", 0, 3, 10);
    before.cardinality().share();
    Duration longer = CountingProcess.KEPT.multipliedBy(2);
    CountingProcess process = start();
    process.setKept(longer);
    process.letIn("m", 0, 1, 10);
    for (int i = 0; i < 200 && !isCountedFor(longer); i++) {
      process.cardinality().recount();
      process.cardinality().share();
      pause();
    }
    expire(CountingProcess.KEPT.plusDays(10));
    // So that the rows alone can tell.
    delete();
    CountingProcess later = start();
    later.setKept(longer);
    assertThat(later.letIn("m", 10, 20, 5)).isEqualTo(2);
  }

  @Test
  void load_wholeCountExpired_pointsAreNotCountedAgain() {
    CountingProcess process = start();
    process.write("m", 0, 3);
    process.letIn("m", 0, 3, 10);
    process.cardinality().share();
    expire(CountingProcess.KEPT.plusDays(10));
    start().letIn("m", 10, 20, 10);
    database.flushQueryLog();
    assertThat(
            database.value(
                "SELECT count() FROM system.query_log WHERE type = 'QueryFinish'"
                    + " AND query LIKE 'SELECT intDiv(max(timestamp), 86400000), series FROM "
                    + database.tables().database()
                    + "%'"))
        .isEqualTo("1");
  }

  private static long letIn(CountingProcess process, String metric, long metricsMax) {
    return process
        .ask(
            CountingProcess.series(metric, 0, 1),
            new SeriesLimits(1_000, metricsMax, Overflow.REJECT))
        .stream()
        .filter(SeriesAdmission.Admitted.class::isInstance)
        .count();
  }

  @Test
  void admit_sameSeriesForLongerThanTheRetention_theirMetricGoesOnCounting() {
    CountingProcess process = start();
    assertThat(letIn(process, "m", 1)).isEqualTo(1);
    for (int days = 10; days <= 40; days += 10) {
      process.setAhead(Duration.ofDays(days));
      assertThat(letIn(process, "m", 1)).isEqualTo(1);
    }
    assertThat(letIn(process, "n", 1)).isZero();
  }

  @Test
  void admit_afterTheRetention_metricsThatOthersWroteGoOnCounting() {
    CountingProcess other = start();
    other.write("of another", 0, 1);
    CountingProcess process = start();
    assertThat(letIn(process, "m", 2)).isEqualTo(1);
    Duration later = CountingProcess.KEPT.plusDays(2);
    other.setAhead(later);
    other.write("of another", 0, 1);
    process.setAhead(later);
    assertThat(letIn(process, "m", 2)).isEqualTo(1);
    assertThat(letIn(process, "n", 2)).isZero();
  }

  private void delete() {
    database
        .server()
        .execute(
            "DELETE FROM "
                + database.tables().points()
                + " WHERE tenant != '' SETTINGS lightweight_deletes_sync = 2");
  }

  @Test
  void deleted_clockBehind_countsAnewForEverybody() {
    CountingProcess ahead = start();
    ahead.setAhead(Duration.ofMinutes(1));
    ahead.write("m", 0, 3);
    ahead.cardinality().deleted(ACME, "m");
    countAnew(ahead.cardinality(), 1);
    assertThat(ahead.letIn("m", 10, 11, 3)).isZero();
    delete();
    CountingProcess behind = start();
    behind.cardinality().deleted(ACME, "m");
    countAnew(behind.cardinality(), 2);
    ahead.cardinality().share();
    assertThat(ahead.letIn("m", 50, 60, 3)).isEqualTo(3);
  }

  /** Its series are gone, and others took their places. */
  @Test
  void deleted_throughAnotherProcess_remembersNothingOfTheMetric() {
    CountingProcess deletes = start();
    CountingProcess other = start();
    other.write("m", 0, 3);
    assertThat(other.letIn("m", 0, 3, 3)).isEqualTo(3);
    assertThat(other.letIn("n", 0, 3, 3)).isEqualTo(3);
    other.cardinality().share();
    delete();
    deletes.cardinality().deleted(ACME, "m");
    countAnew(deletes.cardinality(), 2);
    assertThat(deletes.letIn("m", 10, 13, 3)).isEqualTo(3);
    deletes.cardinality().share();
    other.cardinality().share();
    assertThat(other.letIn("m", 0, 3, 3)).isZero();
    assertThat(other.letIn("m", 0, 3, 4)).isEqualTo(1);
    assertThat(other.letIn("n", 0, 3, 3)).isEqualTo(3);
  }

  @Test
  void deleted_pointsCannotBeCounted_returnsAtOnce_andCountsThemLater() {
    CountingProcess process = start();
    process.write("m", 0, 3);
    process.letIn("m", 0, 3, 3);
    process.cardinality().share();
    assertThat(rows("process = ''")).isEqualTo(1);
    delete();
    rename("points", "away");
    process.cardinality().deleted(ACME, "m");
    process.cardinality().recount();
    process.cardinality().share();
    assertThat(rows("epoch > 0")).isZero();
    rename("away", "points");
    countAnew(process.cardinality(), 2);
    assertThat(start().letIn("m", 10, 20, 3)).isEqualTo(3);
  }
}
