// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.model.RetentionPolicies;
import io.luminate.store.MetricsStore;
import io.luminate.store.clickhouse.read.ReadLimits;
import io.luminate.store.clickhouse.write.WriteOptions;
import io.luminate.store.testkit.CardinalityCases;
import io.luminate.store.testkit.ContractSettings;
import io.luminate.store.testkit.MetricsStoreContract;
import io.luminate.store.testkit.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What every store promises, on a real ClickHouse; an empty database for each case. */
class ClickHouseContractTest extends MetricsStoreContract implements CardinalityCases {
  /** The contract's clock stands in the past, ClickHouse's does not, and TTL goes by the latter. */
  private static final Duration MARGIN = Duration.ofDays(3_650);

  private static final int QUESTIONS = 4;
  private static final long QUERY_MEMORY_BYTES = 1L << 30;
  private static final int SEEDS = Integer.getInteger("luminate.contract.seeds", 1);

  private static final RetentionPolicies USUAL = RetentionPolicies.keepFor(Duration.ofDays(30));

  private static final Set<String> databases = new HashSet<>();
  private static int cases;
  private static Optional<ReusedDatabase> reused = Optional.empty();

  /** Of cases that have ended. */
  private static final List<TestDatabase> used = new ArrayList<>();

  private final Map<MetricsStore, Opened> opened = new HashMap<>();

  private record Opened(TestDatabase database, ClickHouseStoreOptions options) {}

  @Override
  protected Stage stage() {
    return Stage.HEAD;
  }

  /** Each question is a statement of its own or several. */
  @Override
  protected int questions() {
    return QUESTIONS;
  }

  @Override
  protected int seeds() {
    return SEEDS;
  }

  @Override
  protected MetricsStore open(ContractSettings settings) {
    TestDatabase database = database(settings);
    databases.add(database.tables().database());
    cases++;
    return open(new Opened(database, options(settings, database)));
  }

  private ClickHouseStoreOptions options(ContractSettings settings, TestDatabase database) {
    return ClickHouseStoreOptions.defaults(database.access())
        .withData(settings.clock(), settings.entityKeys(), settings.retention())
        .withRetentionMargin(MARGIN)
        .withWork(WriteOptions.DEFAULT, readLimits());
  }

  private TestDatabase database(ContractSettings settings) {
    if (!settings.retention().equals(USUAL) || !opened.isEmpty()) {
      return TestDatabase.empty();
    }
    ReusedDatabase empty =
        reused
            .filter(ReusedDatabase::emptied)
            .orElseGet(() -> ReusedDatabase.make(database -> options(settings, database)));
    reused = Optional.of(empty);
    return empty.database();
  }

  protected ReadLimits readLimits() {
    return ReadLimits.ofMemory(QUERY_MEMORY_BYTES);
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
      case HEAD -> store;
      case SEALED, MERGED -> {
        how.database().mergePoints();
        yield store;
      }
      case REOPENED -> {
        store.close();
        yield open(how);
      }
    };
  }

  /** Of everything that any case asked, as ClickHouse itself recorded it. */
  @AfterAll
  static void noStatementReadRows_withoutItsTenant() {
    if (databases.isEmpty()) {
      return;
    }
    ClickHouseServer server = ClickHouse.shared();
    TestDatabase last = reused.map(ReusedDatabase::database).orElseGet(TestDatabase::withTables);
    databases.add(last.tables().database());
    try {
      List<String> statements = TenantConditions.logged(server, databases);
      assertThat(statements).hasSizeGreaterThan(cases);
      assertThat(
              new TenantConditions(server, databases, TenantConditions.ANY_VALUE)
                  .without(statements))
          .isEmpty();
    } finally {
      reused = Optional.empty();
      last.close();
    }
  }

  /** Its store is closed after this. */
  @AfterEach
  void forget() {
    opened.values().stream()
        .map(Opened::database)
        .distinct()
        .filter(database -> reused.filter(r -> r.database() == database).isEmpty())
        .forEach(used::add);
    opened.clear();
  }

  @BeforeEach
  void dropUsed() {
    used.forEach(TestDatabase::close);
    used.clear();
  }
}
