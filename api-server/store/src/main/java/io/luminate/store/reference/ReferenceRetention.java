// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.reference;

import io.luminate.model.RetentionPolicies;
import io.luminate.model.RetentionPolicy;
import io.luminate.model.RetentionRules;
import io.luminate.model.TenantId;
import io.luminate.store.OwnRetentions;
import io.luminate.store.RetentionPlan;
import io.luminate.store.RetentionStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How long the reference store keeps what. Its lock guards this too. */
final class ReferenceRetention {
  /** How long what no query sees any more stays after a retention was shortened. */
  private static final Duration SHORTENING_GRACE = Duration.ofHours(24);

  private record MetricId(TenantId tenant, String metricName) {}

  private final InstantSource clock;
  private final Map<MetricId, Duration> own = new HashMap<>();
  private RetentionPlan plan;

  ReferenceRetention(InstantSource clock, RetentionPolicies policies) {
    this.clock = clock;
    this.plan = RetentionPlan.first(RetentionRules.configured(policies));
  }

  Instant set(TenantId tenant, String metricName, Duration retention) {
    Instant now = clock.instant();
    if (!own.containsKey(new MetricId(tenant, metricName))) {
      OwnRetentions.requireRoom(ownOf(tenant));
    }
    Duration before = of(tenant, metricName);
    if (!plan.ruled() && retention.compareTo(before) < 0) {
      plan = plan.shorten(tenant, metricName, before, now, SHORTENING_GRACE);
    }
    own.put(new MetricId(tenant, metricName), retention);
    return now;
  }

  long ownOf(TenantId tenant) {
    return own.keySet().stream().filter(id -> id.tenant().equals(tenant)).count();
  }

  void apply(RetentionRules rules) {
    plan = plan.follow(rules, ownPolicies(), clock.instant(), SHORTENING_GRACE);
  }

  private List<RetentionPolicy> ownPolicies() {
    return own.entrySet().stream().map(e -> policy(e.getKey(), e.getValue())).toList();
  }

  private static RetentionPolicy policy(MetricId id, Duration retention) {
    return new RetentionPolicy(
        id.metricName(), Optional.of(id.tenant()), id.metricName(), retention);
  }

  /** What queries see. */
  Duration of(TenantId tenant, String metricName) {
    Duration set = own.get(new MetricId(tenant, metricName));
    return set == null || plan.ruled() ? plan.policies().retentionOf(tenant, metricName) : set;
  }

  /** From when on points of the series stay. */
  long bytesFromMillis(StoredPoint.Series series) {
    Instant now = clock.instant();
    Duration seen = of(series.tenant(), series.metricName());
    Duration kept = plan.bytesOf(series.tenant(), series.metricName(), seen, now);
    return now.toEpochMilli() - kept.toMillis();
  }

  RetentionStatus status() {
    return new RetentionStatus(
        plan.documentVersion(), plan.heldAt(clock.instant()), Optional.empty());
  }
}
