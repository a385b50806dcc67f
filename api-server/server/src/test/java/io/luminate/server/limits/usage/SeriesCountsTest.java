// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.TenantId;
import io.luminate.server.PartialStore;
import io.luminate.store.MetricCardinality;
import io.luminate.store.MetricsStore;
import io.luminate.store.StoreStats;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SeriesCountsTest {
  /** A store that has so many metrics. */
  private static MetricsStore store(int metrics) {
    List<MetricCardinality> all =
        Collections.nCopies(metrics, new MetricCardinality(new TenantId("a"), "m", 1));
    return PartialStore.of(
        Map.of(
            "stats", _ -> new StoreStats(metrics, 0, 0),
            "largestMetrics", most -> all.subList(0, Math.min(metrics, (int) most[0]))));
  }

  @Test
  void count_asManyMetricsAsAreCounted_isWhole() {
    SeriesCounts.Counted counted = SeriesCounts.of(store(SeriesCounts.METRICS_MAX)).count();
    assertThat(counted.whole()).isTrue();
    assertThat(counted.metrics()).hasSize(SeriesCounts.METRICS_MAX);
  }

  @Test
  void count_oneMore_isNot() {
    SeriesCounts.Counted counted = SeriesCounts.of(store(SeriesCounts.METRICS_MAX + 1)).count();
    assertThat(counted.whole()).isFalse();
    assertThat(counted.metrics()).hasSize(SeriesCounts.METRICS_MAX);
  }
}
