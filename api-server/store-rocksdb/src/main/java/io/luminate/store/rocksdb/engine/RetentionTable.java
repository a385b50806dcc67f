// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.model.RetentionPolicies;
import io.luminate.model.RetentionPolicy;
import io.luminate.model.TenantId;
import io.luminate.store.rocksdb.head.PartitionKey;
import io.luminate.store.rocksdb.segment.Catalog;
import io.luminate.store.rocksdb.segment.CatalogBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How long each metric is kept: what the API set, else what the policies say. */
final class RetentionTable {
  private record Name(TenantId tenant, String metric) {}

  private final Catalog catalog;
  private final Map<Name, Duration> overrides = new ConcurrentHashMap<>();
  private final Map<Integer, Integer> classes = new ConcurrentHashMap<>();
  private volatile RetentionPolicies policies;

  RetentionTable(Catalog catalog, RetentionPolicies policies) {
    this.catalog = catalog;
    this.policies = policies;
    catalog.scanPrefix(CatalogKeys.RETENTION, this::restore);
  }

  private boolean restore(byte[] key, byte[] value) {
    String text = new String(key, 1, key.length - 1, StandardCharsets.UTF_8);
    int end = text.indexOf(0);
    Name name = new Name(new TenantId(text.substring(0, end)), text.substring(end + 1));
    overrides.put(name, Duration.ofMillis(ByteBuffer.wrap(value).getLong()));
    return true;
  }

  void set(TenantId tenant, String metric, Duration retention) {
    byte[] value = ByteBuffer.allocate(Long.BYTES).putLong(retention.toMillis()).array();
    catalog.commit(new CatalogBatch().put(CatalogKeys.retention(tenant, metric), value));
    overrides.put(new Name(tenant, metric), retention);
    classes.clear();
  }

  void apply(RetentionPolicies now) {
    policies = now;
    classes.clear();
  }

  Duration of(TenantId tenant, String metric) {
    Duration override = overrides.get(new Name(tenant, metric));
    return override != null ? override : policies.retentionOf(tenant, metric);
  }

  /** No metric is kept for less. */
  long shortestMillis() {
    long shortest = policies.defaultRetention().toMillis();
    for (RetentionPolicy policy : policies.policies()) {
      shortest = Math.min(shortest, policy.retention().toMillis());
    }
    for (Duration override : overrides.values()) {
      shortest = Math.min(shortest, override.toMillis());
    }
    return shortest;
  }

  /** The metric's class: its retention in whole days, rounded up. */
  int classOf(int metricId, SeriesRegistry registry) {
    Integer known = classes.get(metricId);
    if (known != null) {
      return known;
    }
    int days =
        registry
            .nameOf(metricId)
            .map(n -> days(of(n.tenant(), n.metric())))
            .orElse(days(policies.defaultRetention()));
    classes.put(metricId, days);
    return days;
  }

  private static int days(Duration retention) {
    long days = Math.ceilDiv(retention.toMillis(), PartitionKey.DAY_MILLIS);
    return (int) Math.min(days, Integer.MAX_VALUE);
  }
}
