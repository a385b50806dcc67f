// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.model;

import java.time.Duration;
import java.util.Optional;

/**
 * How long points live: those of metrics whose name matches the pattern (its only wildcard is
 * {@code *}), of one tenant or of every tenant.
 */
public record RetentionPolicy(
    String name, Optional<TenantId> tenant, String metricPattern, Duration retention) {
  public RetentionPolicy {
    if (retention.isNegative() || retention.isZero()) {
      throw new IllegalArgumentException(
          "retention of " + metricPattern + " must be positive, got " + retention);
    }
  }

  public MetricScope scope() {
    return new MetricScope(tenant, metricPattern);
  }
}
