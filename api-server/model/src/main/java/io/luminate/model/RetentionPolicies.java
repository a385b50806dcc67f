// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.model;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * All retention policies of a server. The one that wins for a metric: a tenant's own before
 * everyone's; exact before glob; longer literal prefix; more literal characters; longer retention;
 * name. Without any, the default.
 */
public record RetentionPolicies(Duration defaultRetention, List<RetentionPolicy> policies) {
  private static final Comparator<RetentionPolicy> PRECEDENCE =
      Comparator.<RetentionPolicy, Boolean>comparing(p -> p.tenant().isEmpty())
          .thenComparing(p -> !p.scope().isExact())
          .thenComparing(p -> -p.scope().literalPrefixLength())
          .thenComparing(p -> -p.scope().literalCharacters())
          .thenComparing(RetentionPolicy::retention, Comparator.reverseOrder())
          .thenComparing(RetentionPolicy::name, Utf8Order.COMPARATOR);

  public RetentionPolicies {
    policies = policies.stream().sorted(PRECEDENCE).toList();
  }

  public static RetentionPolicies keepFor(Duration defaultRetention) {
    return new RetentionPolicies(defaultRetention, List.of());
  }

  public Duration retentionOf(TenantId tenant, String metricName) {
    return policies.stream()
        .filter(p -> p.scope().covers(tenant, metricName))
        .findFirst()
        .map(RetentionPolicy::retention)
        .orElse(defaultRetention);
  }
}
