// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits;

import io.luminate.model.TenantId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** How many queries each tenant has at work; only tenants that have some take memory. */
public final class ConcurrentQueries {
  private final int perTenantMax;
  private final Map<TenantId, Integer> running = new ConcurrentHashMap<>();

  /**
   * @param perTenantMax inclusive; 0 refuses all
   */
  public ConcurrentQueries(int perTenantMax) {
    this.perTenantMax = perTenantMax;
  }

  public int perTenantMax() {
    return perTenantMax;
  }

  /** A place until it is closed. */
  @FunctionalInterface
  public interface Place extends AutoCloseable {
    @Override
    void close();
  }

  /** A place for a query, if the tenant has one left. */
  public Optional<Place> enter(TenantId tenant) {
    AtomicBoolean entered = new AtomicBoolean();
    running.compute(tenant, (same, before) -> entered(before, entered));
    return entered.get() ? Optional.of(() -> leave(tenant)) : Optional.empty();
  }

  private @Nullable Integer entered(@Nullable Integer before, AtomicBoolean entered) {
    int now = before == null ? 0 : before;
    if (now >= perTenantMax) {
      return before;
    }
    entered.set(true);
    return now + 1;
  }

  private void leave(TenantId tenant) {
    running.computeIfPresent(tenant, (same, before) -> before == 1 ? null : before - 1);
  }
}
