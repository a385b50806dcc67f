// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A policy goes by which points in ClickHouse were kept: they stay for the grace. */
@OnKubernetes
final class ClickHousePolicyGoneE2E {
  private static final Duration GRACE = Duration.ofHours(24);

  /** Rows go a day after the end of their day and their retention. */
  private static final Duration OLD = Duration.ofDays(4);

  private static final int OLD_HOURS = 5 * 24;

  @Test
  void policy_deleted_rowsStay_andAreSeenOnceItIsBack(TestNamespace namespace) throws Exception {
    InstalledOperator.in(namespace);
    Cluster cluster = new Cluster(namespace, "metrics");
    ClickHouseServer server = ClickHouse.shared();
    String database = server.newDatabase();
    Cluster.createSecret(namespace);
    Cluster.createSecret(namespace, server.luminate());
    cluster.apply(Texts.policy("debug", "metrics", "debug_*", "7d"));
    readyWithNothingHeld(cluster, server, database);
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
    awaitTtl(cluster);
    mergeAll(server, database);
    assertThat(rows(server, database)).containsExactly("debug_pruned");

    cluster.apply(Texts.policy("debug", "metrics", "debug_*", "7d"));
    cluster.soon(
        () -> tenant.sees("debug_pruned", OLD_HOURS),
        "points are seen again",
        () -> LimitsDocument.of(namespace, "metrics").text());
  }

  /** All rows of a new cluster are held for its grace, so it has none at first. */
  private static void readyWithNothingHeld(
      Cluster cluster, ClickHouseServer server, String database) throws Exception {
    String address = "replicas: 1";
    cluster.apply(
        Texts.clickHouse(
            "metrics",
            server.httpUrl(),
            database,
            address,
            "retention: {default: 1d, shorteningGrace: 0s}"));
    cluster.awaitReady(1);
    cluster.apply(
        Texts.clickHouse(
            "metrics", server.httpUrl(), database, address, "retention: {default: 1d}"));
    cluster.awaitReady(1);
    cluster.awaitAppliedPolicy("debug");
  }

  private static void assertHeld(TestNamespace namespace, Instant since) {
    LimitsDocument document = LimitsDocument.of(namespace, "metrics");
    assertThat(document.policies()).isEmpty();
    LimitsDocument.Hold hold = document.held("debug_*").orElseThrow();
    assertThat(hold.retention()).isEqualTo("7d");
    assertThat(hold.bytesUntil()).isBetween(since.plus(GRACE), Instant.now().plus(GRACE));
  }

  /** A later policy is applied once ClickHouse goes by a TTL that has both of it and of before. */
  private static void awaitTtl(Cluster cluster) throws Exception {
    cluster.apply(Texts.policy("later", "metrics", "later_*", "3d"));
    cluster.awaitAppliedPolicy("later");
  }

  /** Each merge leaves out what is past its time by then. */
  private static void mergeAll(ClickHouseServer server, String database) {
    server.execute("OPTIMIZE TABLE " + database + ".points FINAL");
  }

  private static List<String> rows(ClickHouseServer server, String database) {
    return server.query(
        "SELECT DISTINCT metric FROM " + database + ".points WHERE metric LIKE '%_pruned'");
  }
}
