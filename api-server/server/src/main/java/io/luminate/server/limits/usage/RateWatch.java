// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits.usage;

import io.luminate.model.TenantId;
import io.luminate.server.config.TenantLimit;
import io.luminate.server.limits.ConcurrentQueries;
import io.luminate.server.limits.RateLimiter;
import io.luminate.server.limits.RateLimiter.Kind;
import io.luminate.server.limits.Use;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks now and then which tenants come near what they may send here in a second, or ask at once.
 *
 * <p>Concurrency: one thread looks; meanwhile others get what was seen before, if anything was.
 */
public final class RateWatch {
  /** What comes and goes by the minute would fill the log. */
  static final Duration SILENCE = Duration.ofHours(1);

  private record Seen(long atMillis, Map<TenantId, List<RateUse>> near) {}

  private final RateLimiter rates;
  private final ConcurrentQueries queries;
  private final long ageMillisMax;
  private final InstantSource clock;
  private final NearLimits<RateUse> nearLimits;
  private final ReentrantLock looking = new ReentrantLock();
  private volatile Seen seen = new Seen(Long.MIN_VALUE / 2, Map.of());

  /**
   * @param age how old an answer may be; zero: it is looked each time
   */
  public RateWatch(
      RateLimiter rates, ConcurrentQueries queries, Duration age, InstantSource clock) {
    this.rates = rates;
    this.queries = queries;
    this.ageMillisMax = age.toMillis();
    this.clock = clock;
    this.nearLimits = new NearLimits<>(SILENCE, clock);
  }

  /** What is near its limit. */
  public Map<TenantId, List<RateUse>> near() {
    if (!isFresh() && looking.tryLock()) {
      try {
        List<RateUse> candidates = uses().filter(use -> !use.isFar()).toList();
        seen =
            new Seen(
                clock.millis(),
                nearLimits.look(candidates).stream()
                    .collect(Collectors.groupingBy(use -> use.key().tenant())));
      } finally {
        looking.unlock();
      }
    }
    return seen.near;
  }

  private boolean isFresh() {
    return Math.abs(clock.millis() - seen.atMillis) < ageMillisMax;
  }

  /** Of all tenants that asked lately. */
  public Stream<RateUse> uses() {
    return Stream.concat(
            rates.tenants().flatMap(tenant -> Arrays.stream(Kind.values()).map(k -> of(tenant, k))),
            queries.tenants().map(this::atWork))
        .filter(RateUse::isTold);
  }

  private RateUse of(TenantId tenant, Kind kind) {
    Use use = rates.use(kind, tenant);
    TenantLimit limit =
        switch (kind) {
          case WRITE_REQUESTS -> TenantLimit.WRITE_REQUESTS;
          case QUERY_REQUESTS -> TenantLimit.QUERY_REQUESTS;
          case POINTS -> TenantLimit.METRICS;
        };
    long perSecond = use.rate().perSecond();
    return new RateUse(
        LimitUse.Key.of(tenant, limit),
        use.perSecond(),
        perSecond,
        (double) perSecond / use.rate().sharers());
  }

  private RateUse atWork(TenantId tenant) {
    return new RateUse(
        LimitUse.Key.of(tenant, TenantLimit.CONCURRENT_QUERIES),
        queries.most(tenant),
        queries.limit(tenant),
        queries.share(tenant));
  }
}
