// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.telemetry;

import io.luminate.store.MetricCardinality;
import io.luminate.store.MetricsStore;
import io.luminate.store.StoreException;
import io.luminate.store.StoreHealth;
import io.luminate.store.StoreStats;
import java.util.List;
import java.util.Optional;

/**
 * What a store says about itself at one moment.
 *
 * @param stats empty as long as the store has not counted
 */
record StoreReading(
    StoreHealth health, Optional<StoreStats> stats, List<MetricCardinality> largestMetrics) {
  /** Protects the scraper: a tenant may have a thousand metrics. */
  static final int METRICS_MAX = 100;

  StoreReading {
    largestMetrics = largestMetrics.stream().limit(METRICS_MAX).toList();
  }

  static StoreReading of(MetricsStore store) {
    StoreHealth health = store.health();
    try {
      return new StoreReading(
          health, Optional.of(store.stats()), store.largestMetrics(METRICS_MAX));
    } catch (StoreException uncounted) {
      return new StoreReading(health, Optional.empty(), List.of());
    }
  }
}
