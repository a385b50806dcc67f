// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.cardinality;

import io.luminate.model.TenantId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Tenants whose metrics are remembered; those that were asked for longest ago are forgotten. */
final class Tenants {
  /** Of names of metrics: 2 000 tenants with some 25 each, or 50 with a thousand. */
  static final long BYTES_MAX = 8L << 20;

  private static final int TENANTS_MAX = 2_000;

  private final StoredSeries stored;
  private final LongSupplier nanos;
  private final Map<TenantId, TenantMetrics> all = new LinkedHashMap<>(16, 0.75f, true);

  Tenants(StoredSeries stored) {
    this(stored, System::nanoTime);
  }

  Tenants(StoredSeries stored, LongSupplier nanos) {
    this.stored = stored;
    this.nanos = nanos;
  }

  TenantMetrics of(TenantId tenant) {
    synchronized (all) {
      TenantMetrics known = all.get(tenant);
      if (known == null) {
        known = new TenantMetrics(tenant, stored, nanos);
        all.put(tenant, known);
        trim();
      }
      return known;
    }
  }

  void beginDay() {
    synchronized (all) {
      all.values().forEach(TenantMetrics::beginDay);
    }
  }

  /** The newest stays in any case. Those that are remembered grow, so this is to be done often. */
  void trim() {
    synchronized (all) {
      long bytes = bytes();
      for (var eldest = all.values().iterator(); all.size() > 1 && eldest.hasNext(); ) {
        if (all.size() <= TENANTS_MAX && bytes <= BYTES_MAX) {
          return;
        }
        bytes -= eldest.next().bytes();
        eldest.remove();
      }
    }
  }

  /** Of memory, about. */
  long bytes() {
    synchronized (all) {
      return all.values().stream().mapToLong(TenantMetrics::bytes).sum();
    }
  }
}
