// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.TenantId;
import io.luminate.server.config.RateLimits;
import io.luminate.server.limits.RateLimiter.Kind;
import io.luminate.server.limits.document.LimitsDocument;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.ref.Reference;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How much heap stays with the limiter when as many tenants ask as a document may name. */
final class LimiterMemoryTest {
  private static final long BYTES_MAX = 200_000_000;
  private static final int GARBAGE_ROUNDS = 3;

  private final AtomicLong now = new AtomicLong();

  @Test
  void mostTenants_everyKind_fit() {
    RateLimits limits = new RateLimits(100, 50, 10_000, 10);
    long before = retainedBytes();
    RateLimiter limiter = new RateLimiter(tenant -> limits, 10_000, () -> 1, now::get);
    ConcurrentQueries queries = new ConcurrentQueries(tenant -> 10, () -> 1, now::get);
    for (int i = 0; i < LimitsDocument.TENANTS_MAX; i++) {
      queries.enter(new TenantId("customer-" + i)).orElseThrow().close();
    }
    for (Kind kind : Kind.values()) {
      for (int i = 0; i < LimitsDocument.TENANTS_MAX; i++) {
        now.addAndGet(1_000);
        // A token of a request each, as tokens bring a name of their own.
        limiter.take(kind, new TenantId("customer-" + i), 1 + i % 50);
      }
    }
    long bytes = retainedBytes() - before;
    assertThat(limiter.buckets()).isEqualTo(3 * LimitsDocument.TENANTS_MAX);
    assertThat(bytes).as("of %d buckets", limiter.buckets()).isBetween(1L, BYTES_MAX);
    assertThat(queries.most(new TenantId("customer-0"))).isEqualTo(1);
    Reference.reachabilityFence(limiter);
    Reference.reachabilityFence(queries);
  }

  /** What is left after collections of garbage; the least, as other threads may make some. */
  private static long retainedBytes() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < GARBAGE_ROUNDS; i++) {
      memory.gc();
      least = Math.min(least, memory.getHeapMemoryUsage().getUsed());
    }
    return least;
  }
}
