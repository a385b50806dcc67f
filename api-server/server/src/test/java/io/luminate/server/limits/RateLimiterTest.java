// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.TenantId;
import io.luminate.server.config.RateLimits;
import io.luminate.server.limits.RateLimiter.Kind;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class RateLimiterTest {
  private static final TenantId A = new TenantId("a");
  private static final TenantId B = new TenantId("b");
  private static final long SECOND = 1_000_000_000L;

  private final AtomicReference<RateLimits> limits =
      new AtomicReference<>(new RateLimits(3, 2, 10, 1));
  private final AtomicInteger sharers = new AtomicInteger(1);
  private final AtomicLong now = new AtomicLong();
  private final RateLimiter limiter =
      new RateLimiter(tenant -> limits.get(), 25, sharers::get, now::get);

  private long grantedOf(Kind kind, TenantId tenant, int asked) {
    long granted = 0;
    for (int i = 0; i < asked; i++) {
      granted += limiter.take(kind, tenant, 1).granted() ? 1 : 0;
    }
    return granted;
  }

  @Test
  void take_kindsAndTenants_areApart() {
    assertThat(grantedOf(Kind.WRITE_REQUESTS, A, 10)).isEqualTo(3);
    assertThat(grantedOf(Kind.QUERY_REQUESTS, A, 10)).isEqualTo(2);
    assertThat(grantedOf(Kind.WRITE_REQUESTS, B, 10)).isEqualTo(3);
  }

  @Test
  void take_points_aLegalBatchIsNeverImpossible() {
    assertThat(limiter.take(Kind.POINTS, A, 25).granted()).isTrue();
    now.set(2 * SECOND);
    assertThat(limiter.take(Kind.POINTS, A, 25).enoughInNanos()).isEqualTo(SECOND / 2);
    now.set(5 * SECOND / 2);
    assertThat(limiter.take(Kind.POINTS, A, 25).granted()).isTrue();
  }

  @Test
  void take_zero_refusesAll_evenPointsOfABatch() {
    limits.set(new RateLimits(0, 0, 0, 0));
    for (Kind kind : Kind.values()) {
      assertThat(limiter.take(kind, A, 1).granted()).as(kind.limit()).isFalse();
    }
  }

  @Test
  void take_limitChanged_countsAtOnce() {
    assertThat(grantedOf(Kind.WRITE_REQUESTS, A, 10)).isEqualTo(3);
    limits.set(new RateLimits(100, 2, 10, 1));
    now.set(SECOND);
    assertThat(grantedOf(Kind.WRITE_REQUESTS, A, 200)).isEqualTo(100);
    sharers.set(4);
    now.set(2 * SECOND);
    assertThat(grantedOf(Kind.WRITE_REQUESTS, A, 200)).isEqualTo(25);
  }

  @Test
  void buckets_ofTenantsThatRest_areForgotten() {
    for (int i = 0; i < 100_000; i++) {
      now.addAndGet(SECOND / 10);
      limiter.take(Kind.WRITE_REQUESTS, new TenantId("t" + i), 1);
    }
    assertThat(limiter.buckets()).isLessThan(3_000);
  }

  /** Somebody who was emptied must not come back full because of a sweep. */
  @Test
  void buckets_ofTenantsAtTheirLimit_stay() {
    assertThat(grantedOf(Kind.WRITE_REQUESTS, A, 10)).isEqualTo(3);
    for (int i = 0; i < 10_000; i++) {
      limiter.take(Kind.WRITE_REQUESTS, new TenantId("t" + i), 0);
    }
    assertThat(grantedOf(Kind.WRITE_REQUESTS, A, 10)).isZero();
  }

  /** A flood of others must not make anybody's figures vanish. */
  @Test
  void use_ofTenantsWithFullBuckets_isKeptForItsMinute() {
    assertThat(limiter.take(Kind.POINTS, A, 12).granted()).isTrue();
    now.set(30 * SECOND);
    for (int i = 0; i < 10_000; i++) {
      limiter.take(Kind.POINTS, new TenantId("t" + i), 1);
    }
    assertThat(limiter.use(Kind.POINTS, A)).isEqualTo(new Use(Rate.atLeast(10, 25, 1), 0.2, 25));
    assertThat(limiter.tenants()).contains(A);
  }

  @Test
  void use_ofNobody_isNothing_andMakesNoBucket() {
    assertThat(limiter.use(Kind.WRITE_REQUESTS, A)).isEqualTo(new Use(Rate.of(3, 1), 0, 3));
    assertThat(limiter.buckets()).isZero();
    assertThat(limiter.tenants()).isEmpty();
  }
}
