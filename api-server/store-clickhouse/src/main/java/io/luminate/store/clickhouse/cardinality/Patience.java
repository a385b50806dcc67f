// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.cardinality;

import java.time.Duration;
import java.util.function.Function;

/**
 * How long one request waits for ClickHouse, all its look-ups together. When it has waited in vain,
 * others of the tenant do not wait for a while. For one thread.
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
    long beganNanos = System.nanoTime();
    try {
      return lookUp.apply(left());
    } finally {
      spend(System.nanoTime() - beganNanos);
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
