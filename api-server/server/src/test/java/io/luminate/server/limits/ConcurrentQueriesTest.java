// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.TenantId;
import io.luminate.server.limits.ConcurrentQueries.Place;
import org.junit.jupiter.api.Test;

final class ConcurrentQueriesTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final TenantId GLOBEX = new TenantId("globex");

  @Test
  void enter_atTheLimit_isRefusedUntilOneLeaves() {
    ConcurrentQueries queries = new ConcurrentQueries(2);
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
    assertThat(new ConcurrentQueries(0).enter(ACME)).isEmpty();
  }
}
