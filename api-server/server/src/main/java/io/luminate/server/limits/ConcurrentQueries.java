// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits;

import io.luminate.model.TenantId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How many queries each tenant has at work; only tenants that have some take memory. */
public final class ConcurrentQueries {
  private final ToIntFunction<TenantId> limits;
  private final IntSupplier sharers;
  private final Map<TenantId, Integer> running = new ConcurrentHashMap<>();

  /**
   * @param limits in force at the moment, for all processes together; 0 refuses all
   * @param sharers processes that share the load, at least 1
   */
  public ConcurrentQueries(ToIntFunction<TenantId> limits, IntSupplier sharers) {
    this.limits = limits;
    this.sharers = sharers;
  }

  public int limit(TenantId tenant) {
    return limits.applyAsInt(tenant);
  }

  /** This process's part of the limit, rounded up: nobody is left without a query. */
  public int share(TenantId tenant) {
    return Math.ceilDiv(limit(tenant), sharers.getAsInt());
  }

  /** How many queries the tenant has at work here. */
  public int running(TenantId tenant) {
    return running.getOrDefault(tenant, 0);
  }

  /** Tenants that have queries at work. */
  public Stream<TenantId> tenants() {
    return running.keySet().stream();
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
    int share = share(tenant);
    running.compute(tenant, (same, before) -> entered(before, share, entered));
    return entered.get() ? Optional.of(() -> leave(tenant)) : Optional.empty();
  }

  private static @Nullable Integer entered(
      @Nullable Integer before, int share, AtomicBoolean entered) {
    int now = before == null ? 0 : before;
    if (now >= share) {
      return before;
    }
    entered.set(true);
    return now + 1;
  }

  private void leave(TenantId tenant) {
    running.computeIfPresent(tenant, (same, before) -> before == 1 ? null : before - 1);
  }
}
