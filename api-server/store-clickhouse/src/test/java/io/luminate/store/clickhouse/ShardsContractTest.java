// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import io.luminate.store.MetricsStore;
import io.luminate.store.clickhouse.client.ClickHouseAccess;
import io.luminate.store.clickhouse.read.ReadLimits;
import io.luminate.store.clickhouse.write.WriteOptions;
import io.luminate.store.testkit.CardinalityCases;
import io.luminate.store.testkit.ContractSettings;
import io.luminate.store.testkit.MetricsStoreContract;
import io.luminate.store.testkit.Stage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** What every store promises, on two shards: {@link ShardsTest} is the short form. */
@Tag("soak")
class ShardsContractTest extends MetricsStoreContract implements CardinalityCases {
  private static final int SHARDS = 2;
  private static final int QUESTIONS = 4;
  private static final int SEEDS = Integer.getInteger("luminate.contract.seeds", 1);
  private static final long QUERY_MEMORY_BYTES = 1L << 30;

  /** The contract's clock stands in the past, ClickHouse's does not, and TTL goes by the latter. */
  private static final Duration MARGIN = Duration.ofDays(3_650);

  @TempDir private static Path folder;
  private static Shards shards;
  private static int databases;

  private final Map<MetricsStore, ClickHouseStoreOptions> opened = new HashMap<>();

  @BeforeAll
  static void startShards() {
    shards = Shards.start(folder, SHARDS);
  }

  @AfterAll
  static void stopShards() {
    if (shards != null) {
      shards.close();
    }
  }

  static ClickHouseStoreOptions options(ContractSettings settings, ClickHouseAccess access) {
    return Shards.inFront(ClickHouseStoreOptions.defaults(access))
        .withData(settings.clock(), settings.entityKeys(), settings.retention())
        .withRetentionMargin(MARGIN)
        .withWork(WriteOptions.DEFAULT, ReadLimits.ofMemory(QUERY_MEMORY_BYTES));
  }

  @Override
  protected Stage stage() {
    return Stage.HEAD;
  }

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
    return open(options(settings, shards.access("case_" + databases++)));
  }

  private MetricsStore open(ClickHouseStoreOptions options) {
    ClickHouseStore store = ClickHouseStore.open(options);
    opened.put(store, options);
    return store;
  }

  @Override
  protected MetricsStore settle(MetricsStore store, Stage stage) {
    ClickHouseStoreOptions options = opened.get(store);
    return switch (stage) {
      case HEAD -> store;
      case SEALED, MERGED -> {
        shards.mergePoints(options.access().database());
        yield store;
      }
      case REOPENED -> {
        store.close();
        yield open(options);
      }
    };
  }

  @AfterEach
  void drop() {
    opened.values().stream()
        .map(options -> options.access().database())
        .distinct()
        .forEach(shards::drop);
    opened.clear();
  }
}
