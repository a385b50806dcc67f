// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.model.Dimensions;
import io.luminate.model.EntityKeys;
import io.luminate.model.Filter;
import io.luminate.model.Interval;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.store.AggregateQuery;
import io.luminate.store.Aggregation;
import io.luminate.store.ErrorCode;
import io.luminate.store.MetricNamesQuery;
import io.luminate.store.PointBatch;
import io.luminate.store.QueryControl;
import io.luminate.store.RateQuery;
import io.luminate.store.SeriesAdmission;
import io.luminate.store.SeriesLimits;
import io.luminate.store.SeriesName;
import io.luminate.store.SeriesRequest;
import io.luminate.store.StoreException;
import io.luminate.store.StoreHealth;
import io.luminate.store.WriteRequest;
import io.luminate.store.clickhouse.client.ClickHouseAccess;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.schema.Schema;
import io.luminate.store.clickhouse.schema.Tables;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A reading address whose server is behind the writing one, as far as this can be had without
 * Keeper: two servers that know nothing of each other, and rows that are carried over by hand.
 */
class LaggingReadsTest {
  private static final TenantId TENANT = new TenantId("acme");

  @TempDir private Path folder;
  private final TestDatabase database = TestDatabase.empty();
  private final Tables tables = database.tables();
  private final ClickHouseServer ahead = database.server();
  private final long nowMillis = System.currentTimeMillis();
  private ClickHouseServer behind;
  private ClickHouseStore store;
  private int written;

  @BeforeEach
  void open() {
    behind = ClickHouse.start(folder);
    behind.execute("CREATE DATABASE " + tables.database());
    store =
        ClickHouseStore.open(
            ClickHouseStoreOptions.defaults(database.access()).withReadAccess(access()));
  }

  @AfterEach
  void close() {
    store.close();
    behind.close();
    database.close();
  }

  private ClickHouseAccess access() {
    return new ClickHouseAccess(
        List.of(behind.httpUrl().toString()),
        tables.database(),
        behind.user(),
        behind.password(),
        8,
        Duration.ofHours(1));
  }

  private void createTables() {
    try (ClickHouseClient client = new ClickHouseClient(access())) {
      Schema.open(client, tables, TestDatabase.OWNERSHIP, EntityKeys.DEFAULT);
    }
  }

  /** What a replica does by itself. */
  private void catchUp(String table) {
    behind.execute("TRUNCATE TABLE " + tables.database() + "." + table);
    behind.execute(
        "INSERT INTO %1$s.%2$s SELECT * FROM remote('127.0.0.1:%3$d', %1$s, %2$s, '%4$s', '%5$s')"
            .formatted(
                tables.database(),
                table,
                ahead.tcpPort(),
                ahead.admin().name(),
                ahead.admin().password()));
  }

  private void write(String customer) {
    PointBatch batch = new PointBatch(TENANT, 1);
    long handle = store.seriesHandle(TENANT, "m", Dimensions.of("customer_id", customer));
    batch.add(handle, nowMillis - 60_000 + written++, 1);
    store.write(WriteRequest.unkeyed(batch));
  }

  private static QueryControl control() {
    return QueryControl.withTimeout(Duration.ofSeconds(30));
  }

  private TimeRange range() {
    return new TimeRange(nowMillis - 3_600_000, nowMillis);
  }

  /** Points of each customer, the one with most first. */
  private List<Long> counts(String... customers) {
    List<Filter> filters = List.of(new Filter("customer_id", List.of(customers)));
    return store
        .aggregate(
            new AggregateQuery(
                TENANT,
                "m",
                range(),
                filters,
                Aggregation.COUNT,
                List.of("customer_id"),
                Optional.empty(),
                10),
            control())
        .rows()
        .stream()
        .map(row -> row.count())
        .toList();
  }

  private List<String> metrics() {
    return store.listMetrics(new MetricNamesQuery(TENANT, "", 10, List.of()), control()).names();
  }

  private void rate() {
    store.rate(
        new RateQuery(TENANT, "m", range(), List.of(), List.of(), new Interval(60_000), 10),
        control());
  }

  private static void assertRefused(ErrorCode code, Runnable question) {
    assertThatThrownBy(question::run)
        .isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void tablesThatAreNotThereYet_refuseQuestionsAlone() {
    write("c1");
    assertRefused(ErrorCode.STORAGE_UNAVAILABLE, () -> counts("c1"));
    assertRefused(ErrorCode.STORAGE_UNAVAILABLE, this::metrics);
    write("c1");
    createTables();
    assertThat(counts("c1")).isEmpty();
    catchUp("slots");
    catchUp("points");
    assertThat(counts("c1")).containsExactly(2L);
  }

  @Test
  void rowsThatAreNotThereYet_areNotSeen_thenAllAre() {
    createTables();
    write("c1");
    write("c2");
    assertThat(counts("c1", "c2")).isEmpty();
    assertThat(metrics()).isEmpty();
    assertThat(store.health()).isInstanceOf(StoreHealth.Healthy.class);
    catchUp("slots");
    catchUp("points");
    assertThat(counts("c1", "c2")).containsExactly(1L, 1L);
    write("c1");
    assertThat(counts("c1", "c2")).containsExactly(1L, 1L);
    catchUp("points");
    assertThat(counts("c1", "c2")).containsExactly(2L, 1L);
    assertThat(metrics()).containsExactly("m");
  }

  /** Who wrote them knows where their dimensions are. */
  @Test
  void slotsThatAreNotThereYet_areKnownToWhoGaveThem() {
    createTables();
    write("c1");
    write("c2");
    catchUp("points");
    assertThat(counts("c1")).containsExactly(1L);
  }

  /** Limits count what was written, not what can be read. */
  @Test
  void limits_areNotBehind() {
    createTables();
    write("c1");
    write("c2");
    SeriesRequest third =
        new SeriesRequest(
            TENANT,
            List.of(new SeriesName("m", Dimensions.of("customer_id", "c3"))),
            new SeriesLimits(2, 10, SeriesLimits.Overflow.REJECT));
    assertThat(store.admit(third).getFirst()).isInstanceOf(SeriesAdmission.Refused.class);
  }

  /** Of an earlier version, to which a later one's migration has not come yet. */
  @Test
  void columnThatIsNotThereYet_refusesQuestionsThatReadIt() {
    createTables();
    behind.execute(
        "ALTER TABLE " + tables.points() + " DROP INDEX has_overflow, DROP COLUMN overflow");
    write("c1");
    assertRefused(ErrorCode.INTERNAL_ERROR, this::rate);
    assertThat(counts("c1")).isEmpty();
    behind.execute("ALTER TABLE " + tables.points() + " ADD COLUMN overflow Bool");
    rate();
  }
}
