// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One tenant's counters. They appear with their first event, so that a tenant that only writes has
 * no rows about queries; from then on counting is an array load and an add.
 */
final class TenantMeters {
  private static final int STATUSES = RequestStatus.values().length;

  private final MeterRegistry registry;
  private final String tenantLabel;
  private final AtomicReferenceArray<@Nullable Counter> writes =
      new AtomicReferenceArray<>(STATUSES);
  private final AtomicReferenceArray<@Nullable Counter> queries =
      new AtomicReferenceArray<>(QueryKind.values().length * STATUSES);
  private final AtomicReferenceArray<@Nullable Counter> others = new AtomicReferenceArray<>(2);

  /** How much happened lately: what the tenant's place among the named ones depends on. */
  final LongAdder weight = new LongAdder();

  TenantMeters(MeterRegistry registry, String tenantLabel) {
    this.registry = registry;
    this.tenantLabel = tenantLabel;
  }

  void write(RequestStatus status, long points) {
    counter(writes, status.ordinal(), () -> MeterNames.writeRequests(tenantLabel, status))
        .increment();
    if (points > 0) {
      counter(others, 0, () -> MeterNames.metricsIngested(tenantLabel)).increment(points);
    }
    weight.add(points + 1);
  }

  void query(QueryKind kind, RequestStatus status) {
    int index = kind.ordinal() * STATUSES + status.ordinal();
    counter(queries, index, () -> MeterNames.queryRequests(tenantLabel, kind, status)).increment();
    weight.add(1);
  }

  void rateLimitExceeded() {
    counter(others, 1, () -> MeterNames.rateLimitExceeded(tenantLabel)).increment();
    weight.add(1);
  }

  /** Takes the tenant's rows out of the registry. */
  void remove() {
    List<Meter> meters = new ArrayList<>();
    for (AtomicReferenceArray<@Nullable Counter> counters : List.of(writes, queries, others)) {
      for (int i = 0; i < counters.length(); i++) {
        Counter counter = counters.get(i);
        if (counter != null) {
          meters.add(counter);
        }
      }
    }
    meters.forEach(registry::remove);
  }

  /** Two threads may register at once: the registry gives both the same counter. */
  private Counter counter(
      AtomicReferenceArray<@Nullable Counter> counters,
      int index,
      Supplier<Counter.Builder> builder) {
    Counter counter = counters.get(index);
    if (counter == null) {
      counter = builder.get().register(registry);
      counters.set(index, counter);
    }
    return counter;
  }
}
