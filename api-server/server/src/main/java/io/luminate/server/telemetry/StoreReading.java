// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.telemetry;

import io.luminate.store.MetricCardinality;
import io.luminate.store.MetricsStore;
import io.luminate.store.StoreHealth;
import io.luminate.store.StoreStats;
import java.util.List;

/** What a store says about itself at one moment. */
record StoreReading(StoreHealth health, StoreStats stats, List<MetricCardinality> largestMetrics) {
  /** Protects the scraper: a tenant may have a thousand metrics. */
  static final int METRICS_MAX = 100;

  StoreReading {
    largestMetrics = largestMetrics.stream().limit(METRICS_MAX).toList();
  }

  static StoreReading of(MetricsStore store) {
    return new StoreReading(store.health(), store.stats(), store.largestMetrics(METRICS_MAX));
  }
}
