// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits.usage;

import io.luminate.model.TenantId;
import io.luminate.server.config.TenantLimit;

/**
 * How much of a limit is used that only grows full: series of a metric, or metrics.
 *
 * @param value of the limit, from 0
 */
public record LimitUse(Key key, long used, long value) {
  /**
   * What is counted.
   *
   * @param limit {@link TenantLimit#MAX_SERIES} or {@link TenantLimit#MAX_METRICS}
   * @param metric whose series; {@code ""} where metrics are counted
   */
  public record Key(TenantId tenant, TenantLimit limit, String metric) {
    public static Key ofSeries(TenantId tenant, String metric) {
      return new Key(tenant, TenantLimit.MAX_SERIES, metric);
    }

    public static Key ofMetrics(TenantId tenant) {
      return new Key(tenant, TenantLimit.MAX_METRICS, "");
    }
  }

  /** From 80 % on: time to say so. */
  public boolean isNear() {
    return used > 0 && used * 5 >= value * 4;
  }

  /** Below 75 %: nothing to say any more. */
  public boolean isFar() {
    return used == 0 || used * 4 < value * 3;
  }

  /** Infinite where something is used of nothing. */
  public double ratio() {
    return used == 0 ? 0 : (double) used / value;
  }

  public long left() {
    return Math.max(0, value - used);
  }
}
