// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.model.Dimensions;
import io.luminate.model.TenantId;
import io.luminate.store.PointBatch;
import io.luminate.store.WriteRequest;
import io.luminate.store.rocksdb.head.PartitionKey;
import io.luminate.store.rocksdb.journal.Durability;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/** The process with little memory: one series of many points in many segments, merged into one. */
final class MergeMemoryChild {
  private static final TenantId TENANT = new TenantId("acme");
  private static final int SEGMENT_POINTS = 250_000;
  private static final int BATCH_POINTS = 50_000;

  private MergeMemoryChild() {}

  /** Arguments: data folder, number of segments, seed. */
  public static void main(String[] arguments) {
    int segments = Integer.parseInt(arguments[1]);
    Random random = new Random(Long.parseLong(arguments[2]));
    RocksStoreOptions options =
        RocksStoreOptions.defaults()
            .withDurability(Durability.PROCESS)
            .withSizes(32L << 20, 1L << 30, 16L << 20, 0)
            .withUpkeep(false, Duration.ofMinutes(10), Duration.ZERO);
    long day = PartitionKey.dayOf(System.currentTimeMillis()) - 1;
    try (RocksMetricsStore store = RocksMetricsStore.open(Path.of(arguments[0]), options)) {
      long handle = store.seriesHandle(TENANT, "m", Dimensions.of("k", "v"));
      for (int segment = 0; segment < segments; segment++) {
        for (int written = 0; written < SEGMENT_POINTS; written += BATCH_POINTS) {
          store.write(WriteRequest.unkeyed(batch(handle, day, random)));
        }
        store.sealNow();
      }
      store.mergeNow();
      System.out.println("merged " + store.stats(TENANT).points());
    }
  }

  /** Times all over the day, so that every point has its neighbours in other segments. */
  private static PointBatch batch(long handle, long day, Random random) {
    PointBatch batch = new PointBatch(TENANT, BATCH_POINTS);
    for (int i = 0; i < BATCH_POINTS; i++) {
      long millis = day * PartitionKey.DAY_MILLIS + random.nextInt((int) PartitionKey.DAY_MILLIS);
      batch.add(handle, millis, random.nextDouble());
    }
    return batch;
  }
}
