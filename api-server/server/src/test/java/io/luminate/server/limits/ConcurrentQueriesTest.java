// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.TenantId;
import io.luminate.server.limits.ConcurrentQueries.Place;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ConcurrentQueriesTest {
  private static final long MINUTE_NANOS = 60_000_000_000L;
  private static final TenantId ACME = new TenantId("acme");
  private static final TenantId GLOBEX = new TenantId("globex");

  @Test
  void enter_atTheLimit_isRefusedUntilOneLeaves() {
    ConcurrentQueries queries = new ConcurrentQueries(tenant -> 2, () -> 1, () -> 0);
    Place first = queries.enter(ACME).orElseThrow();
    queries.enter(ACME).orElseThrow();
    assertThat(queries.enter(ACME)).isEmpty();
    assertThat(queries.enter(ACME)).as("a refusal takes no place").isEmpty();
    assertThat(queries.enter(GLOBEX)).as("another tenant").isPresent();
    first.close();
    assertThat(queries.enter(ACME)).isPresent();
    assertThat(queries.enter(ACME)).isEmpty();
  }

  @Test
  void zero_refusesAll() {
    assertThat(new ConcurrentQueries(tenant -> 0, () -> 1, () -> 0).enter(ACME)).isEmpty();
  }

  @Test
  void enter_sharedLoad_hasAPartRoundedUp() {
    AtomicInteger limit = new AtomicInteger(3);
    AtomicInteger sharers = new AtomicInteger(2);
    ConcurrentQueries queries = new ConcurrentQueries(tenant -> limit.get(), sharers::get, () -> 0);
    assertThat(queries.share(ACME)).isEqualTo(2);
    queries.enter(ACME).orElseThrow();
    Place second = queries.enter(ACME).orElseThrow();
    assertThat(queries.enter(ACME)).isEmpty();
    sharers.set(1);
    queries.enter(ACME).orElseThrow();
    assertThat(queries.running(ACME)).isEqualTo(3);
    limit.set(1);
    second.close();
    assertThat(queries.enter(ACME)).as("lowered at once").isEmpty();
    assertThat(queries.tenants()).containsExactly(ACME);
  }

  @Test
  void most_isOfThisMinuteAndTheOneBefore() {
    AtomicLong nanos = new AtomicLong();
    ConcurrentQueries queries = new ConcurrentQueries(tenant -> 5, () -> 1, nanos::get);
    Place first = queries.enter(ACME).orElseThrow();
    queries.enter(ACME).orElseThrow().close();
    assertThat(queries.most(ACME)).isEqualTo(2);
    assertThat(queries.running(ACME)).isEqualTo(1);
    nanos.set(2 * MINUTE_NANOS - 1);
    assertThat(queries.most(ACME)).isEqualTo(2);
    nanos.set(2 * MINUTE_NANOS);
    assertThat(queries.most(ACME)).as("what is at work counts in each minute").isEqualTo(1);
    first.close();
    nanos.set(4 * MINUTE_NANOS - 1);
    assertThat(queries.most(ACME)).isEqualTo(1);
    assertThat(queries.tenants()).containsExactly(ACME);
    nanos.set(4 * MINUTE_NANOS);
    assertThat(queries.most(ACME)).isZero();
    assertThat(queries.tenants()).isEmpty();
  }
}
