// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import io.luminate.model.RetentionPolicy;
import io.luminate.model.TenantId;
import java.time.Duration;
import java.util.Optional;

/** What was set for one metric of a tenant; it wins over all policies. */
record KeptRetention(TenantId tenant, String metric, Duration retention) {
  KeptRetention {
    if (!retention.isPositive()) {
      throw new IllegalArgumentException(
          "retention of " + metric + " must be positive, got " + retention);
    }
  }

  RetentionPolicy policy() {
    return new RetentionPolicy(metric, Optional.of(tenant), metric, retention);
  }

  boolean isOf(TenantId otherTenant, String otherMetric) {
    return tenant.equals(otherTenant) && metric.equals(otherMetric);
  }
}
