// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.query;

import io.luminate.model.TenantId;
import java.time.Duration;
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

  /** Other processes hear of a metric's reads no more often. */
  static final Duration TOLD_EVERY = Duration.ofHours(1);

  private record Metric(TenantId tenant, String name) {}

  /**
   * @param told when others were to hear of one
   */
  private record Read(Instant last, Instant told) {}

  private final InstantSource clock;
  private final int metricsMax;

  /** The one read longest ago first. Guarded by this, as is what follows. */
  private final Map<Metric, Read> reads = new LinkedHashMap<>();

  private Instant since;

  LastReads(InstantSource clock, int metricsMax) {
    this.clock = clock;
    this.metricsMax = metricsMax;
    this.since = clock.instant();
  }

  /**
   * Takes note of a read that is over.
   *
   * @return whether it is time that others hear of it
   */
  synchronized boolean read(TenantId tenant, String metricName) {
    Metric metric = new Metric(tenant, metricName);
    Instant now = clock.instant();
    Optional<Read> before = Optional.ofNullable(reads.remove(metric));
    if (reads.size() == metricsMax) {
      Map.Entry<Metric, Read> oldest = reads.entrySet().iterator().next();
      since = oldest.getValue().last();
      reads.remove(oldest.getKey());
    }
    Optional<Instant> told = before.map(Read::told).filter(at -> now.isBefore(at.plus(TOLD_EVERY)));
    reads.put(metric, new Read(now, told.orElse(now)));
    return told.isEmpty();
  }

  synchronized Optional<Instant> of(TenantId tenant, String metricName) {
    return Optional.ofNullable(reads.get(new Metric(tenant, metricName))).map(Read::last);
  }

  /** What is not known was not read since then. */
  synchronized Instant since() {
    return since;
  }
}
