// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.clickhouse.testkit.ClickHouseCluster;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.store.testkit.RandomRun;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two shards behind {@code Distributed} tables answer as one store. */
class ShardsTest {
  private static final long SEED = Long.getLong("luminate.contract.seed", 1);
  private static final int POINTS = 6_000;
  private static final int QUESTIONS = 4;

  @TempDir private Path folder;

  @Test
  void randomData_randomQueries_sameAsReference() {
    try (ClickHouseCluster cluster = ClickHouseCluster.start(folder, 2)) {
      RandomRun.check(SEED, POINTS, QUESTIONS, settings -> ShardedStore.create(settings, cluster));
      assertThat(cluster.shards())
          .as("or else it would all be about one of them")
          .allMatch(shard -> rowsInserted(shard) > POINTS / 10);
    }
  }

  private static long rowsInserted(ClickHouseServer shard) {
    shard.execute("SYSTEM FLUSH LOGS");
    return Long.parseLong(
        shard
            .query(
                "SELECT sum(rows) FROM system.part_log WHERE event_type = 'NewPart' AND table = 'points'")
            .getFirst());
  }
}
