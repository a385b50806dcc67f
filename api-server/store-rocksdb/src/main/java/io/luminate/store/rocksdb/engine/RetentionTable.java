// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.model.RetentionPolicies;
import io.luminate.model.RetentionPolicy;
import io.luminate.model.RetentionRules;
import io.luminate.model.TenantId;
import io.luminate.store.OwnRetentions;
import io.luminate.store.RetentionPlan;
import io.luminate.store.RetentionPlanText;
import io.luminate.store.RetentionStatus;
import io.luminate.store.rocksdb.head.PartitionKey;
import io.luminate.store.rocksdb.segment.Catalog;
import io.luminate.store.rocksdb.segment.CatalogBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How long each metric is kept: what the API set, else what the policies say; and how long its
 * bytes stay.
 *
 * <p>Concurrency: read without locks. Rules count at once and are durable after that: if the disk
 * fails in between, the next start holds bytes for a whole grace again.
 */
final class RetentionTable {
  private record Name(TenantId tenant, String metric) {}

  private final Catalog catalog;
  private final InstantSource clock;
  private final Duration shorteningGrace;
  private final Map<Name, Duration> overrides = new ConcurrentHashMap<>();

  /** How many of them each tenant has; none ever goes. */
  private final Map<TenantId, Integer> ofTenants = new ConcurrentHashMap<>();

  private final Map<Integer, Integer> classes = new ConcurrentHashMap<>();
  private volatile RetentionPlan plan;

  RetentionTable(Catalog catalog, RocksStoreOptions.Retaining retaining, InstantSource clock) {
    this.catalog = catalog;
    this.clock = clock;
    this.shorteningGrace = retaining.shorteningGrace();
    catalog.scanPrefix(CatalogKeys.RETENTION, this::restore);
    Optional<RetentionPlan> kept =
        catalog
            .get(CatalogKeys.PLAN)
            .map(text -> RetentionPlanText.read(new String(text, StandardCharsets.UTF_8)));
    RetentionRules rules = retaining.rules();
    this.plan = kept.orElseGet(() -> RetentionPlan.first(rules));
    if (kept.isEmpty()) {
      catalog.commit(put(new CatalogBatch(), plan));
    }
    apply(rules);
  }

  private boolean restore(byte[] key, byte[] value) {
    String text = new String(key, 1, key.length - 1, StandardCharsets.UTF_8);
    int end = text.indexOf(0);
    Name name = new Name(new TenantId(text.substring(0, end)), text.substring(end + 1));
    override(name, Duration.ofMillis(ByteBuffer.wrap(value).getLong()));
    return true;
  }

  private void override(Name name, Duration retention) {
    if (overrides.put(name, retention) == null) {
      ofTenants.merge(name.tenant(), 1, Integer::sum);
    }
  }

  private static CatalogBatch put(CatalogBatch batch, RetentionPlan plan) {
    byte[] text = RetentionPlanText.write(plan).getBytes(StandardCharsets.UTF_8);
    return batch.put(CatalogKeys.PLAN, text);
  }

  /** Counts when it is durable: whoever is told of a failure may not lose sight of any point. */
  synchronized void set(TenantId tenant, String metric, Duration retention) {
    requireRoom(new Name(tenant, metric));
    byte[] value = ByteBuffer.allocate(Long.BYTES).putLong(retention.toMillis()).array();
    CatalogBatch batch = new CatalogBatch().put(CatalogKeys.retention(tenant, metric), value);
    Duration before = of(tenant, metric);
    RetentionPlan next = plan;
    if (!plan.ruled() && retention.compareTo(before) < 0) {
      next = plan.shorten(tenant, metric, before, clock.instant(), shorteningGrace);
      put(batch, next);
    }
    catalog.commit(batch);
    plan = next;
    override(new Name(tenant, metric), retention);
    classes.clear();
  }

  private void requireRoom(Name name) {
    if (!overrides.containsKey(name)) {
      OwnRetentions.requireRoom(ownOf(name.tenant()));
    }
  }

  /** For how many metrics the tenant has set a retention. */
  long ownOf(TenantId tenant) {
    return ofTenants.getOrDefault(tenant, 0);
  }

  synchronized void apply(RetentionRules rules) {
    RetentionPlan next = plan.follow(rules, own(), clock.instant(), shorteningGrace);
    if (!next.equals(plan)) {
      plan = next;
      classes.clear();
      catalog.commit(put(new CatalogBatch(), next));
    }
  }

  private List<RetentionPolicy> own() {
    List<RetentionPolicy> own = new ArrayList<>();
    overrides.forEach(
        (name, retention) ->
            own.add(
                new RetentionPolicy(
                    name.metric(), Optional.of(name.tenant()), name.metric(), retention)));
    return own;
  }

  /** What queries are clipped by. */
  Duration of(TenantId tenant, String metric) {
    RetentionPlan now = plan;
    Duration override = now.ruled() ? null : overrides.get(new Name(tenant, metric));
    return override != null ? override : now.policies().retentionOf(tenant, metric);
  }

  /** What bytes are freed by. */
  Duration ofBytes(TenantId tenant, String metric) {
    return plan.bytesOf(tenant, metric, of(tenant, metric), clock.instant());
  }

  RetentionStatus status() {
    RetentionPlan now = plan;
    return new RetentionStatus(
        now.documentVersion(), now.heldAt(clock.instant()), Optional.empty());
  }

  /** No metric is kept for less. */
  long shortestMillis() {
    RetentionPolicies policies = plan.policies();
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
            .orElse(days(plan.policies().defaultRetention()));
    classes.put(metricId, days);
    return days;
  }

  /** The metric is away. */
  void forget(int metricId) {
    classes.remove(metricId);
  }

  private static int days(Duration retention) {
    long days = Math.ceilDiv(retention.toMillis(), PartitionKey.DAY_MILLIS);
    return (int) Math.min(days, Integer.MAX_VALUE);
  }
}
