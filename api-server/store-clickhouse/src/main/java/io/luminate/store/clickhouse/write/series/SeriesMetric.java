// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.series;

import io.luminate.model.TenantId;
import java.nio.charset.StandardCharsets;

/** A tenant's metric, as text for rows. */
public final class SeriesMetric {
  /** Both texts, this object and what finds it, roughly. */
  static final int OVERHEAD_BYTES = 200;

  private final TenantId tenantId;
  private final String name;
  private final byte[] tenant;
  private final byte[] metric;

  SeriesMetric(TenantId tenant, String metric) {
    this.tenantId = tenant;
    this.name = metric;
    this.tenant = tenant.value().getBytes(StandardCharsets.UTF_8);
    this.metric = metric.getBytes(StandardCharsets.UTF_8);
  }

  boolean is(TenantId tenant, String metric) {
    return name.equals(metric) && tenantId.equals(tenant);
  }

  /** In UTF-8; so is the other. */
  public byte[] tenant() {
    return tenant;
  }

  public byte[] metric() {
    return metric;
  }
}
