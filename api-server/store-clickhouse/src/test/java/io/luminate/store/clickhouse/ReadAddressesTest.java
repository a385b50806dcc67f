// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.clickhouse.testkit.ClickHouseUser;
import io.luminate.clickhouse.testkit.proxy.FaultProxy;
import io.luminate.model.Dimensions;
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
import io.luminate.store.RangeQuery;
import io.luminate.store.RateQuery;
import io.luminate.store.StoreException;
import io.luminate.store.ValuesQuery;
import io.luminate.store.WriteRequest;
import io.luminate.store.clickhouse.client.ClickHouseAccess;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Questions have addresses of their own. Both sides ask the same ClickHouse here, as different
 * users, so that its log knows who came which way.
 */
class ReadAddressesTest {
  private static final TenantId TENANT = new TenantId("acme");

  private final TestDatabase database = TestDatabase.empty();
  private final ClickHouseServer server = database.server();
  private final long nowMillis = System.currentTimeMillis();
  private final TimeRange range = new TimeRange(nowMillis - 3_600_000, nowMillis);
  private final FaultProxy writing = FaultProxy.inFrontOf(server.httpUrl());
  private final FaultProxy first = FaultProxy.inFrontOf(server.httpUrl());
  private final FaultProxy second = FaultProxy.inFrontOf(server.httpUrl());
  private ClickHouseStore store;

  @BeforeEach
  void open() {
    store =
        ClickHouseStore.open(
            ClickHouseStoreOptions.defaults(access(server.luminate(), writing))
                .withReadAccess(access(server.reader(), first, second)));
  }

  @AfterEach
  void close() {
    store.close();
    database.close();
    List.of(writing, first, second).forEach(FaultProxy::close);
  }

  private ClickHouseAccess access(ClickHouseUser user, FaultProxy... addresses) {
    return new ClickHouseAccess(
        List.of(addresses).stream().map(proxy -> proxy.url().toString()).toList(),
        database.tables().database(),
        user.name(),
        user.password(),
        8,
        Duration.ofHours(1));
  }

  private void write(String... dimensions) {
    PointBatch batch = new PointBatch(TENANT, 1);
    long handle = store.seriesHandle(TENANT, "m", Dimensions.of(dimensions));
    batch.add(handle, nowMillis - 1_000, 1);
    store.write(WriteRequest.unkeyed(batch));
  }

  private static QueryControl control() {
    return QueryControl.withTimeout(Duration.ofSeconds(30));
  }

  /** By a key that the metric has, and by one that it has not. */
  private void askEverything() {
    Interval minute = new Interval(60_000);
    for (String key : List.of("k", "nobody's")) {
      List<Filter> filters = List.of(new Filter(key, List.of("v", "")));
      for (Aggregation aggregation : Aggregation.values()) {
        store.aggregate(
            new AggregateQuery(
                TENANT, "m", range, filters, aggregation, List.of(key), Optional.of(minute), 10),
            control());
      }
      store.rate(new RateQuery(TENANT, "m", range, filters, List.of(), minute, 10), control());
      assertThat(
              store
                  .queryRange(
                      new RangeQuery(TENANT, "m", range, filters, 10, Optional.empty()), control())
                  .points())
          .isNotEmpty();
      store.listDimensionValues(new ValuesQuery(TENANT, "m", key, "", 10, filters), control());
      assertThat(store.listDimensionKeys(TENANT, "m", filters, 10, control()).keys())
          .containsExactly("k");
      assertThat(
              store.listMetrics(new MetricNamesQuery(TENANT, "", 10, filters), control()).names())
          .containsExactly("m");
    }
    assertThat(store.stats(TENANT).points()).isPositive();
  }

  /** Statements about a table that a user had, of a kind. */
  private long statements(ClickHouseUser user, String kind, String table) {
    return Long.parseLong(
        database.value(
            ("SELECT count() FROM system.query_log WHERE type = 'QueryFinish' AND user = '%s'"
                    + " AND query_kind = '%s' AND has(tables, '%s.%s')")
                .formatted(user.name(), kind, database.tables().database(), table)));
  }

  @Test
  void questions_goToTheReadingAddresses_andWritesToTheOthers() {
    write("k", "v");
    server.execute("SYSTEM FLUSH LOGS query_log");
    long slotsRead = statements(server.luminate(), "Select", "slots");
    long pointsRead = statements(server.luminate(), "Select", "points");
    int asked = first.requests() + second.requests();
    askEverything();
    server.execute("SYSTEM FLUSH LOGS query_log");
    assertThat(first.requests() + second.requests() - asked)
        .isGreaterThan(2 * Aggregation.values().length);
    assertThat(statements(server.luminate(), "Select", "slots")).isEqualTo(slotsRead);
    assertThat(statements(server.luminate(), "Select", "points")).isEqualTo(pointsRead);
    assertThat(statements(server.luminate(), "Insert", "points")).isPositive();
    assertThat(
            server.query(
                ("SELECT DISTINCT query_kind FROM system.query_log WHERE user = '%s'"
                        + " AND current_database = '%s'")
                    .formatted(server.reader().name(), database.tables().database())))
        .containsExactly("Select");
  }

  @Test
  void deadReadingAddress_theOtherIsAsked() throws InterruptedException {
    write("k", "v");
    askEverything();
    first.refuse();
    askEverything();
    first.heal();
    second.refuse();
    await(() -> store.stats(TENANT).points() == 1);
    askEverything();
  }

  @Test
  void deadWritingAddress_questionsGoOn() {
    write("k", "v");
    writing.refuse();
    askEverything();
    writing.heal();
    write("k", "v");
  }

  /** Connections from before may break once more. */
  private static void await(BooleanSupplier condition) throws InterruptedException {
    Instant giveUp = Instant.now().plusSeconds(30);
    while (!holds(condition)) {
      assertThat(Instant.now()).isBefore(giveUp);
      Thread.sleep(50);
    }
  }

  private static boolean holds(BooleanSupplier condition) {
    try {
      return condition.getAsBoolean();
    } catch (StoreException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_UNAVAILABLE);
      return false;
    }
  }

  @Test
  void deadReadingAddresses_writesGoOn() throws InterruptedException {
    first.refuse();
    second.refuse();
    write("k", "v");
    write("l", "w");
    first.heal();
    second.heal();
    await(() -> store.stats(TENANT).points() == 2);
  }
}
