// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import io.luminate.store.MetricsStore;
import io.luminate.store.testkit.ContractSettings;
import io.luminate.store.testkit.MetricsStoreContract;
import io.luminate.store.testkit.Stage;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;

/** What every store promises, on a real ClickHouse; a database for each case. */
@Tag("soak")
class ClickHouseContractTest extends MetricsStoreContract {
  /** The contract's clock stands in the past, ClickHouse's does not, and TTL goes by the latter. */
  private static final Duration MARGIN = Duration.ofDays(3_650);

  private final Map<MetricsStore, Opened> opened = new HashMap<>();

  private record Opened(TestDatabase database, ClickHouseStoreOptions options) {}

  @Override
  protected Stage stage() {
    return Stage.HEAD;
  }

  /** By hand, with -Dluminate.contract.seeds=N: a run asks thousands of questions, for minutes. */
  @Override
  protected int seeds() {
    return Integer.getInteger("luminate.contract.seeds", 0);
  }

  @Override
  protected MetricsStore open(ContractSettings settings) {
    TestDatabase database = TestDatabase.empty();
    ClickHouseStoreOptions options =
        ClickHouseStoreOptions.defaults(database.access())
            .withData(settings.clock(), settings.entityKeys(), settings.retention())
            .withRetentionMargin(MARGIN);
    return open(new Opened(database, options));
  }

  private MetricsStore open(Opened how) {
    ClickHouseStore store = ClickHouseStore.open(how.options());
    opened.put(store, how);
    return store;
  }

  @Override
  protected MetricsStore settle(MetricsStore store, Stage stage) {
    Opened how = opened.getOrDefault(store, opened.values().iterator().next());
    return switch (stage) {
      case HEAD, SEALED -> store;
      case MERGED -> {
        how.database()
            .server()
            .execute("OPTIMIZE TABLE " + how.database().tables().points() + " FINAL");
        yield store;
      }
      case REOPENED -> {
        store.close();
        yield open(how);
      }
    };
  }

  @AfterEach
  void forget() {
    opened.values().forEach(how -> how.database().close());
    opened.clear();
  }
}
