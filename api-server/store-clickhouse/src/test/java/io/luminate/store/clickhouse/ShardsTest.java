// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.store.testkit.RandomRun;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rows that are spread over several servers. {@code luminate.shards} says how many, 2 unless told
 * otherwise.
 */
class ShardsTest {
  private static final long SEED = Long.getLong("luminate.contract.seed", 1);
  private static final int POINTS = 6_000;
  private static final int QUESTIONS = 4;
  private static final int SHARDS = Integer.getInteger("luminate.shards", 2);
  private static final String DATABASE = "spread";

  @TempDir private Path folder;

  @Test
  void randomData_randomQueries_sameAsReference() {
    run(SHARDS);
  }

  @Tag("soak")
  @Test
  void randomData_onThreeShards_sameAsReference() {
    run(3);
  }

  private void run(int count) {
    try (Shards shards = Shards.start(folder, count)) {
      RandomRun.check(
          SEED,
          POINTS,
          QUESTIONS,
          settings ->
              ClickHouseStore.open(ShardsContractTest.options(settings, shards.access(DATABASE))),
          store -> shards.mergePoints(DATABASE));
      assertThat(shards.all())
          .as("or else it would all be about one of them")
          .allMatch(shard -> rowsInserted(shard) > POINTS / 10);
    }
  }

  private static long rowsInserted(ClickHouseServer shard) {
    shard.execute("SYSTEM FLUSH LOGS");
    return Long.parseLong(
        shard
            .query(
                "SELECT sum(rows) FROM system.part_log WHERE event_type = 'NewPart' AND table = 'points_local'")
            .getFirst());
  }
}
