// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.cardinality;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.TenantId;
import io.luminate.store.clickhouse.TestDatabase;
import io.luminate.store.clickhouse.client.ClickHouseAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections are made, and nothing is ever answered. */
class SilentClickHouseTest {
  private static final int METRICS = 20;

  private TestDatabase database;
  private ServerSocket silent;
  private CountingProcess process;

  @BeforeEach
  void start() throws IOException {
    database = TestDatabase.withTables();
    silent = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    process =
        new CountingProcess(
            new ClickHouseAccess(
                List.of("http://127.0.0.1:" + silent.getLocalPort()),
                database.tables().database(),
                database.server().user(),
                database.server().password(),
                100,
                Duration.ofHours(1)),
            database.tables());
  }

  @AfterEach
  void close() {
    closeSocket();
    process.close();
    database.close();
  }

  private void closeSocket() {
    try {
      silent.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Duration time(Runnable request) {
    long beganNanos = System.nanoTime();
    request.run();
    return Duration.ofNanos(System.nanoTime() - beganNanos);
  }

  @Test
  void waits_ofOneRequest_areBoundedInAll_andOthersDoNotWaitForAWhile() {
    TenantMetrics tenant = process.cardinality().metricsOf(CountingProcess.ACME);
    Patience patience = new Patience(tenant);
    Duration first = time(() -> enterAll(tenant, patience));
    assertThat(first).isBetween(Duration.ofMillis(1_500), Duration.ofSeconds(3));
    Duration next = time(() -> enterAll(tenant, new Patience(tenant)));
    assertThat(next).isLessThan(Duration.ofMillis(500));
  }

  private static void enterAll(TenantMetrics tenant, Patience patience) {
    for (int i = 0; i < METRICS; i++) {
      String metric = "m" + i;
      tenant.deleted(metric);
      patience.within(within -> tenant.enter(metric, 20_000, 10, of -> 0, within));
    }
  }

  @Test
  void loads_ofManyMetrics_areWaitedForNoLongerThanOnce() {
    TenantMetrics tenant = process.cardinality().metricsOf(CountingProcess.ACME);
    Patience patience = new Patience(tenant);
    Duration all =
        time(
            () -> {
              for (int i = 0; i < METRICS; i++) {
                MetricName name = new MetricName(CountingProcess.ACME, "m" + i);
                MetricCount count = process.cardinality().count(name);
                patience.within(
                    within -> process.cardinality().exchange(name, count, 0, 1_000, within));
              }
            });
    assertThat(all).isLessThan(Duration.ofSeconds(3));
  }

  @Test
  void loads_thatNobodyWaitsFor_areOnlySoMany_andOfOneTenantFewer() {
    load(CountingProcess.ACME, 2 * Loads.MAX);
    assertThat(process.cardinality().loads()).isEqualTo(Loads.TENANT_MAX);
    load(new TenantId("globex"), Loads.MAX);
    assertThat(process.cardinality().loads()).isEqualTo(Loads.MAX);
  }

  private void load(TenantId tenant, int metrics) {
    for (int i = 0; i < metrics; i++) {
      MetricName name = new MetricName(tenant, "m" + i);
      MetricCount count = process.cardinality().count(name);
      assertThat(process.cardinality().exchange(name, count, 0, 1_000, Duration.ZERO)).isFalse();
    }
  }
}
