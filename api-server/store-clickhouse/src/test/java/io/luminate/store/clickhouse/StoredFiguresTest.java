// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.clickhouse.testkit.ClickHouseCluster;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.store.ErrorCode;
import io.luminate.store.MetricCardinality;
import io.luminate.store.MetricsStore;
import io.luminate.store.StoreException;
import io.luminate.store.StoreHealth;
import io.luminate.store.StoreStats;
import io.luminate.store.clickhouse.client.ClickHouseAccess;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.schema.Tables;
import io.luminate.store.clickhouse.schema.Topology;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoredFiguresTest {
  @TempDir private Path folder;

  @Test
  void oneServerAway_healthIsThatOfTheOthers_andItsFiguresAreTheLastOnes() {
    try (ClickHouseCluster cluster = ClickHouseCluster.start(folder, 2)) {
      ClickHouseServer near = cluster.shards().getFirst();
      Tables tables = spread(cluster);
      try (ClickHouseClient client = client(near, tables.database());
          StoredFigures figures = figures(client, tables)) {
        StoreStats before = await(figures::stats);
        assertThat(before.series()).isEqualTo(2);
        assertThat(figures.health()).isEqualTo(new StoreHealth.Healthy(before.diskBytes()));
        cluster.shards().getLast().kill9();
        figures.outdated();
        assertThat(figures.stats()).isEqualTo(before);
        try (StoredFigures begunSince = figures(client, tables)) {
          assertThat(begunSince.health()).isInstanceOf(StoreHealth.Healthy.class);
        }
      }
    }
  }

  /** A series on each server. */
  private static Tables spread(ClickHouseCluster cluster) {
    String database = cluster.newDatabase();
    cluster.execute(
        "CREATE TABLE %s.points_local (tenant String, metric String, series UInt128, timestamp Int64) ENGINE = MergeTree ORDER BY tenant"
            .formatted(database));
    cluster.execute(
        "CREATE TABLE %1$s.points AS %1$s.points_local ENGINE = Distributed('%2$s', '%1$s', 'points_local')"
            .formatted(database, ClickHouseCluster.NAME));
    for (int i = 0; i < 2; i++) {
      cluster
          .shards()
          .get(i)
          .execute(
              "INSERT INTO %s.points_local VALUES ('acme', 'm', %d, 1)".formatted(database, i));
    }
    return new Tables(database, new Topology.Cluster(ClickHouseCluster.NAME));
  }

  private static StoredFigures figures(ClickHouseClient client, Tables tables) {
    return new StoredFigures(client, client, tables, Optional::empty, () -> {}, () -> "true");
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
  void cost_ofAnAnswerThatWasKept_isThatOfTheLastCount() {
    Duration tiny = Duration.ofMillis(2);
    Duration minute = Duration.ofMinutes(1);
    assertThat(StoredFigures.cost(true, tiny, minute)).isEqualTo(tiny);
    assertThat(StoredFigures.cost(false, tiny, minute)).isEqualTo(minute);
    assertThat(StoredFigures.cost(false, tiny, Duration.ZERO)).isEqualTo(Duration.ofSeconds(1));
  }

  /** The library that hosts ClickHouse here keeps no answers, so the settings have to do. */
  @Test
  void count_afterADelete_isMadeAnew_whateverClickHouseKept() {
    try (TestDatabase database = TestDatabase.withTables()) {
      insertMetrics(database, 1);
      AtomicReference<String> days = new AtomicReference<>("true");
      try (StoredFigures figures = figures(database, days::get)) {
        await(figures::stats);
        figures.outdated();
        await(figures::stats);
        days.set("1 = 1");
        await(figures::stats);
      }
      database.flushQueryLog();
      assertThat(
              database
                  .server()
                  .query(
                      "SELECT Settings['use_query_cache'] FROM system.query_log WHERE"
                          + " type = 'QueryFinish' AND startsWith(query_id, 'figures-') AND has("
                          + "tables, '"
                          + database.tables().database()
                          + ".points') ORDER BY event_time_microseconds"))
          .containsExactly("1", "", "1");
    }
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
      try (StoredFigures figures = figures(database, days::get)) {
        assertThatThrownBy(figures::stats).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> figures.largestMetrics(1)).isInstanceOf(StoreException.class);
        days.set("true");
        assertThat(figures.stats().series()).isEqualTo(1);
        days.set("throwIf(2) = 0");
        assertThat(figures.stats().series()).isEqualTo(1);
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
    return figures(database, () -> days);
  }

  private static StoredFigures figures(TestDatabase database, Supplier<String> days) {
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

  private static ClickHouseClient client(ClickHouseServer server, String database) {
    return new ClickHouseClient(
        new ClickHouseAccess(
            List.of(server.httpUrl().toString()),
            database,
            server.user(),
            server.password(),
            4,
            Duration.ofHours(1)));
  }
}
