// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.crd.ConditionStatus;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Policies and quotas say how it is with them, whatever comes first and goes last. */
@OnKubernetes
final class ReferencesE2E {

  @Test
  void policies_beforeTheirCluster_besideEachOther_andAfterIt(@LookedAfter TestNamespace namespace)
      throws Exception {
    Cluster cluster = new Cluster(namespace, "main");
    Cluster.createSecret(namespace);
    cluster.apply(Texts.policy("debug", "main", "debug_*", "1d"));
    cluster.apply(Texts.quota("main", 1));
    awaitPolicy(cluster, "debug", ConditionStatus.FALSE, "ClusterNotFound");
    awaitQuota(cluster, ConditionStatus.FALSE, "ClusterNotFound");
    cluster.awaitEvent(
        "Warning", "ClusterNotFound", "retentionpolicy/debug", "LuminateCluster main");
    cluster.awaitEvent("Warning", "ClusterNotFound", "tenantquota/acme", "LuminateCluster main");

    cluster.apply(Texts.rocksDb("main"));
    awaitPolicy(cluster, "debug", ConditionStatus.TRUE, "Accepted");
    awaitQuota(cluster, ConditionStatus.TRUE, "Accepted");

    cluster.awaitReady(1);
    MetricsClient tenant = cluster.service("without-quota");
    tenant.write("debug_requests", Instant.now().minus(Duration.ofDays(2)), 1);
    assertThat(tenant.sees("debug_requests", 72)).as("past one day").isFalse();

    cluster.apply(Texts.policy("longer", "main", "debug_*", "7d"));
    awaitPolicy(cluster, "longer", ConditionStatus.TRUE, "Accepted");
    awaitPolicy(cluster, "debug", ConditionStatus.TRUE, "Superseded");
    cluster.awaitEvent("Normal", "Superseded", "retentionpolicy/debug", "longer");
    cluster.soon(
        () -> tenant.sees("debug_requests", 72),
        "the longer one counts",
        () -> LimitsDocument.of(namespace, "main").text());

    namespace.client().resource(cluster.resource()).delete();
    awaitPolicy(cluster, "debug", ConditionStatus.FALSE, "ClusterNotFound");
    awaitPolicy(cluster, "longer", ConditionStatus.FALSE, "ClusterNotFound");
    awaitQuota(cluster, ConditionStatus.FALSE, "ClusterNotFound");
  }

  private static void awaitPolicy(
      Cluster cluster, String name, ConditionStatus status, String reason) {
    cluster.awaitCondition(
        () -> cluster.policy(name).getStatus().conditions(), "Accepted", status, reason);
  }

  private static void awaitQuota(Cluster cluster, ConditionStatus status, String reason) {
    cluster.awaitCondition(
        () -> cluster.quota("acme").getStatus().conditions(), "Accepted", status, reason);
  }
}
