// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

final class TenantLabelsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final TenantLabels labels = new TenantLabels(registry);

  @Test
  void of_firstTenantsAreNamed() {
    fillWithTenants(10);
    assertThat(labels.names()).hasSize(TenantLabels.NAMED_MAX).contains("t0", "t99");
    write("late", 1);
    assertThat(labels.names()).doesNotContain("late");
    assertThat(registry.get("luminate.metrics.ingested").tags("tenant_id", "other").counter())
        .satisfies(counter -> assertThat(counter.count()).isEqualTo(1));
  }

  @Test
  void rebalance_heavyTenantTakesTheLightestOnesPlace() {
    fillWithTenants(10);
    write("t7", 5);
    for (int i = 0; i < TenantLabels.NAMED_MAX; i++) {
      if (i != 3) {
        write("t" + i, 100);
      }
    }
    write("heavy", 1_000);
    labels.rebalance();
    assertThat(labels.names())
        .hasSize(TenantLabels.NAMED_MAX)
        .contains("heavy")
        .doesNotContain("t3");
    assertThat(registry.find("luminate.metrics.ingested").tags("tenant_id", "t3").counter())
        .isNull();
    write("heavy", 5);
    assertThat(
            registry.get("luminate.metrics.ingested").tags("tenant_id", "heavy").counter().count())
        .isEqualTo(5);
  }

  @Test
  void rebalance_littleHeavier_changesNothing() {
    fillWithTenants(10);
    write("other_one", 20);
    labels.rebalance();
    assertThat(labels.names()).doesNotContain("other_one");
  }

  @Test
  void rebalance_movesFewAtOnce() {
    fillWithTenants(1);
    for (int i = 0; i < 50; i++) {
      write("heavy" + i, 1_000);
    }
    labels.rebalance();
    assertThat(labels.names().stream().filter(name -> name.startsWith("heavy"))).hasSize(5);
  }

  @Test
  void rebalance_forgetsTenantsThatWentQuiet() {
    fillWithTenants(1_000);
    for (int i = 0; i < TenantLabels.CANDIDATES_MAX; i++) {
      write("quiet" + i, 0);
    }
    write("unseen", 100_000);
    labels.rebalance();
    assertThat(labels.names()).doesNotContain("unseen");
    write("unseen", 100_000);
    labels.rebalance();
    assertThat(labels.names()).contains("unseen");
  }

  @Test
  void of_tenantCalledOther_sharesTheRow() {
    write("other", 1);
    fillWithTenants(1);
    write("late", 1);
    assertThat(
            registry.get("luminate.metrics.ingested").tags("tenant_id", "other").counter().count())
        .isGreaterThanOrEqualTo(2);
  }

  private void fillWithTenants(long points) {
    for (int i = 0; i < TenantLabels.NAMED_MAX; i++) {
      write("t" + i, points);
    }
  }

  private void write(String tenant, long points) {
    labels.of(tenant, points + 1).write(RequestStatus.SUCCESS, points);
  }
}
