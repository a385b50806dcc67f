// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits;

import io.luminate.model.TenantId;
import io.luminate.server.config.RateLimits;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** How many requests and points a second each tenant may send. Thread safe, without locks. */
public final class RateLimiter {
  /** What is counted, under its name in the configuration. */
  public enum Kind {
    WRITE_REQUESTS("write_requests_per_second"),
    QUERY_REQUESTS("query_requests_per_second"),
    POINTS("metrics_per_second");

    private final String limit;

    Kind(String limit) {
      this.limit = limit;
    }

    public String limit() {
      return limit;
    }
  }

  private final Function<TenantId, RateLimits> limits;
  private final long batchSizeMax;
  private final IntSupplier sharers;
  private final TenantBuckets writes;
  private final TenantBuckets queries;
  private final TenantBuckets points;

  /**
   * @param limits in force at the moment
   * @param batchSizeMax points of one request; the bucket of points holds that many at least
   * @param sharers processes that share the load, at least 1
   * @param nanoClock as {@link System#nanoTime}
   */
  public RateLimiter(
      Function<TenantId, RateLimits> limits,
      long batchSizeMax,
      IntSupplier sharers,
      LongSupplier nanoClock) {
    this.limits = limits;
    this.batchSizeMax = batchSizeMax;
    this.sharers = sharers;
    this.writes = new TenantBuckets(tenant -> rate(tenant, Kind.WRITE_REQUESTS), nanoClock);
    this.queries = new TenantBuckets(tenant -> rate(tenant, Kind.QUERY_REQUESTS), nanoClock);
    this.points = new TenantBuckets(tenant -> rate(tenant, Kind.POINTS), nanoClock);
  }

  /** All of so many, or none. */
  public Taken take(Kind kind, TenantId tenant, long tokens) {
    return buckets(kind).take(tenant, tokens);
  }

  /** What the tenant used lately, and what is left; of one who did not ask, all. */
  public Use use(Kind kind, TenantId tenant) {
    return buckets(kind).use(tenant);
  }

  private TenantBuckets buckets(Kind kind) {
    return switch (kind) {
      case WRITE_REQUESTS -> writes;
      case QUERY_REQUESTS -> queries;
      case POINTS -> points;
    };
  }

  private Rate rate(TenantId tenant, Kind kind) {
    RateLimits of = limits.apply(tenant);
    return switch (kind) {
      case WRITE_REQUESTS -> Rate.of(of.writeRequestsPerSecond(), sharers.getAsInt());
      case QUERY_REQUESTS -> Rate.of(of.queryRequestsPerSecond(), sharers.getAsInt());
      case POINTS -> Rate.atLeast(of.metricsPerSecond(), batchSizeMax, sharers.getAsInt());
    };
  }

  /** Tenants that asked lately: all who used something in the last minute are among them. */
  public Stream<TenantId> tenants() {
    return Stream.of(writes, queries, points).flatMap(TenantBuckets::tenants).distinct();
  }

  /** Tenants that some bucket is kept for, counted once for each kind. */
  public int buckets() {
    return writes.size() + queries.size() + points.size();
  }
}
