// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.Dimensions;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.store.PointBatch;
import io.luminate.store.QueryControl;
import io.luminate.store.RangeQuery;
import io.luminate.store.WriteRequest;
import io.luminate.store.rocksdb.head.PartitionKey;
import io.luminate.store.rocksdb.journal.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The worst shape for a store that would keep something open per tenant, metric or day. */
class ManySmallMetricsTest {
  private static final int TENANTS = 2_000;
  private static final int METRICS = 50;
  private static final int DAYS = 8;

  /** Segments of eight days between two merges, RocksDB's own files, the journal. */
  private static final int FILES_MAX = 150;

  /** The tests run in 1 GiB; what stays in use has to leave room for queries. */
  private static final long HEAP_BYTES_MAX = 600L << 20;

  @TempDir Path folder;

  private static RocksStoreOptions options() {
    return RocksStoreOptions.defaults()
        .withDurability(Durability.PROCESS)
        .withUpkeep(true, Duration.ofMinutes(10), Duration.ZERO);
  }

  @Test
  @Tag("soak")
  void write_onePointPerTenantMetricAndDay_staysBounded() throws IOException {
    long now = System.currentTimeMillis();
    try (RocksMetricsStore store = RocksMetricsStore.open(folder, options())) {
      for (int tenant = 0; tenant < TENANTS; tenant++) {
        write(store, tenant, now);
      }
      store.sealNow();
      assertThat(store.stats().points()).isEqualTo((long) TENANTS * METRICS * DAYS);
      assertThat(files()).as("files").isLessThan(FILES_MAX);
      assertThat(usedHeapBytes()).as("bytes of heap").isLessThan(HEAP_BYTES_MAX);
    }
    long startNanos = System.nanoTime();
    try (RocksMetricsStore store = RocksMetricsStore.open(folder, options())) {
      System.out.println("restart took " + (System.nanoTime() - startNanos) / 1_000_000 + " ms");
      assertThat(store.stats().points()).isEqualTo((long) TENANTS * METRICS * DAYS);
      assertThat(points(store, TENANTS - 1, now)).isEqualTo(DAYS);
    }
  }

  private static TenantId tenant(int number) {
    return new TenantId("tenant-" + number);
  }

  private static void write(RocksMetricsStore store, int tenant, long now) {
    PointBatch batch = new PointBatch(tenant(tenant), METRICS * DAYS);
    for (int metric = 0; metric < METRICS; metric++) {
      long handle =
          store.seriesHandle(tenant(tenant), "metric_" + metric, Dimensions.of("host", "h1"));
      for (int day = 0; day < DAYS; day++) {
        batch.add(handle, now - day * PartitionKey.DAY_MILLIS, metric);
      }
    }
    store.write(WriteRequest.unkeyed(batch));
  }

  private static int points(RocksMetricsStore store, int tenant, long now) {
    RangeQuery query =
        new RangeQuery(
            tenant(tenant), "metric_0", new TimeRange(0, now), List.of(), 100, Optional.empty());
    return store
        .queryRange(query, QueryControl.withTimeout(Duration.ofSeconds(60)))
        .points()
        .size();
  }

  private long files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).count();
    }
  }

  private static long usedHeapBytes() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
