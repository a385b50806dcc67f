// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.cardinality;

import java.time.Duration;
import java.util.function.Function;

/**
 * How long series that are asked for together wait for ClickHouse, all their look-ups together.
 * When they have waited in vain, neither the rest of their request nor others of the tenant wait
 * for a while. Not one time for all of a request: the more series a flood has in each, the more of
 * them would come in unasked. For one thread.
 */
final class Patience {
  static final Duration IN_ALL = Duration.ofSeconds(2);

  private final TenantMetrics tenant;
  private long leftNanos = IN_ALL.toNanos();

  Patience(TenantMetrics tenant) {
    this.tenant = tenant;
  }

  /**
   * @param lookUp is told how long it may wait, zero if not at all
   */
  <T> T within(Function<Duration, T> lookUp) {
    long beganNanos = tenant.nowNanos();
    try {
      return lookUp.apply(left());
    } finally {
      spend(tenant.nowNanos() - beganNanos);
    }
  }

  private Duration left() {
    Duration left = Duration.ofNanos(Math.max(0, leftNanos));
    return tenant.mayAsk(left) ? left : Duration.ZERO;
  }

  private void spend(long nanos) {
    long min = TenantMetrics.ASK_WITHIN_MIN.toNanos();
    if (leftNanos >= min && leftNanos - nanos < min) {
      tenant.pause();
    }
    leftNanos -= nanos;
  }
}
