// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.model.TenantId;
import io.luminate.server.http.reply.ApiException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes that the store has, each of which holds a thread as long as it takes. Of their places no
 * tenant has more than three quarters: where the store stalls, what one sends does not keep the
 * others out. Nobody waits for a place, or threads would go to those who wait.
 */
final class WritesAtWork {
  private final int writesMax;
  private final int tenantMax;
  private final AtomicInteger atWork = new AtomicInteger();
  private final Map<TenantId, Integer> byTenant = new ConcurrentHashMap<>();

  /**
   * @param writesMax of all tenants
   */
  WritesAtWork(int writesMax) {
    this.writesMax = writesMax;
    this.tenantMax = Math.max(1, writesMax * 3 / 4);
  }

  int tenantMax() {
    return tenantMax;
  }

  /** How many the tenant has. */
  int of(TenantId tenant) {
    return byTenant.getOrDefault(tenant, 0);
  }

  /** A write of the tenant, until it is closed. */
  final class Place implements AutoCloseable {
    private final TenantId tenant;

    private Place(TenantId tenant) {
      this.tenant = tenant;
    }

    /** Comes once. */
    @Override
    public void close() {
      atWork.decrementAndGet();
      leave(tenant);
    }
  }

  /** Refuses with 503 what would find no place now, before its body has taken any memory. */
  void requireRoom(TenantId tenant) {
    if (of(tenant) >= tenantMax) {
      throw tenantFull();
    }
    if (atWork.get() >= writesMax) {
      throw full();
    }
  }

  /** Refuses with 503 where there is none. */
  Place enter(TenantId tenant) {
    byTenant.compute(tenant, (same, before) -> oneMore(before == null ? 0 : before));
    if (atWork.incrementAndGet() > writesMax) {
      atWork.decrementAndGet();
      leave(tenant);
      throw full();
    }
    return new Place(tenant);
  }

  private int oneMore(int before) {
    if (before >= tenantMax) {
      throw tenantFull();
    }
    return before + 1;
  }

  private void leave(TenantId tenant) {
    byTenant.computeIfPresent(tenant, (same, writes) -> writes == 1 ? null : writes - 1);
  }

  private ApiException tenantFull() {
    return overloaded(
        "the tenant has as many writes at work here as it may, " + tenantMax, tenantMax);
  }

  private ApiException full() {
    return overloaded("the server works on " + writesMax + " writes already", writesMax);
  }

  private static ApiException overloaded(String message, int most) {
    return new ApiException(503, "OVERLOADED", message, Map.of("max_concurrent_writes", most));
  }
}
