// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits.usage;

import io.luminate.store.MetricCardinality;
import io.luminate.store.MetricsStore;
import io.luminate.store.StoreException;
import io.luminate.store.StoreStats;
import java.util.List;

/** Where the numbers of series come from. */
@FunctionalInterface
public interface SeriesCounts {
  /** One fewer than a store tells, to know whether there are more. */
  int METRICS_MAX = MetricsStore.LARGEST_METRICS_MAX - 1;

  /**
   * May take as long as a query.
   *
   * @throws StoreException when the store is away, or has not counted yet
   */
  Counted count();

  /**
   * What there is at one moment.
   *
   * @param metrics of all tenants, those with most series first
   * @param whole whether these are all; otherwise those left out have no more series than the last
   */
  record Counted(StoreStats stats, List<MetricCardinality> metrics, boolean whole) {}

  /** As the store counts them. */
  static SeriesCounts of(MetricsStore store) {
    return () -> {
      List<MetricCardinality> found = store.largestMetrics(MetricsStore.LARGEST_METRICS_MAX);
      boolean whole = found.size() <= METRICS_MAX;
      return new Counted(store.stats(), whole ? found : found.subList(0, METRICS_MAX), whole);
    };
  }
}
