// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.luminate.model.Dimensions;
import io.luminate.model.TenantId;
import io.luminate.store.PointBatch;
import io.luminate.store.StoreHealth;
import io.luminate.store.WriteRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The bytes that the store says it takes are those that an operator finds in its folder. */
@EnabledOnOs(OS.LINUX)
final class DiskUsedTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final int POINTS = 100_000;

  /** Folders, the lock and the stamp; ends of blocks. */
  private static final long BESIDE_BYTES = 1 << 20;

  private static final Duration AGREE_WITHIN = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  void health_saysWhatDuSays() throws Exception {
    RocksStoreOptions options =
        RocksStoreOptions.defaults().withUpkeep(false, Duration.ofMinutes(10), Duration.ZERO);
    try (RocksMetricsStore store = RocksMetricsStore.open(folder, options)) {
      assertSame(store);
      write(store);
      assertSame(store);
      store.sealNow();
      assertSame(store);
    }
    try (RocksMetricsStore store = RocksMetricsStore.open(folder, options)) {
      assertSame(store);
    }
  }

  private void write(RocksMetricsStore store) {
    PointBatch batch = new PointBatch(ACME, POINTS);
    for (int i = 0; i < POINTS; i++) {
      long handle = store.seriesHandle(ACME, "m", Dimensions.of("k", "v" + i % 10));
      batch.add(handle, System.currentTimeMillis() - i, Math.random());
    }
    store.write(WriteRequest.unkeyed(batch));
  }

  /** A file of the journal that is being made counts whole, so they agree once it is there. */
  private void assertSame(RocksMetricsStore store) throws Exception {
    long untilNanos = System.nanoTime() + AGREE_WITHIN.toNanos();
    while (Math.abs(told(store) - duBytes()) > BESIDE_BYTES && System.nanoTime() < untilNanos) {
      Thread.sleep(100);
    }
    assertThat(told(store)).isCloseTo(duBytes(), within(BESIDE_BYTES));
    assertThat(store.stats().diskBytes()).isCloseTo(told(store), within(BESIDE_BYTES));
  }

  private static long told(RocksMetricsStore store) {
    assertThat(store.health()).isInstanceOf(StoreHealth.Healthy.class);
    return ((StoreHealth.Healthy) store.health()).diskUsedBytes();
  }

  private long duBytes() throws IOException, InterruptedException {
    Process du = new ProcessBuilder("du", "-s", "-B1", folder.toString()).start();
    String told = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(du.waitFor()).isZero();
    return Long.parseLong(told.split("\\s")[0]);
  }
}
