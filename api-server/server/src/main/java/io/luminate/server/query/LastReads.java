// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.query;

import io.luminate.model.TenantId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * When points of a metric were last asked for, of the metrics that were asked for last. For one
 * process, since its start.
 *
 * <p>Concurrency: one lock, held for a look-up; a query takes it once.
 */
final class LastReads {
  /** Some ten megabytes with names of usual length. */
  static final int METRICS_MAX = 50_000;

  private record Metric(TenantId tenant, String name) {}

  private final InstantSource clock;
  private final int metricsMax;

  /** The one read longest ago first. Guarded by this, as is what follows. */
  private final Map<Metric, Instant> reads = new LinkedHashMap<>();

  private Instant since;

  LastReads(InstantSource clock, int metricsMax) {
    this.clock = clock;
    this.metricsMax = metricsMax;
    this.since = clock.instant();
  }

  synchronized void read(TenantId tenant, String metricName) {
    Metric metric = new Metric(tenant, metricName);
    reads.remove(metric);
    if (reads.size() == metricsMax) {
      Map.Entry<Metric, Instant> oldest = reads.entrySet().iterator().next();
      since = oldest.getValue();
      reads.remove(oldest.getKey());
    }
    reads.put(metric, clock.instant());
  }

  synchronized Optional<Instant> of(TenantId tenant, String metricName) {
    return Optional.ofNullable(reads.get(new Metric(tenant, metricName)));
  }

  /** What is not known was not read since then. */
  synchronized Instant since() {
    return since;
  }
}
