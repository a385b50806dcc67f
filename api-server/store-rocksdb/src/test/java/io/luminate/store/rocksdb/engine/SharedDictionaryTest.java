// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.Dimensions;
import io.luminate.model.TenantId;
import io.luminate.store.PointBatch;
import io.luminate.store.QueryControl;
import io.luminate.store.ValuesQuery;
import io.luminate.store.ValuesResult;
import io.luminate.store.ValuesResult.ValueCount;
import io.luminate.store.WriteRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key's values are those of all metrics of a tenant; a metric may have few of many. */
final class SharedDictionaryTest {
  private static final TenantId ACME = new TenantId("acme");

  /** More than groups are numbered by, for a metric with few series. */
  private static final int VALUES = 70_000;

  /** Enough for segments to carry counters. */
  private static final int SERIES = 1_500;

  @TempDir Path folder;

  @Test
  void listDimensionValues_fewOfManyValues_areCounted() {
    RocksStoreOptions options =
        RocksStoreOptions.defaults().withUpkeep(false, Duration.ofMinutes(10), Duration.ZERO);
    try (RocksMetricsStore store = RocksMetricsStore.open(folder.resolve("data"), options)) {
      write(store, "many", 0, VALUES);
      write(store, "few", VALUES - SERIES, VALUES);
      write(store, "few", VALUES - 3, VALUES - 1);
      store.sealNow();
      ValuesQuery query = new ValuesQuery(ACME, "few", "k", "", 3, List.of());
      assertThat(store.listDimensionValues(query, QueryControl.withTimeout(Duration.ofMinutes(1))))
          .isEqualTo(
              new ValuesResult(
                  List.of(
                      new ValueCount(value(VALUES - 3), 2),
                      new ValueCount(value(VALUES - 2), 2),
                      new ValueCount(value(VALUES - SERIES), 1)),
                  true));
    }
  }

  private static String value(int number) {
    return "v%06d".formatted(number);
  }

  private static void write(RocksMetricsStore store, String metric, int from, int to) {
    for (int first = from; first < to; first += 1_000) {
      PointBatch batch = new PointBatch(ACME, 1_000);
      for (int i = first; i < Math.min(to, first + 1_000); i++) {
        long handle = store.seriesHandle(ACME, metric, Dimensions.of("k", value(i)));
        batch.add(handle, System.currentTimeMillis(), 1);
      }
      store.write(WriteRequest.unkeyed(batch));
    }
  }
}
