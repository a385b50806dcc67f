// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.luminate.model.Dimensions;
import io.luminate.model.TenantId;
import io.luminate.store.ErrorCode;
import io.luminate.store.PointBatch;
import io.luminate.store.StoreException;
import io.luminate.store.WriteRequest;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** However long the names of series are, their index stays within its share of the heap. */
final class IndexMemoryTest {
  private static final TenantId TENANT = new TenantId("acme");
  private static final int INDEX_BYTES_MAX = 1 << 20;
  private static final String LONG_TEXT = "x".repeat(200);

  @TempDir Path folder;

  @Test
  void longValues_pastTheBound_refuseNewSeriesAndTakeOldOnes() {
    try (RocksMetricsStore store = open(INDEX_BYTES_MAX)) {
      int known = fill(store, i -> Dimensions.of("k", LONG_TEXT + i));
      assertThat(known).isBetween(1_000, 5_000);
      write(store, Dimensions.of("k", LONG_TEXT + (known - 1)));
      StoreException refused = refusal(store, Dimensions.of("k", LONG_TEXT));
      assertThat(refused.code()).isEqualTo(ErrorCode.CARDINALITY_EXCEEDED);
      assertThat(refused.details())
          .containsEntry("metric_name", "m")
          .containsEntry("limit_bytes", (long) INDEX_BYTES_MAX)
          .containsKey("used_bytes");
    }
    try (RocksMetricsStore store = open(INDEX_BYTES_MAX)) {
      write(store, Dimensions.of("k", LONG_TEXT + 0));
      assertThat(fill(store, i -> Dimensions.of("k", LONG_TEXT + "again" + i))).isLessThan(1_000);
    }
  }

  /** Each is a column for all series of the metric. */
  @Test
  void manyKeys_pastTheBound_refuseNewSeries() {
    try (RocksMetricsStore store = open(INDEX_BYTES_MAX)) {
      int known = fill(store, i -> Dimensions.of("key_" + i, "v"));
      assertThat(known).isBetween(100, 1_000);
      write(store, Dimensions.of("key_0", "v"));
    }
  }

  private interface Naming {
    Dimensions series(int number);
  }

  /** Writes new series until one is refused, and says how many went in. */
  private static int fill(RocksMetricsStore store, Naming naming) {
    for (int i = 0; i < 100_000; i++) {
      try {
        write(store, naming.series(i));
      } catch (StoreException e) {
        return i;
      }
    }
    throw new AssertionError("nothing was refused");
  }

  private static StoreException refusal(RocksMetricsStore store, Dimensions series) {
    StoreException refused =
        catchThrowableOfType(StoreException.class, () -> store.seriesHandle(TENANT, "m", series));
    assertThat(refused).as("%s", series).isNotNull();
    return refused;
  }

  private static void write(RocksMetricsStore store, Dimensions series) {
    PointBatch batch = new PointBatch(TENANT, 1);
    batch.add(store.seriesHandle(TENANT, "m", series), System.currentTimeMillis(), 1);
    store.write(WriteRequest.unkeyed(batch));
  }

  private RocksMetricsStore open(long indexBytesMax) {
    return RocksMetricsStore.open(
        folder.resolve("data"),
        RocksStoreOptions.defaults()
            .withIndex(indexBytesMax)
            .withUpkeep(false, Duration.ofMinutes(10), Duration.ZERO));
  }
}
