// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import io.luminate.crd.ConditionStatus;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import org.junit.jupiter.api.Test;

/** Policies and quotas say how it is with them, whatever comes first and goes last. */
@OnKubernetes
final class ReferencesE2E {

  @Test
  void policies_beforeTheirCluster_besideEachOther_andAfterIt(TestNamespace namespace)
      throws Exception {
    InstalledOperator.in(namespace);
    Cluster cluster = new Cluster(namespace, "main");
    Cluster.createSecret(namespace);
    cluster.apply(Texts.policy("debug", "main", "debug_*", "7d"));
    cluster.apply(Texts.quota("main", 1));
    awaitPolicy(cluster, "debug", ConditionStatus.FALSE, "ClusterNotFound");
    awaitQuota(cluster, ConditionStatus.FALSE, "ClusterNotFound");

    cluster.apply(Texts.rocksDb("main"));
    awaitPolicy(cluster, "debug", ConditionStatus.TRUE, "Accepted");
    awaitQuota(cluster, ConditionStatus.TRUE, "Accepted");

    cluster.apply(Texts.policy("longer", "main", "debug_*", "14d"));
    awaitPolicy(cluster, "longer", ConditionStatus.TRUE, "Accepted");
    awaitPolicy(cluster, "debug", ConditionStatus.TRUE, "Superseded");

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
