// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits;

import io.luminate.model.TenantId;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * A bucket for each tenant that asked lately. Tenants cost nothing once their buckets are full
 * again and what they took is no longer of the last minutes; those are looked for when the number
 * of buckets has doubled.
 */
final class TenantBuckets {
  private static final int SWEEP_AT_LEAST = 1_024;

  private final Function<TenantId, Rate> rates;
  private final LongSupplier nanoClock;
  private final ConcurrentHashMap<TenantId, TokenBucket> buckets = new ConcurrentHashMap<>();
  private final AtomicInteger sweepAt = new AtomicInteger(SWEEP_AT_LEAST);

  TenantBuckets(Function<TenantId, Rate> rates, LongSupplier nanoClock) {
    this.rates = rates;
    this.nanoClock = nanoClock;
  }

  /** All the tokens or none. */
  Taken take(TenantId tenant, long tokens) {
    while (true) {
      Rate rate = rates.apply(tenant);
      long now = nanoClock.getAsLong();
      TokenBucket known = buckets.get(tenant);
      TokenBucket bucket =
          known != null
              ? known
              : buckets.computeIfAbsent(tenant, unknown -> new TokenBucket(rate, now));
      Optional<Taken> taken = bucket.take(tokens, rate, now);
      if (taken.isPresent()) {
        sweepIfMany();
        return taken.get();
      }
      buckets.remove(tenant, bucket);
    }
  }

  /** Of a tenant without a bucket what a new one would say; none is made. */
  Use use(TenantId tenant) {
    Rate rate = rates.apply(tenant);
    long now = nanoClock.getAsLong();
    return Optional.ofNullable(buckets.get(tenant))
        .flatMap(bucket -> bucket.use(rate, now))
        .orElseGet(() -> new Use(rate, 0, rate.capacity()));
  }

  Stream<TenantId> tenants() {
    return buckets.keySet().stream();
  }

  int size() {
    return buckets.size();
  }

  private void sweepIfMany() {
    int limit = sweepAt.get();
    if (buckets.mappingCount() > limit && sweepAt.compareAndSet(limit, Integer.MAX_VALUE)) {
      sweep();
      sweepAt.set(Math.max(SWEEP_AT_LEAST, buckets.size() * 2));
    }
  }

  private void sweep() {
    long now = nanoClock.getAsLong();
    buckets.forEach(
        (tenant, bucket) -> {
          if (bucket.retireIfIdle(rates.apply(tenant), now)) {
            buckets.remove(tenant, bucket);
          }
        });
  }
}
