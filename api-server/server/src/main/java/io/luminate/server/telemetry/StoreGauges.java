// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.telemetry;

import io.luminate.store.MetricCardinality;
import io.luminate.store.StoreException;
import io.luminate.store.StoreHealth;
import io.luminate.store.StoreStats;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The store's figures. Read when someone scrapes, and kept for a while: reading may be costly. */
final class StoreGauges {
  /** What no zero is taken for. */
  private static final double UNKNOWN = Double.NaN;

  private final Supplier<StoreReading> store;
  private final MultiGauge cardinality;
  private volatile Optional<StoreStats> stats = Optional.empty();
  private volatile double diskBytes = UNKNOWN;
  private volatile boolean healthy;

  StoreGauges(MeterRegistry registry, Supplier<StoreReading> store, String backend) {
    this.store = store;
    Gauge.builder("luminate.up", () -> healthy ? 1 : 0)
        .description("Health status (1=healthy, 0=unhealthy)")
        .register(registry);
    Gauge.builder("luminate.storage.health", () -> healthy ? 1 : 0)
        .description("Storage backend health (1=healthy, 0=unhealthy)")
        .tags("backend", backend)
        .register(registry);
    Gauge.builder("luminate.storage.size", () -> diskBytes)
        .baseUnit("bytes")
        .description("Total storage used")
        .register(registry);
    Gauge.builder(
            "luminate.series.count",
            () -> stats.map(StoreStats::series).map(Long::doubleValue).orElse(UNKNOWN))
        .description("Approximate unique series count")
        .register(registry);
    this.cardinality =
        MultiGauge.builder("luminate.cardinality.by.metric")
            .description("Series count per metric name, of the metrics with most series")
            .register(registry);
  }

  /** The last figures stay when the store cannot be asked. */
  void refresh() {
    try {
      StoreReading reading = store.get();
      take(reading.health());
      if (reading.stats().isPresent()) {
        stats = reading.stats();
        cardinality.register(rows(reading.largestMetrics()), true);
      }
    } catch (StoreException away) {
      healthy = false;
    }
  }

  private void take(StoreHealth health) {
    switch (health) {
      case StoreHealth.Healthy well -> {
        healthy = true;
        diskBytes = well.diskUsedBytes();
      }
      case StoreHealth.Unhealthy _ -> healthy = false;
    }
  }

  private static List<MultiGauge.Row<?>> rows(List<MetricCardinality> largest) {
    return largest.stream()
        .<MultiGauge.Row<?>>map(
            row ->
                MultiGauge.Row.of(
                    Tags.of(
                        MeterNames.TENANT, row.tenant().value(),
                        MeterNames.METRIC, row.metricName()),
                    row.series()))
        .toList();
  }
}
