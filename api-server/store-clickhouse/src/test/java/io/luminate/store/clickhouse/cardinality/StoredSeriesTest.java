// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.cardinality;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.EntityKeys;
import io.luminate.store.clickhouse.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a real ClickHouse is told about look-ups. */
class StoredSeriesTest {
  private final TestDatabase database = TestDatabase.withTables();
  private final StoredSeries stored =
      new StoredSeries(database.client(), database.client(), database.tables(), EntityKeys.DEFAULT);

  @AfterEach
  void close() {
    database.close();
  }

  private String loggedSettings() {
    database.flushQueryLog();
    return database.value(
        "SELECT arrayStringConcat(arraySort(groupArray(concat("
            + "toString(ceil(2 * toFloat64(Settings['max_execution_time'])) / 2), '/',"
            + " Settings['cancel_http_readonly_queries_on_client_close'], '/',"
            + " Settings['readonly'], '/',"
            + " Settings['max_memory_usage'], '/',"
            + " Settings['max_bytes_before_external_group_by']))), ' ')"
            + " FROM system.query_log WHERE type = 'QueryFinish' AND current_database = '"
            + database.tables().database()
            + "' AND query LIKE 'SELECT%FROM %points WHERE %tenant%'");
  }

  @Test
  void lookUps_nobodyWaitsForAnyMore_endInClickHouseToo_andCountsHaveBoundsOfMemory() {
    stored.present(
        CountingProcess.ACME, "m", CountingProcess.series("m", 0, 3), 0, Duration.ofMillis(1_500));
    stored.metrics(CountingProcess.ACME);
    stored.count(new MetricName(CountingProcess.ACME, "m"));
    assertThat(loggedSettings())
        .isEqualTo("1.5/1/2// 300/1/2/1073741824/268435456 300/1/2/1073741824/268435456");
  }
}
