// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import io.luminate.model.Dimensions;
import io.luminate.model.EntityKeys;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.TenantId;
import io.luminate.store.MetricsStore;
import io.luminate.store.PointBatch;
import io.luminate.store.QueryControl;
import io.luminate.store.WriteRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A store under test with its clock. Points that are added reach the store, one batch per tenant,
 * when it is next asked for, and are moved on to the fixture's stage.
 */
public final class StoreFixture implements AutoCloseable {
  /** 2026-03-11T12:00:00Z, where the clock stands. */
  public static final long NOW = Instant.parse("2026-03-11T12:00:00Z").toEpochMilli();

  /** 2026-03-11T11:00:00Z, an hour before {@link #NOW}: where the data of most cases starts. */
  public static final long T0 = NOW - 3_600_000;

  static final long SECOND = 1_000;
  static final long MINUTE = 60_000;
  static final long HOUR = 3_600_000;
  static final long DAY = 86_400_000;
  static final TenantId ACME = new TenantId("acme");
  static final TenantId GLOBEX = new TenantId("globex");
  static final Duration RETENTION = Duration.ofDays(30);

  /** Long enough for a slow machine; nothing waits for it to pass. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final TestClock clock = new TestClock(Instant.ofEpochMilli(NOW));
  private final BiFunction<MetricsStore, Stage, MetricsStore> settle;
  private final Stage stage;
  private final List<TenantPoint> added = new ArrayList<>();
  private MetricsStore store;
  private boolean leavesOutSeries;

  StoreFixture(
      Function<ContractSettings, MetricsStore> open,
      BiFunction<MetricsStore, Stage, MetricsStore> settle,
      Stage stage,
      RetentionPolicies retention) {
    this.settle = settle;
    this.stage = stage;
    this.store = open.apply(new ContractSettings(clock, EntityKeys.DEFAULT, retention));
  }

  /** Never expires within a test. */
  static QueryControl control() {
    return QueryControl.withTimeout(PATIENCE);
  }

  /** Its answers may leave out how many series there were. */
  StoreFixture leavingOutSeries(boolean may) {
    leavesOutSeries = may;
    return this;
  }

  boolean leavesOutSeries() {
    return leavesOutSeries;
  }

  TestClock clock() {
    return clock;
  }

  /** Adds a point of {@link #ACME}. */
  StoreFixture add(String metricName, long timestampMillis, double value, String... dimensions) {
    return addFor(ACME, metricName, timestampMillis, value, dimensions);
  }

  StoreFixture addFor(
      TenantId tenant, String metricName, long timestampMillis, double value, String... dims) {
    added.add(new TenantPoint(tenant, metricName, Dimensions.of(dims), timestampMillis, value));
    return this;
  }

  /** The store, with everything in it that was added. */
  MetricsStore store() {
    if (!added.isEmpty()) {
      write(List.copyOf(added));
      added.clear();
      settle(stage);
    }
    return store;
  }

  void write(List<TenantPoint> points) {
    Map<TenantId, PointBatch> batches = new LinkedHashMap<>();
    for (TenantPoint point : points) {
      batches
          .computeIfAbsent(point.tenant(), tenant -> new PointBatch(tenant, points.size()))
          .add(handleOf(point), point.timestampMillis(), point.value());
    }
    batches.values().forEach(batch -> store.write(WriteRequest.unkeyed(batch)));
  }

  /** A batch of one point of {@link #ACME}, not written yet. */
  PointBatch batchOf(String metricName, long timestampMillis, double value) {
    PointBatch batch = new PointBatch(ACME, 1);
    batch.add(store.seriesHandle(ACME, metricName, Dimensions.EMPTY), timestampMillis, value);
    return batch;
  }

  private long handleOf(TenantPoint point) {
    return store.seriesHandle(point.tenant(), point.metricName(), point.dimensions());
  }

  /** Moves what was written on; the store may be another object afterwards. */
  void settle(Stage to) {
    store = settle.apply(store, to);
  }

  Question ask(String metricName) {
    return new Question(store(), ACME, metricName);
  }

  @Override
  public void close() {
    store.close();
  }
}
