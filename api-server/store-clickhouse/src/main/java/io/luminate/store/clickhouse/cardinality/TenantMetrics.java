// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.cardinality;

import io.luminate.model.TenantId;
import io.luminate.store.clickhouse.client.ClickHouseFailure;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * The metrics of one tenant that have points: as ClickHouse said, and those that this process let
 * in since. Asked again only near the limit, as others may have let more in.
 */
final class TenantMetrics {
  private static final long AGE_NANOS_MAX = 10_000_000_000L;

  private final TenantId tenant;
  private final StoredSeries stored;

  /** By name, the last day known; guarded by this, as is what follows. */
  private final Map<String, Integer> lastDays = new HashMap<>();

  private final Map<String, Integer> letIn = new HashMap<>();
  private boolean asked;
  private long askedNanos;

  TenantMetrics(TenantId tenant, StoredSeries stored) {
    this.tenant = tenant;
    this.stored = stored;
  }

  /** What there are, or -1 if the metric is among them or was let in. */
  synchronized long enter(
      String metric, int today, long metricsMax, ToIntFunction<String> firstDay) {
    if (!counts(metric, firstDay)) {
      long metrics = count(firstDay);
      if (!asked || metrics >= metricsMax && System.nanoTime() - askedNanos > AGE_NANOS_MAX) {
        ask();
        metrics = count(firstDay);
      }
      if (metrics >= metricsMax && !counts(metric, firstDay)) {
        return metrics;
      }
    }
    letIn.put(metric, today);
    lastDays.merge(metric, today, Math::max);
    return -1;
  }

  synchronized boolean has(String metric, ToIntFunction<String> firstDay) {
    return counts(metric, firstDay);
  }

  /** Without an answer there are those that are known. */
  private void ask() {
    try {
      Map<String, Integer> now = stored.metrics(tenant);
      lastDays.clear();
      lastDays.putAll(now);
      letIn.forEach((metric, day) -> lastDays.merge(metric, day, Math::max));
      asked = true;
      askedNanos = System.nanoTime();
    } catch (ClickHouseFailure e) {
      askedNanos = System.nanoTime();
    }
  }

  private boolean counts(String metric, ToIntFunction<String> firstDay) {
    Integer last = lastDays.get(metric);
    return last != null && last >= firstDay.applyAsInt(metric);
  }

  private long count(ToIntFunction<String> firstDay) {
    return lastDays.keySet().stream().filter(metric -> counts(metric, firstDay)).count();
  }

  synchronized void deleted(String metric) {
    lastDays.remove(metric);
    letIn.remove(metric);
    asked = false;
  }
}
