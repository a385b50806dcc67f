// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.Dimensions;
import io.luminate.model.TenantId;
import io.luminate.store.DeleteRequest;
import io.luminate.store.PointBatch;
import io.luminate.store.WriteRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What one tenant deletes is nothing to another, nor to its other metrics. */
class DeletesOfOthersTest {
  private static final TenantId DELETES = new TenantId("acme");
  private static final TenantId WRITES = new TenantId("globex");

  /** More than there are generations of series. */
  private static final int DELETIONS = 20;

  private final long nowMillis = System.currentTimeMillis();
  private final TestDatabase database = TestDatabase.empty();
  private final ClickHouseStore store =
      ClickHouseStore.open(ClickHouseStoreOptions.defaults(database.access()));

  @AfterEach
  void close() {
    store.close();
    database.close();
  }

  private long handle(TenantId tenant, String metric) {
    return store.seriesHandle(tenant, metric, Dimensions.of("customer_id", "c"));
  }

  private void write(TenantId tenant, long handle) {
    PointBatch batch = new PointBatch(tenant, 1);
    batch.add(handle, nowMillis, 1);
    store.write(WriteRequest.unkeyed(batch));
  }

  @Test
  void deleteBefore_manyTimes_handlesOfOthersStayGood() {
    long others = handle(WRITES, "m");
    long another = handle(DELETES, "n");
    for (int i = 0; i < DELETIONS; i++) {
      long own = handle(DELETES, "m");
      write(DELETES, own);
      store.deleteBefore(DeleteRequest.of(DELETES, "m", nowMillis + 1));
      assertThat(store.isGood(own)).isFalse();
    }
    assertThat(store.lowestHandle()).isLessThanOrEqualTo(others);
    assertThat(store.isGood(others)).isTrue();
    assertThat(store.isGood(another)).isTrue();
    assertThat(handle(WRITES, "m")).isEqualTo(others);
    write(WRITES, others);
    assertThat(store.stats(WRITES).points()).isEqualTo(1);
  }

  @Test
  void deleteBefore_nothingThere_forgetsNothing() {
    long own = handle(DELETES, "m");
    write(DELETES, own);
    store.deleteBefore(DeleteRequest.of(DELETES, "m", nowMillis));
    assertThat(store.isGood(own)).isTrue();
  }
}
