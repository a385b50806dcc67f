// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits;

import io.luminate.model.TenantId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How many queries each tenant has at work, and had at most in this minute by the clock and in the
 * one before. Only tenants that have or had some take memory.
 */
public final class ConcurrentQueries {
  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final ToIntFunction<TenantId> limits;
  private final IntSupplier sharers;
  private final LongSupplier nanoClock;
  private final Map<TenantId, Places> places = new ConcurrentHashMap<>();

  /**
   * @param minute by the clock, of what follows
   * @param before the most at once in the minute before
   * @param within the most at once in this minute
   */
  private record Places(int running, long minute, int before, int within) {
    /** The same queries at a later time. */
    Places at(long now) {
      return switch (Math.clamp(now - minute, 0, 2)) {
        case 0 -> this;
        case 1 -> new Places(running, now, within, running);
        default -> new Places(running, now, running, running);
      };
    }

    Places plus(int more) {
      return new Places(running + more, minute, before, Math.max(within, running + more));
    }

    int most() {
      return Math.max(before, within);
    }
  }

  /**
   * @param limits in force at the moment, for all processes together; 0 refuses all
   * @param sharers processes that share the load, at least 1
   * @param nanoClock as {@link System#nanoTime}
   */
  public ConcurrentQueries(
      ToIntFunction<TenantId> limits, IntSupplier sharers, LongSupplier nanoClock) {
    this.limits = limits;
    this.sharers = sharers;
    this.nanoClock = nanoClock;
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
    return Optional.ofNullable(places.get(tenant)).map(Places::running).orElse(0);
  }

  /** How many it had at work here at once, in the last minute and up to another one before. */
  public int most(TenantId tenant) {
    long minute = minute();
    return Optional.ofNullable(places.get(tenant)).map(had -> had.at(minute).most()).orElse(0);
  }

  /** Tenants that have queries at work, or had in the last minute; forgets all others. */
  public Stream<TenantId> tenants() {
    long minute = minute();
    places
        .keySet()
        .forEach(tenant -> places.computeIfPresent(tenant, (t, had) -> kept(had, minute)));
    return places.keySet().stream();
  }

  private static @Nullable Places kept(Places had, long minute) {
    Places now = had.at(minute);
    return now.most() == 0 ? null : now;
  }

  private long minute() {
    return Math.floorDiv(nanoClock.getAsLong(), MINUTE_NANOS);
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
    long minute = minute();
    places.compute(
        tenant,
        (same, before) -> {
          Places now = before == null ? new Places(0, minute, 0, 0) : before.at(minute);
          if (now.running() >= share) {
            return before;
          }
          entered.set(true);
          return now.plus(1);
        });
    return entered.get() ? Optional.of(() -> leave(tenant)) : Optional.empty();
  }

  private void leave(TenantId tenant) {
    long minute = minute();
    places.computeIfPresent(tenant, (same, before) -> before.at(minute).plus(-1));
  }
}
