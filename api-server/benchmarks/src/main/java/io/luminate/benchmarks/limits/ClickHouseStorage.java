// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.limits;

import io.luminate.clickhouse.testkit.ClickHouseServer;
import java.nio.file.Path;
import java.util.Map;

/** One ClickHouse with a database for each run. */
public final class ClickHouseStorage implements LimitsRun.Storage {
  private final ClickHouseServer clickHouse;
  private String database = "";

  public ClickHouseStorage(ClickHouseServer clickHouse) {
    this.clickHouse = clickHouse;
  }

  @Override
  public Map<String, String> fresh(Path folder) {
    database = clickHouse.newDatabase();
    return Map.of(
        "LUMINATE_STORAGE_BACKEND", "clickhouse",
        "LUMINATE_CLICKHOUSE_ADDRESSES", clickHouse.httpUrl().toString(),
        "LUMINATE_CLICKHOUSE_DATABASE", database,
        "LUMINATE_CLICKHOUSE_USERNAME", clickHouse.user(),
        "LUMINATE_CLICKHOUSE_PASSWORD", clickHouse.password());
  }

  @Override
  public void discard() {
    clickHouse.execute("DROP DATABASE IF EXISTS " + database + " SYNC");
  }
}
