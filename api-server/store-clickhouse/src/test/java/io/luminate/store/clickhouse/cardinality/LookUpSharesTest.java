// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.cardinality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.clickhouse.testkit.proxy.FaultProxy;
import io.luminate.model.EntityKeys;
import io.luminate.model.TenantId;
import io.luminate.store.clickhouse.TestDatabase;
import io.luminate.store.clickhouse.client.ClickHouseAccess;
import io.luminate.store.clickhouse.client.ClickHouseAccess.Connections;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.ClickHouseFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What ClickHouse is asked about one tenant, however slowly it answers, leaves room for others. */
final class LookUpSharesTest {
  private static final TenantId ACME = CountingProcess.ACME;
  private static final TenantId ACME_TOO = new TenantId("acme-too");
  private static final TenantId GLOBEX = new TenantId("globex");
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final int SHARE = Cardinality.CONNECTIONS * 3 / 4;

  private final TestDatabase database = TestDatabase.withTables();
  private final Semaphore held = new Semaphore(0);
  private final CountDownLatch over = new CountDownLatch(1);
  private final FaultProxy proxy =
      FaultProxy.inFrontOf(database.server().httpUrl(), this::holdAcmes);
  private final ClickHouseClient client = client();
  private final ClickHouseClient counting = client();
  private final StoredSeries stored =
      new StoredSeries(client, counting, database.tables(), EntityKeys.DEFAULT);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private ClickHouseClient client() {
    ClickHouseAccess access = database.access().at(List.of(proxy.url().toString()));
    return new ClickHouseClient(
        access.with(new Connections(Cardinality.CONNECTIONS, 1, Duration.ofHours(1))));
  }

  @AfterEach
  void close() {
    over.countDown();
    threads.close();
    client.close();
    counting.close();
    proxy.close();
    database.close();
  }

  /** Whatever is asked about either of them. */
  private String holdAcmes(String target, String statement) throws IOException {
    if (target.contains("param_tenant=" + ACME.value())) {
      held.release();
      try {
        assertThat(over.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
    return statement;
  }

  private void lookUp(TenantId tenant, Duration within) {
    assertThat(stored.present(tenant, "m", CountingProcess.series("m", 0, 3), 0, within)).isEmpty();
  }

  private void count(TenantId tenant) {
    assertThat(stored.count(new MetricName(tenant, "m"))).isEmpty();
  }

  /** Returns when as many of the questions as may are with ClickHouse. */
  private List<Future<?>> ask(Runnable question) throws InterruptedException {
    List<Future<?>> asked = new ArrayList<>();
    for (int i = 0; i < 2 * Cardinality.CONNECTIONS; i++) {
      asked.add(threads.submit(question));
    }
    assertThat(held.tryAcquire(SHARE, LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return asked;
  }

  private void letGo(List<Future<?>> asked) throws Exception {
    assertThat(held.availablePermits()).as("more than the share").isZero();
    assertThat(asked).noneMatch(Future::isDone);
    over.countDown();
    for (Future<?> one : asked) {
      one.get();
    }
  }

  @Test
  void lookUps_ofOneTenant_leaveAConnectionToTheOthers() throws Exception {
    List<Future<?>> asked = ask(() -> lookUp(ACME, LONG));
    lookUp(GLOBEX, LONG);
    assertThatThrownBy(() -> lookUp(ACME, Duration.ofMillis(1)))
        .isInstanceOf(ClickHouseFailure.class)
        .hasMessageContaining("the tenant's share of them) are in use");
    letGo(asked);
  }

  @Test
  void counts_ofOneTenant_leaveAConnectionToTheOthers_andOfAllTheirsToLookUps() throws Exception {
    List<Future<?>> asked = ask(() -> count(ACME));
    count(GLOBEX);
    stored.metrics(GLOBEX);
    asked.add(threads.submit(() -> count(ACME_TOO)));
    assertThat(held.tryAcquire(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    lookUp(GLOBEX, LONG);
    letGo(asked);
  }
}
