// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A policy goes by which points in ClickHouse were kept: they stay for the grace. That they do
 * where all policies go with their definition, and points of the embedded store where one does, is
 * in quicker tests.
 */
@OnKubernetes
final class ClickHousePolicyGoneE2E {
  private static final Duration GRACE = Duration.ofHours(24);

  /** Rows go a day after the end of their day and their retention. */
  private static final Duration OLD = Duration.ofDays(4);

  private static final int OLD_HOURS = 5 * 24;

  @Test
  @Tag("soak")
  void policy_deleted_rowsStay_andAreSeenOnceItIsBack(@LookedAfter TestNamespace namespace)
      throws Exception {
    Cluster cluster = new Cluster(namespace, "metrics");
    Cluster.createSecret(namespace);
    ClickHouseRows rows = ClickHouseRows.of(namespace);
    cluster.apply(Texts.policy("debug", "metrics", "debug_*", "7d"));
    rows.readyWithNothingHeld(cluster, "metrics", "debug");
    MetricsClient tenant = cluster.service("acme");
    Instant old = Instant.now().minus(OLD);
    tenant.write("debug_pruned", old, 1);
    tenant.write("plain_pruned", old, 1);
    assertThat(tenant.sees("debug_pruned", OLD_HOURS)).isTrue();

    Instant pruned = Instant.now();
    namespace.client().resource(cluster.policy("debug")).delete();
    cluster.soon(
        () -> !tenant.sees("debug_pruned", OLD_HOURS),
        "queries are clipped",
        () -> LimitsDocument.of(namespace, "metrics").text());
    assertHeld(namespace, pruned);
    rows.awaitTtl(cluster, "metrics");
    assertThat(rows.metricsAfterMerge("_pruned")).containsExactly("debug_pruned");

    cluster.apply(Texts.policy("debug", "metrics", "debug_*", "7d"));
    cluster.soon(
        () -> tenant.sees("debug_pruned", OLD_HOURS),
        "points are seen again",
        () -> LimitsDocument.of(namespace, "metrics").text());
  }

  private static void assertHeld(TestNamespace namespace, Instant since) {
    LimitsDocument document = LimitsDocument.of(namespace, "metrics");
    assertThat(document.policies()).isEmpty();
    LimitsDocument.Hold hold = document.held("debug_*").orElseThrow();
    assertThat(hold.retention()).isEqualTo("7d");
    assertThat(hold.bytesUntil()).isBetween(since.plus(GRACE), Instant.now().plus(GRACE));
  }
}
