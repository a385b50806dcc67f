// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import static io.luminate.store.clickhouse.write.WritingProcess.ACME;
import static io.luminate.store.clickhouse.write.WritingProcess.DAY;
import static io.luminate.store.clickhouse.write.WritingProcess.GLOBEX;
import static io.luminate.store.clickhouse.write.WritingProcess.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.model.Dimensions;
import io.luminate.model.TenantId;
import io.luminate.store.BodyHash;
import io.luminate.store.IdempotencyClaim;
import io.luminate.store.PointBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * The API sorts rows because that is cheaper than to have ClickHouse do it, which only holds while
 * it is the order of the table: ClickHouse sorts again, silently, what is not in its own.
 */
class SortedInsertsTest {
  private static final long SEED = Long.getLong("luminate.seed", 1);
  private static final int REQUESTS = 12;
  private static final int POINTS = 6_000;

  private final ClickHouseServer server = ClickHouse.shared();
  private final String database = WritingProcess.newDatabase(server);
  private final SplittableRandom random = new SplittableRandom(SEED);

  @Test
  void everyBlock_isSortedAlready() throws Exception {
    try (WritingProcess process =
        WritingProcess.start(
            server.httpUrl(),
            server.luminate(),
            database,
            // All of them in one insert, as they come from several tenants.
            WriteOptions.DEFAULT.withBatches(Duration.ofSeconds(2), 4 * POINTS, 1))) {
      writeTogether(process);
      try (IdempotencyClaim.Held claim = process.hold("key", new BodyHash(1, 2))) {
        process.write(batch(process, ACME), claim, new byte[] {1});
      }
    }
    server.execute("SYSTEM FLUSH LOGS query_log");
    // One for each day of an insert.
    String blocks = "ProfileEvents['MergeTreeDataWriterBlocks']";
    List<String> inserts =
        server.query(
            ("SELECT written_rows, "
                    + blocks
                    + ", ProfileEvents['MergeTreeDataWriterBlocksAlreadySorted']"
                    + " FROM system.query_log WHERE type = 'QueryFinish' AND query_kind = 'Insert'"
                    + " AND has(tables, '%s.points')")
                .formatted(database));
    assertThat(inserts).hasSizeBetween(2, REQUESTS);
    for (String insert : inserts) {
      String[] figures = insert.split("\t", -1);
      assertThat(figures[2]).as("seed %d: %s", SEED, insert).isEqualTo(figures[1]);
      assertThat(Integer.parseInt(figures[1])).as(insert).isGreaterThan(1);
    }
  }

  private void writeTogether(WritingProcess process) throws Exception {
    List<PointBatch> batches = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      batches.add(batch(process, i % 2 == 0 ? ACME : GLOBEX));
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> writes = new ArrayList<>();
      batches.forEach(batch -> writes.add(threads.submit(() -> process.write(batch))));
      for (Future<?> write : writes) {
        write.get();
      }
    }
  }

  /** Metrics, entities, series and days in no order, with texts that begin alike. */
  private PointBatch batch(WritingProcess process, TenantId tenant) {
    PointBatch batch = new PointBatch(tenant, POINTS);
    for (int i = 0; i < POINTS; i++) {
      Dimensions dimensions =
          switch (random.nextInt(4)) {
            case 0 -> Dimensions.of("region", "r" + random.nextInt(9));
            case 1 -> Dimensions.of("user_id", "long, the same for all: " + random.nextInt(40));
            case 2 -> Dimensions.of("customer_id", "é" + "x".repeat(random.nextInt(20)));
            default ->
                Dimensions.of("customer_id", "" + random.nextInt(500), "zone", "\uD83D\uDE00");
          };
      long handle =
          process.writer().seriesHandle(tenant, "m".repeat(1 + random.nextInt(3)), dimensions);
      batch.add(handle, NOW - random.nextLong(3 * DAY), random.nextInt(5));
    }
    return batch;
  }
}
