// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.luminate.crd.ConditionStatus;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Many pods in front of a real ClickHouse: they come and go, and all keep to the same limits. */
@OnKubernetes
final class ClickHouseClusterE2E {

  @Test
  void scaled_losesNoWrite_andEveryPodKeepsToQuotas(@LookedAfter TestNamespace namespace)
      throws Exception {
    Cluster cluster = new Cluster(namespace, "metrics");
    Cluster.createSecret(namespace);
    ClickHouseRows rows = ClickHouseRows.of(namespace);
    cluster.apply(
        Texts.clickHouse("metrics", rows.server().httpUrl(), rows.database(), "replicas: 3"));
    cluster.awaitReady(3);

    try (Writes writes = new Writes(cluster.service("acme"))) {
      cluster.apply(Texts.quota("metrics", 1));
      cluster.awaitCondition(
          () -> cluster.quota("acme").getStatus().conditions(),
          "Applied",
          ConditionStatus.TRUE,
          "Applied");
      assertThat(cluster.quota("acme").getStatus().podsApplied()).isEqualTo(3);
      assertEachRefuses(cluster.readyPods());
      new Kubectl(namespace.cluster())
          .run("scale", "-n", namespace.name(), "luminatecluster/metrics", "--replicas=5");
      cluster.awaitReady(5);
      cluster.soon(
          () -> cluster.quota("acme").getStatus().podsApplied() == 5,
          "the quota in later pods too",
          () -> cluster.quota("acme").getStatus().toString());
      assertEachRefuses(cluster.readyPods());
      new Kubectl(namespace.cluster())
          .run("scale", "-n", namespace.name(), "luminatecluster/metrics", "--replicas=3");
      cluster.awaitReady(3);
      OwnedObjects.loseAll(namespace, cluster, "PodDisruptionBudget");
      writes.endWithoutFailure();
    }
    assertRowsStay(namespace, cluster, rows);
  }

  /** Whatever a cluster is deleted with. */
  private static void assertRowsStay(
      TestNamespace namespace, Cluster cluster, ClickHouseRows rows) {
    long before = rows.count();
    assertThat(before).isPositive();
    namespace.client().resource(cluster.resource()).delete();
    cluster.inTheEnd(
        () -> cluster.pods().isEmpty(), "its pods have gone", () -> cluster.pods().toString());
    assertThat(rows.count()).isEqualTo(before);
  }

  private static void assertEachRefuses(List<Pod> pods) throws IOException, InterruptedException {
    for (Pod pod : pods) {
      MetricsClient tenant = Cluster.pod(pod, "acme");
      assertThat(tenant.count("requests", 2).statusCode())
          .as("two hours asked of " + pod.getMetadata().getName())
          .isEqualTo(400);
      assertThat(tenant.count("requests", 1).statusCode())
          .as("one hour asked of " + pod.getMetadata().getName())
          .isEqualTo(200);
    }
  }
}
