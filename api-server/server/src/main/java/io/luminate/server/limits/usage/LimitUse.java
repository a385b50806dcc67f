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
public record LimitUse(Key key, long used, long value) implements Nearing {
  /**
   * What is counted.
   *
   * @param metric whose series; {@code ""} where something else is counted
   */
  public record Key(TenantId tenant, TenantLimit limit, String metric) {
    public static Key ofSeries(TenantId tenant, String metric) {
      return new Key(tenant, TenantLimit.MAX_SERIES, metric);
    }

    static Key of(TenantId tenant, TenantLimit limit) {
      return new Key(tenant, limit, "");
    }

    public static Key ofMetrics(TenantId tenant) {
      return of(tenant, TenantLimit.MAX_METRICS);
    }
  }

  @Override
  public boolean isNear() {
    return used > 0 && used * 5 >= value * 4;
  }

  @Override
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

  @Override
  public String warning() {
    String what =
        key.limit() == TenantLimit.MAX_SERIES ? "series of metric " + key.metric() : "metrics";
    return "tenant %s has %d %s, near its limit: %s is %d"
        .formatted(key.tenant(), used, what, key.limit().setting(), value);
  }
}
