// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import io.luminate.clickhouse.testkit.ClickHouseCluster;
import io.luminate.store.MetricsStore;
import io.luminate.store.testkit.ContractSettings;
import io.luminate.store.testkit.MetricsStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** What every store promises, on two shards: {@link ShardsTest} is the short form. */
@Tag("soak")
class ShardsContractTest extends MetricsStoreContract {
  private static final int SHARDS = 2;
  private static final int QUESTIONS = 4;
  private static final int SEEDS = Integer.getInteger("luminate.contract.seeds", 1);

  @TempDir private static Path folder;
  private static ClickHouseCluster cluster;

  @BeforeAll
  static void startCluster() {
    cluster = ClickHouseCluster.start(folder, SHARDS);
  }

  @AfterAll
  static void stopCluster() {
    if (cluster != null) {
      cluster.close();
    }
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
    return ShardedStore.create(settings, cluster);
  }
}
