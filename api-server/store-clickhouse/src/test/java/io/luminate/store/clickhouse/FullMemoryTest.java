// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseOptions;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.model.Interval;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.store.AggregateQuery;
import io.luminate.store.Aggregation;
import io.luminate.store.ErrorCode;
import io.luminate.store.QueryControl;
import io.luminate.store.StoreException;
import io.luminate.store.clickhouse.read.ReadLimits;
import io.luminate.store.clickhouse.write.WriteOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ClickHouse that has less memory left than a question may use. */
class FullMemoryTest {
  private static final TenantId TENANT = new TenantId("acme");
  private static final long SERVER_BYTES = 900L << 20;

  /** Of one question, which is more than the server has. */
  private static final long QUERY_BYTES = 8L << 30;

  /** Their values alone are more than the server has. */
  private static final long POINTS = 150_000_000;

  @TempDir private Path folder;

  private final long nowMillis = System.currentTimeMillis();
  private ClickHouseServer server;
  private TestDatabase database;
  private ClickHouseStore store;

  @BeforeEach
  void open() {
    server = ClickHouse.start(folder, ClickHouseOptions.DEFAULT.withMemoryBytesMax(SERVER_BYTES));
    database = TestDatabase.on(server);
    store =
        ClickHouseStore.open(
            ClickHouseStoreOptions.defaults(database.access())
                .withWork(WriteOptions.DEFAULT, ReadLimits.ofMemory(QUERY_BYTES)));
    String points = database.tables().points();
    server.execute("DROP TABLE " + points + " SYNC");
    server.execute(
        ("CREATE VIEW %s AS SELECT 'acme' AS tenant, 'm' AS metric, '' AS entity,"
                + " toUInt128(number) AS series, toInt64(%d) AS timestamp,"
                + " toFloat64(number) AS value, false AS overflow FROM numbers(%d)")
            .formatted(points, nowMillis - 1_000, POINTS));
  }

  @AfterEach
  void close() {
    store.close();
    server.close();
  }

  private StoreException refusal(Optional<Interval> interval) {
    TimeRange range = new TimeRange(nowMillis - 3_600_000, nowMillis);
    AggregateQuery query =
        new AggregateQuery(TENANT, "m", range, List.of(), Aggregation.P95, List.of(), interval, 10);
    return catchThrowableOfType(
        StoreException.class,
        () -> store.aggregate(query, QueryControl.withTimeout(Duration.ofMinutes(2))));
  }

  /** An exact answer would have come at another time, so there is no estimate in its place. */
  @Test
  void percentiles_areRefusedForNow() {
    for (Optional<Interval> interval :
        List.of(Optional.<Interval>empty(), Optional.of(new Interval(60_000)))) {
      StoreException refusal = refusal(interval);
      assertThat(refusal).as("with %s", interval).isNotNull();
      assertThat(refusal.code())
          .as("with %s: %s", interval, refusal)
          .isEqualTo(ErrorCode.OVERLOADED);
      assertThat(refusal).hasMessageContaining("no memory for the query now");
    }
  }
}
