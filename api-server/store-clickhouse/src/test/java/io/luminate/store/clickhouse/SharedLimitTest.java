// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.Dimensions;
import io.luminate.model.TenantId;
import io.luminate.store.MetricsStore;
import io.luminate.store.PointBatch;
import io.luminate.store.SeriesAdmission;
import io.luminate.store.SeriesAdmission.Admitted;
import io.luminate.store.SeriesLimits;
import io.luminate.store.SeriesLimits.Overflow;
import io.luminate.store.SeriesName;
import io.luminate.store.SeriesRequest;
import io.luminate.store.WriteRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A limit of series that several processes decide by at the same time. */
class SharedLimitTest {
  private static final TenantId TENANT = new TenantId("acme");
  private static final int SERIES_MAX = 40_000;
  private static final SeriesLimits LIMITS = new SeriesLimits(SERIES_MAX, 1_000, Overflow.REJECT);

  /** As many as a server asks for at once. */
  private static final int ASKED = 512;

  private final TestDatabase database = TestDatabase.empty();
  private final List<MetricsStore> processes = new ArrayList<>();

  private MetricsStore process() {
    MetricsStore store = ClickHouseStore.open(ClickHouseStoreOptions.defaults(database.access()));
    processes.add(store);
    return store;
  }

  @AfterEach
  void close() {
    processes.forEach(MetricsStore::close);
    database.close();
  }

  private static List<SeriesAdmission> ask(MetricsStore store, SeriesLimits limits, int first) {
    List<SeriesName> series =
        IntStream.range(first, first + ASKED)
            .mapToObj(i -> new SeriesName("m", Dimensions.of("customer_id", "c" + i)))
            .toList();
    return store.admit(new SeriesRequest(TENANT, series, limits));
  }

  private static long admitted(List<SeriesAdmission> answers) {
    return answers.stream().filter(Admitted.class::isInstance).count();
  }

  /** Of other new series each. */
  private static long fill(MetricsStore store, int first, int requests) {
    long admitted = 0;
    for (int i = 0; i < requests; i++) {
      admitted += admitted(ask(store, LIMITS, first + i * ASKED));
    }
    return admitted;
  }

  /** As fast as they can, without waiting until each would hear of the other by itself. */
  @Test
  void admit_twoProcessesAtOnce_passTheLimitByLittle() throws Exception {
    MetricsStore one = process();
    MetricsStore other = process();
    int requests = SERIES_MAX / ASKED;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Long>> both =
          List.of(() -> fill(one, 0, requests), () -> fill(other, 1_000_000, requests));
      long admitted = 0;
      for (Future<Long> filling : threads.invokeAll(both)) {
        admitted += filling.get();
      }
      // A thousand that each may let in alone, and the error of the estimate.
      assertThat(admitted).isBetween(SERIES_MAX - 800L, SERIES_MAX + 2_800L);
    }
  }

  @Test
  void admit_atTheLimit_whatAnotherProcessWroteIsLookedUpAtOnce() {
    MetricsStore writes = process();
    PointBatch batch = new PointBatch(TENANT, ASKED);
    long nowMillis = System.currentTimeMillis();
    for (SeriesAdmission answer : ask(writes, LIMITS, 0)) {
      batch.add(((Admitted) answer).handle(), nowMillis, 1);
    }
    writes.write(WriteRequest.unkeyed(batch));
    SeriesLimits reached = new SeriesLimits(ASKED, 1_000, Overflow.REJECT);
    MetricsStore asked = process();
    assertThat(admitted(ask(asked, reached, 0))).isEqualTo(ASKED);
    assertThat(admitted(ask(asked, reached, ASKED))).isZero();
    assertThat(lookUps()).as("one for each request").isEqualTo("2");
  }

  private String lookUps() {
    database.flushQueryLog();
    return database.value(
        "SELECT count() FROM system.query_log WHERE type = 'QueryFinish'"
            + " AND query LIKE 'SELECT DISTINCT series FROM "
            + database.tables().database()
            + "%'");
  }
}
