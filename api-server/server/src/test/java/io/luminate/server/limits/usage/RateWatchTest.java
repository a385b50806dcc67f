// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.TenantId;
import io.luminate.server.config.RateLimits;
import io.luminate.server.config.TenantLimit;
import io.luminate.server.limits.ConcurrentQueries;
import io.luminate.server.limits.RateLimiter;
import io.luminate.server.limits.RateLimiter.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RateWatchTest {
  private static final TenantId A = new TenantId("a");
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger sharers = new AtomicInteger(1);
  private final RateLimits limits = new RateLimits(1_000_000, 1_000_000, 100, 4);
  private final RateLimiter rates =
      new RateLimiter(tenant -> limits, 10_000, sharers::get, nanos::get);
  private final ConcurrentQueries queries =
      new ConcurrentQueries(tenant -> limits.concurrentQueries(), sharers::get, nanos::get);
  private final RateWatch watch =
      new RateWatch(
          rates, queries, Duration.ofSeconds(10), () -> Instant.ofEpochSecond(0, nanos.get()));

  private List<RateUse> nearAfter(long seconds) {
    nanos.addAndGet(seconds * SECOND_NANOS);
    return watch.near().getOrDefault(A, List.of());
  }

  /** Of 6 000 in a minute. */
  @Test
  void near_comesAt80_andGoesBelow75_ofThisServersShare() {
    rates.take(Kind.POINTS, A, 4_799);
    assertThat(nearAfter(10)).isEmpty();
    rates.take(Kind.POINTS, A, 1);
    assertThat(nearAfter(1)).as("it looked a second ago").isEmpty();
    assertThat(nearAfter(10))
        .containsExactly(new RateUse(LimitUse.Key.of(A, TenantLimit.METRICS), 80, 100, 100));
    nanos.set(63 * SECOND_NANOS);
    assertThat(nearAfter(0)).as("19 of 20 count").hasSize(1);
    assertThat(nearAfter(10)).isEmpty();
    sharers.set(2);
    assertThat(nearAfter(10)).as("of half the rate").hasSize(1);
  }

  @Test
  void uses_aSinglePlace_isNothingToTell() {
    queries.enter(A).orElseThrow();
    assertThat(watch.uses().map(RateUse::ratio)).containsExactly(0.25);
    sharers.set(4);
    assertThat(watch.uses()).isEmpty();
    assertThat(nearAfter(10)).isEmpty();
  }

  @Test
  void warning_saysWhatIsUsed() {
    LimitUse.Key points = LimitUse.Key.of(A, TenantLimit.METRICS);
    LimitUse.Key atWork = LimitUse.Key.of(A, TenantLimit.CONCURRENT_QUERIES);
    assertThat(new RateUse(points, 41.25, 100, 50).warning())
        .isEqualTo(
            "tenant a used 41.3 a second in the last minute, near its limit:"
                + " metrics_per_second is 100, and this server's part 50.0");
    assertThat(new RateUse(atWork, 8, 10, 10).warning())
        .isEqualTo(
            "tenant a had 8 queries at work at once, near its limit: concurrent_queries is 10");
  }
}
