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

  /** What its series were last asked for again for; guarded by the table's lock. */
  private long renewedFor;

  private volatile long staleBelow;

  SeriesMetric(TenantId tenant, String metric) {
    this.tenantId = tenant;
    this.name = metric;
    this.tenant = tenant.value().getBytes(StandardCharsets.UTF_8);
    this.metric = metric.getBytes(StandardCharsets.UTF_8);
  }

  boolean is(TenantId tenant, String metric) {
    return name.equals(metric) && tenantId.equals(tenant);
  }

  long renewedFor() {
    return renewedFor;
  }

  void renew(long version, long below) {
    renewedFor = version;
    staleBelow = below;
  }

  /** Series with lower handles have to be asked for again. */
  long staleBelow() {
    return staleBelow;
  }

  /** In UTF-8; so is the other. */
  public byte[] tenant() {
    return tenant;
  }

  public byte[] metric() {
    return metric;
  }
}
