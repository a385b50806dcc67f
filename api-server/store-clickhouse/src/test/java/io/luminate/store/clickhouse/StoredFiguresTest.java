// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.clickhouse.testkit.ClickHouseCluster;
import io.luminate.model.EntityKeys;
import io.luminate.model.TenantId;
import io.luminate.store.ErrorCode;
import io.luminate.store.MetricCardinality;
import io.luminate.store.MetricsStore;
import io.luminate.store.StoreException;
import io.luminate.store.StoreHealth;
import io.luminate.store.StoreStats;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.retention.RetainedDays;
import io.luminate.store.clickhouse.schema.Schema;
import io.luminate.store.clickhouse.schema.Tables;
import io.luminate.store.clickhouse.schema.Topology;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoredFiguresTest {
  /** Takes as long as it is worth sharing. */
  private static final String SLOW = "sleepEachRow(0.3) = 0";

  private static final String SPREAD = "spread";

  @TempDir private Path folder;

  @Test
  void oneServerAway_healthIsThatOfTheOthers_andItsFiguresAreTheLastOnes() {
    try (Shards shards = Shards.start(folder, 2);
        ClickHouseClient client = new ClickHouseClient(shards.access(SPREAD))) {
      Tables tables = spread(shards, client);
      try (StoredFigures figures = figures(client, tables)) {
        StoreStats before = await(figures::stats);
        assertThat(before.series()).isEqualTo(2);
        assertThat(figures.health()).isInstanceOf(StoreHealth.Healthy.class);
        shards.far().kill9();
        figures.outdated();
        // A slow count is written down for others, which takes room on disk.
        assertThat(figures.stats())
            .returns(before.series(), StoreStats::series)
            .returns(before.points(), StoreStats::points);
        try (StoredFigures begunSince = figures(client, tables)) {
          assertThat(begunSince.health()).isInstanceOf(StoreHealth.Healthy.class);
        }
      }
    }
  }

  /** A series on each server. */
  private static Tables spread(Shards shards, ClickHouseClient client) {
    Tables tables = new Tables(SPREAD, new Topology.Cluster(ClickHouseCluster.NAME));
    shards.all().forEach(shard -> shard.execute("CREATE DATABASE " + SPREAD));
    Schema.open(client, tables, TestDatabase.OWNERSHIP, EntityKeys.DEFAULT);
    for (int i = 0; i < 2; i++) {
      shards
          .all()
          .get(i)
          .execute(
              "INSERT INTO %s.points_local (tenant, metric, series, timestamp) VALUES ('acme', 'm', %d, %d)"
                  .formatted(SPREAD, i, System.currentTimeMillis()));
    }
    return tables;
  }

  private static StoredFigures figures(ClickHouseClient client, Tables tables) {
    return new StoredFigures(client, client, tables, Optional::empty, () -> {}, () -> days("true"));
  }

  @ParameterizedTest
  @CsvSource({
    "PT0.001S, PT10S",
    "PT0.1S, PT1M40S",
    "PT0.3S, PT5M",
    "PT2S, PT5M",
    "PT3S, PT5M",
    "PT60S, PT1H40M"
  })
  void counts_areMadeAgainTheLaterTheLongerTheyTake(Duration took, Duration holds) {
    assertThat(StoredFigures.ageOf(took)).isEqualTo(holds);
  }

  @Test
  void count_thatTookLong_isMadeOnce_forAllProcesses() {
    try (TestDatabase database = TestDatabase.withTables()) {
      insertMetrics(database, 2);
      try (StoredFigures one = figures(database, SLOW);
          StoredFigures other = figures(database, SLOW)) {
        StoreStats stats = await(one::stats);
        assertThat(await(other::stats).series()).isEqualTo(stats.series()).isEqualTo(2);
        assertThat(other.largestMetrics(2)).isEqualTo(one.largestMetrics(2)).hasSize(2);
        assertThat(counted(database)).isEqualTo(1);
      }
    }
  }

  @Test
  void count_afterADelete_isMadeAnew_whateverOthersCounted() {
    try (TestDatabase database = TestDatabase.withTables()) {
      insertMetrics(database, 1);
      try (StoredFigures one = figures(database, SLOW);
          StoredFigures other = figures(database, SLOW)) {
        await(one::stats);
        await(other::stats);
        insertMetrics(database, 2);
        other.outdated();
        awaitSeries(other, 2);
        try (StoredFigures begunSince = figures(database, SLOW)) {
          awaitSeries(begunSince, 2);
        }
        assertThat(counted(database)).isEqualTo(2);
      }
    }
  }

  /** It takes the last ones until then. */
  @Test
  void count_whileAnotherProcessIsAtIt_waitsForThat_unlessThatIsDead() {
    try (TestDatabase database = TestDatabase.withTables()) {
      insertMetrics(database, 1);
      try (StoredFigures figures = figures(database, SLOW)) {
        await(figures::stats);
      }
      insertMetrics(database, 2);
      begun(database, 4_000_000_000_000L, "now64(6)");
      makeOld(database);
      try (StoredFigures waiting = figures(database, SLOW)) {
        awaitSeries(waiting, 1);
        begun(database, 4_000_000_000_001L, "now64(6) - INTERVAL 10 MINUTE");
        awaitSeries(waiting, 2);
      }
    }
  }

  /** As after a delete: the last count is young, and does not hold. */
  @Test
  void count_thatAnotherProcessMakesAgain_replacesOneThatIsYoung() {
    try (TestDatabase database = TestDatabase.withTables()) {
      insertMetrics(database, 1);
      try (StoredFigures figures = figures(database, SLOW)) {
        await(figures::stats);
      }
      long version = 4_000_000_000_000L;
      begun(database, version, "now64(6)");
      try (StoredFigures waiting = figures(database, SLOW)) {
        awaitSeries(waiting, 1);
        database
            .server()
            .execute(
                "INSERT INTO %1$s SELECT %2$d, 'somebody', (SELECT any(basis) FROM %1$s), 300, '7\\t9', now64(6)"
                    .formatted(database.tables().counts(), version));
        awaitSeries(waiting, 7);
      }
    }
  }

  private static void awaitSeries(StoredFigures figures, long series) {
    long giveUpNanos = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (await(figures::stats).series() != series) {
      assertThat(System.nanoTime()).as("%s", figures.stats()).isLessThan(giveUpNanos);
    }
  }

  /** By a process that never ends it; about the same as the last one. */
  private static void begun(TestDatabase database, long version, String at) {
    String counts = database.tables().counts();
    database
        .server()
        .execute(
            "INSERT INTO %1$s SELECT %2$d, 'somebody', (SELECT any(basis) FROM %1$s), -1, '', %3$s"
                .formatted(counts, version, at));
  }

  /** What was counted until now. */
  private static void makeOld(TestDatabase database) {
    String counts = database.tables().counts();
    database
        .server()
        .execute(
            ("INSERT INTO %1$s SELECT version - 1, process, basis, cost_millis, counts,"
                    + " at - INTERVAL 3 HOUR FROM %1$s WHERE cost_millis >= 0")
                .formatted(counts));
    database
        .server()
        .execute(
            ("ALTER TABLE %s DELETE WHERE cost_millis >= 0 AND at > now() - INTERVAL 1 HOUR"
                    + " SETTINGS mutations_sync = 1")
                .formatted(counts));
  }

  private static long counted(TestDatabase database) {
    database.flushQueryLog();
    return Long.parseLong(
        database.value(
            "SELECT count() FROM system.query_log WHERE type = 'QueryFinish' AND has(tables, '"
                + database.tables().database()
                + ".points') AND query LIKE '%GROUP BY tenant, metric%'"));
  }

  @Test
  void version_ofCounts_isGotByOneOfAllThatWantIt() throws Exception {
    try (TestDatabase database = TestDatabase.withTables();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Boolean>> all =
          IntStream.range(0, 6)
              .<Callable<Boolean>>mapToObj(
                  i -> {
                    SharedCounts counts = new SharedCounts(database.client(), database.tables());
                    return () -> counts.begin(7, "basis");
                  })
              .toList();
      List<Boolean> begun = new ArrayList<>();
      for (Future<Boolean> one : threads.invokeAll(all)) {
        begun.add(one.get());
      }
      assertThat(begun).containsOnlyOnce(true);
    }
  }

  @Test
  void counts_asText_areTheSame() {
    List<MetricCardinality> metrics =
        List.of(
            new MetricCardinality(new TenantId("acme"), "m:a_b", 7),
            new MetricCardinality(new TenantId("x.y-z"), "n", 1));
    assertThat(Counts.parse(new Counts(8, 99, metrics).text()))
        .isEqualTo(new Counts(8, 99, metrics));
    assertThat(Counts.parse(new Counts(0, 0, List.of()).text()))
        .isEqualTo(new Counts(0, 0, List.of()));
  }

  /** Longer than anybody waits for it. */
  @Test
  void stats_firstCountTakesLong_areUnknownUntilItIsDone() {
    try (TestDatabase database = TestDatabase.withTables()) {
      insertMetrics(database, 1);
      try (StoredFigures figures = figures(database, "sleepEachRow(2.9) = 0")) {
        assertThatThrownBy(figures::stats).isInstanceOf(StoreException.class);
        StoreStats stats = await(figures::stats);
        assertThat(stats.series()).isEqualTo(1);
        assertThat(figures.largestMetrics(10)).hasSize(1);
      }
    }
  }

  @Test
  void stats_countFails_areUnknown_andThenTheLastOnes() {
    try (TestDatabase database = TestDatabase.withTables()) {
      insertMetrics(database, 1);
      AtomicReference<String> days = new AtomicReference<>("throwIf(1) = 0");
      try (StoredFigures figures = figures(database, () -> days(days.get()))) {
        assertThatThrownBy(figures::stats).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> figures.largestMetrics(1)).isInstanceOf(StoreException.class);
        days.set("true");
        assertThat(figures.stats().series()).isEqualTo(1);
        days.set("throwIf(2) = 0");
        assertThat(figures.stats().series()).isEqualTo(1);
      }
    }
  }

  /** Of memory: each block of rows makes a list of 1.6 GB. */
  @Test
  void stats_countTakesTooMuchMemory_areTheLastOnes() {
    try (TestDatabase database = TestDatabase.withTables()) {
      insertMetrics(database, 1);
      AtomicReference<String> days = new AtomicReference<>("true");
      try (StoredFigures figures = figures(database, () -> days(days.get()))) {
        assertThat(await(figures::stats).series()).isEqualTo(1);
        insertMetrics(database, 2);
        days.set("length(range(toUInt64(value * 200000000))) = 200000000");
        assertThat(figures.stats().series()).isEqualTo(1);
        database.flushQueryLog();
        assertThat(
                database.value(
                    "SELECT any(exception) FROM system.query_log WHERE current_database = '"
                        + database.tables().database()
                        + "' AND type = 'ExceptionWhileProcessing'"))
            .containsIgnoringCase("query memory limit exceeded")
            .contains("maximum: 1.00 GiB");
        days.set("value = 1");
        awaitSeries(figures, 2);
      }
    }
  }

  /** Each has it that a count takes little: long enough to look at others', too short to share. */
  @Test
  void count_thatTakesLongSince_isMadeOnce_forAllProcesses() {
    try (TestDatabase database = TestDatabase.withTables()) {
      insertMetrics(database, 2);
      AtomicReference<String> days = new AtomicReference<>("sleepEachRow(0.011) = 0");
      try (StoredFigures one = figures(database, () -> days(days.get()));
          StoredFigures other = figures(database, () -> days(days.get()))) {
        assertThat(await(one::stats).series()).isEqualTo(2);
        assertThat(await(other::stats).series()).isEqualTo(2);
        assertThat(counted(database)).isEqualTo(2);
        insertMetrics(database, 3);
        days.set(SLOW);
        awaitSeries(one, 3);
        awaitSeries(other, 3);
        assertThat(counted(database)).isEqualTo(3);
      }
    }
  }

  @Test
  void largestMetrics_moreThanAreTold_areOneMoreThanAreShown() {
    try (TestDatabase database = TestDatabase.withTables()) {
      insertMetrics(database, MetricsStore.LARGEST_METRICS_MAX + 10);
      try (StoredFigures figures = figures(database, "true")) {
        List<MetricCardinality> found =
            await(() -> figures.largestMetrics(MetricsStore.LARGEST_METRICS_MAX));
        assertThat(found).hasSize(MetricsStore.LARGEST_METRICS_MAX);
        assertThat(figures.stats().series()).isEqualTo(MetricsStore.LARGEST_METRICS_MAX + 10);
      }
    }
  }

  private static void insertMetrics(TestDatabase database, int metrics) {
    database
        .server()
        .execute(
            "INSERT INTO %s (tenant, metric, series, timestamp, value) SELECT 'acme', 'm' || number, 1, %d, 1 FROM numbers(%d)"
                .formatted(database.tables().points(), System.currentTimeMillis(), metrics));
  }

  private static StoredFigures figures(TestDatabase database, String days) {
    return figures(database, () -> days(days));
  }

  private static RetainedDays days(String condition) {
    return new RetainedDays(condition, List.of());
  }

  private static StoredFigures figures(TestDatabase database, Supplier<RetainedDays> days) {
    ClickHouseClient client = database.client();
    return new StoredFigures(client, client, database.tables(), Optional::empty, () -> {}, days);
  }

  /** Each try waits for two seconds by itself. */
  private static <T> T await(Supplier<T> known) {
    StoreException last = new StoreException(ErrorCode.STORAGE_UNAVAILABLE, "never asked");
    for (int tried = 0; tried < 15; tried++) {
      try {
        return known.get();
      } catch (StoreException notYet) {
        last = notYet;
      }
    }
    throw last;
  }
}
