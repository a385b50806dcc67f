// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.telemetry;

import io.luminate.model.TenantId;
import io.luminate.store.ErrorCode;
import io.luminate.store.MetricCardinality;
import io.luminate.store.StoreException;
import io.luminate.store.StoreHealth;
import io.luminate.store.StoreStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A store's figures, and how often they were asked for. */
final class FakeStore implements Supplier<StoreReading> {
  private final List<MetricCardinality> metrics = new ArrayList<>();
  private boolean away;
  private boolean uncounted;
  private int readings;

  void add(TenantId tenant, String metricName, long series) {
    metrics.add(new MetricCardinality(tenant, metricName, series));
  }

  void goAway() {
    away = true;
  }

  void setUncounted(boolean value) {
    uncounted = value;
  }

  int readings() {
    return readings;
  }

  @Override
  public StoreReading get() {
    readings++;
    if (away) {
      throw new StoreException(ErrorCode.STORAGE_UNAVAILABLE, "away");
    }
    long series = metrics.stream().mapToLong(MetricCardinality::series).sum();
    return new StoreReading(
        new StoreHealth.Healthy(1_000),
        uncounted ? Optional.empty() : Optional.of(new StoreStats(series, 5, 1_000)),
        metrics);
  }
}
