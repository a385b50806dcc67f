// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.cardinality;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.EntityKeys;
import io.luminate.model.TenantId;
import io.luminate.store.clickhouse.TestDatabase;
import io.luminate.store.clickhouse.client.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TenantMetricsTest {
  private static final int TODAY = 20_000;
  private static final Duration WITHIN = Duration.ofSeconds(2);

  private final TestDatabase database = TestDatabase.withTables();
  private final StoredSeries stored =
      new StoredSeries(database.client(), database.client(), database.tables(), EntityKeys.DEFAULT);
  private final AtomicLong nanos = new AtomicLong(System.nanoTime());
  private final Tenants tenants = new Tenants(stored, nanos::get);

  @AfterEach
  void close() {
    database.close();
  }

  private static TenantMetrics.Entry enter(TenantMetrics metrics, String name, int metricsMax) {
    return metrics.enter(name, TODAY, metricsMax, of -> 0, WITHIN);
  }

  @Test
  void enter_manyTenantsWithLongNames_takeNoMoreThanTheirBytes() {
    String longName = "x".repeat(20_000);
    for (int tenant = 0; tenant < 50; tenant++) {
      for (int metric = 0; metric < 20; metric++) {
        enter(tenants.of(new TenantId("t" + tenant)), longName + metric, 100);
      }
    }
    tenants.trim();
    assertThat(tenants.bytes()).isBetween(Tenants.BYTES_MAX / 2, Tenants.BYTES_MAX);
    TenantMetrics newest = tenants.of(new TenantId("t49"));
    assertThat(newest.has(longName + 19, of -> 0)).isTrue();
  }

  @Test
  void enter_deletedMetric_givesItsBytesBack() {
    TenantMetrics metrics = tenants.of(new TenantId("acme"));
    long empty = metrics.bytes();
    enter(metrics, "m", 1);
    enter(metrics, "m", 1);
    assertThat(enter(metrics, "n", 1).in()).isFalse();
    metrics.deleted("m");
    assertThat(metrics.bytes()).isEqualTo(empty);
    assertThat(enter(metrics, "n", 1).in()).isTrue();
  }

  @Test
  void enter_withoutTimeToAsk_isInAndUnanswered() {
    TenantMetrics metrics = tenants.of(new TenantId("acme"));
    TenantMetrics.Entry entry = metrics.enter("m", TODAY, 1, of -> 0, Duration.ZERO);
    assertThat(entry.in()).isTrue();
    assertThat(entry.answered()).isFalse();
    assertThat(enter(metrics, "n", 1).in()).isFalse();
  }

  /** How long some series of a request may wait for a look-up that takes so long. */
  private Duration patience(TenantMetrics metrics, Duration taken) {
    return new Patience(metrics)
        .within(
            within -> {
              pass(taken);
              return within;
            });
  }

  @Test
  void patience_whatIsAnsweredInTime_keepsNobodyElseFromWaiting() {
    TenantMetrics metrics = tenants.of(new TenantId("acme"));
    for (int part = 0; part < 5; part++) {
      assertThat(patience(metrics, Duration.ofMillis(1_500))).isEqualTo(Patience.IN_ALL);
    }
  }

  @Test
  void patience_onceInVain_furtherPartsOfTheRequestDoNotWait() {
    TenantMetrics metrics = tenants.of(new TenantId("acme"));
    assertThat(patience(metrics, Patience.IN_ALL)).isEqualTo(Patience.IN_ALL);
    for (int part = 1; part < 20; part++) {
      assertThat(patience(metrics, Duration.ZERO)).isZero();
    }
    pass(Duration.ofSeconds(6));
    assertThat(patience(metrics, Duration.ZERO)).isEqualTo(Patience.IN_ALL);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private void execute(String sql) {
    database.client().execute(Statement.of(sql));
  }

  /** Its write failed, or another process deleted it. */
  @Test
  void enter_metricThatIsNotThere_countsOnlyWhilePointsMayBeUnderWay() {
    TenantMetrics metrics = tenants.of(new TenantId("acme"));
    assertThat(enter(metrics, "m", 1).in()).isTrue();
    pass(Duration.ofMinutes(1));
    assertThat(enter(metrics, "n", 1).in()).isFalse();
    pass(TenantMetrics.UNDER_WAY);
    assertThat(enter(metrics, "n", 1).in()).isTrue();
    assertThat(enter(metrics, "m", 1).in()).isFalse();
  }

  @Test
  void enter_metricThatIsThere_countsOn() {
    TenantMetrics metrics = tenants.of(new TenantId("acme"));
    assertThat(enter(metrics, "m", 1).in()).isTrue();
    execute(
        "INSERT INTO points (tenant, metric, timestamp, value) SELECT 'acme', 'm', "
            + TODAY * Duration.ofDays(1).toMillis()
            + ", 1");
    pass(TenantMetrics.UNDER_WAY.multipliedBy(2));
    assertThat(enter(metrics, "n", 1).in()).isFalse();
    database
        .server()
        .execute(
            "ALTER TABLE "
                + database.tables().points()
                + " DELETE WHERE tenant = 'acme' SETTINGS mutations_sync = 2");
    pass(Duration.ofMinutes(1));
    assertThat(enter(metrics, "n", 1).in()).isTrue();
  }

  /** Nobody waits for more than two seconds. */
  @Test
  void enter_answerTakesLonger_isInUntilItIsThere_andNotAfterwards() {
    String name = database.tables().database() + ".";
    execute(
        "INSERT INTO points (tenant, metric, timestamp, value) SELECT 'acme', 'm', "
            + TODAY * Duration.ofDays(1).toMillis()
            + ", 1");
    database.server().execute("RENAME TABLE " + name + "points TO " + name + "fast");
    database
        .server()
        .execute(
            "CREATE VIEW %1$spoints AS SELECT * FROM %1$sfast WHERE sleepEachRow(2.8) = 0"
                .formatted(name));
    TenantMetrics metrics = tenants.of(new TenantId("acme"));
    TenantMetrics.Entry first = enter(metrics, "n", 1);
    assertThat(first.in()).isTrue();
    assertThat(first.answered()).isFalse();
    pass(Duration.ofSeconds(3));
    for (int i = 0; i < 200 && enter(metrics, "o" + i, 1).in(); i++) {
      pause();
    }
    assertThat(enter(metrics, "p", 1).in()).isFalse();
    // The next answer takes as long, and meanwhile this one holds.
    pass(Duration.ofSeconds(13));
    assertThat(enter(metrics, "p", 1).in()).isFalse();
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void enter_manyMetricsOfOneTenantWithoutAnswer_takeNoMoreThanTheirBytes() {
    TenantMetrics metrics = tenants.of(new TenantId("acme"));
    for (int i = 0; i < 20_000; i++) {
      TenantMetrics.Entry entry =
          metrics.enter("x".repeat(200) + i, TODAY, 10, of -> 0, Duration.ZERO);
      assertThat(entry.in()).isTrue();
      assertThat(entry.answered()).isFalse();
    }
    assertThat(tenants.bytes())
        .isBetween(
            TenantMetrics.UNANSWERED_BYTES_MAX / 2, TenantMetrics.UNANSWERED_BYTES_MAX + 1_000);
    assertThat(enter(metrics, "y", 10).answered()).isTrue();
  }
}
