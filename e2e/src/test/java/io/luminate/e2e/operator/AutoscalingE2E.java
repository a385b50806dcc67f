// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Whoever scales the Deployment under an autoscaler is not contradicted, and shares follow. */
@OnKubernetes
@Order(OnKubernetes.LONGEST)
final class AutoscalingE2E {
  private static final String LIMITS =
      """
      apiVersion: luminate.io/v1alpha1
      kind: TenantQuota
      metadata: {name: acme}
      spec:
        clusterRef: {name: metrics}
        tenantId: acme
        rateLimits: {queryRequestsPerSecond: 60}
      """;

  /** A template whose pods find no node: the number is the same whether they start or not. */
  private static final String NOWHERE =
      "pod: {labels: {a: b}, nodeSelector: {example.com/none: \"true\"}}";

  @Test
  void numberOfPods_isTheAutoscalers_untilItIsTakenAway(TestNamespace namespace) throws Exception {
    InstalledOperator operator = InstalledOperator.in(namespace);
    Cluster cluster = new Cluster(namespace, "metrics");
    ClickHouseServer server = ClickHouse.shared();
    Cluster.createSecret(namespace);
    Cluster.createSecret(namespace, server.luminate());
    String database = server.newDatabase();
    IdlePasses.watchSecret(namespace);
    cluster.apply(LIMITS);
    cluster.apply(Texts.policy("debug", "metrics", "debug_*", "7d"));
    cluster.apply(text(server, database, "replicas: 2"));
    cluster.awaitReady(2);

    try (ReplicasSeen seen = new ReplicasSeen(namespace, "metrics")) {
      String autoscaled = "autoscaling: {minReplicas: 1, maxReplicas: 4}";
      cluster.apply(text(server, database, autoscaled));
      cluster.soon(
          () -> target(namespace).equals("Deployment/metrics 1-4") && !isOperators(namespace),
          "the number is left to an autoscaler",
          () -> target(namespace) + " " + deployment(namespace).getMetadata().getManagedFields());
      scale(namespace, 3);
      cluster.awaitReady(3);
      awaitShares(cluster, 20);
      cluster.awaitAppliedPolicy("debug");
      IdlePasses.assertNothingIsWritten(namespace, "metrics", operator);

      changeByHand(namespace, cluster);
      OwnedObjects.loseAll(namespace, cluster, "HorizontalPodAutoscaler");
      changeTemplate(namespace, cluster, () -> text(server, database, autoscaled, NOWHERE));
      changeTemplate(namespace, cluster, () -> text(server, database, autoscaled));
      scale(namespace, 2);
      cluster.awaitReady(2);
      scale(namespace, 3);
      cluster.awaitReady(3);

      cluster.apply(text(server, database, "replicas: 2"));
      cluster.soon(
          () -> target(namespace).isEmpty() && isOperators(namespace),
          "the number is the operator's again",
          () -> target(namespace) + " " + deployment(namespace).getMetadata().getManagedFields());
      cluster.awaitReady(2);
      awaitShares(cluster, 30);
      assertThat(seen.numbers()).containsExactly(2, 3, 2, 3, 2);
    }
  }

  private static String text(ClickHouseServer server, String database, String... lines) {
    return Texts.clickHouse("metrics", server.httpUrl(), database, lines);
  }

  private static void scale(TestNamespace namespace, int pods)
      throws IOException, InterruptedException {
    new Kubectl(namespace.cluster())
        .run("scale", "-n", namespace.name(), "deployment/metrics", "--replicas=" + pods);
  }

  /** What is put right is applied over a Deployment whose number is somebody else's. */
  private static void changeByHand(TestNamespace namespace, Cluster cluster) {
    namespace
        .client()
        .apps()
        .deployments()
        .inNamespace(namespace.name())
        .withName("metrics")
        // Whatever its controller writes meanwhile.
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\": {\"minReadySeconds\": 1}}");
    cluster.soon(
        () -> deployment(namespace).getSpec().getMinReadySeconds() != 1,
        "an edited Deployment is put right",
        () -> deployment(namespace).getSpec().toString());
  }

  private static void changeTemplate(
      TestNamespace namespace, Cluster cluster, Supplier<String> yaml)
      throws IOException, InterruptedException {
    Map<String, String> before = templateLabels(namespace);
    cluster.apply(yaml.get());
    cluster.soon(
        () -> !templateLabels(namespace).equals(before),
        "another template",
        () -> before.toString());
  }

  private static Map<String, String> templateLabels(TestNamespace namespace) {
    return deployment(namespace).getSpec().getTemplate().getMetadata().getLabels();
  }

  /** Of 60 queries a second each pod has as many. */
  private static void awaitShares(Cluster cluster, int share) {
    cluster.inTheEnd(
        () -> shares(cluster).equals(Set.of(String.valueOf(share))),
        "shares of " + share,
        () -> String.valueOf(shares(cluster)));
  }

  private static Set<String> shares(Cluster cluster) {
    Set<String> shares = new TreeSet<>();
    try {
      for (Pod pod : cluster.readyPods()) {
        Cluster.pod(pod, "acme").count("requests", 1).rateLimit().ifPresent(shares::add);
      }
    } catch (IOException e) {
      shares.add(e.toString());
    }
    return shares;
  }

  private static Deployment deployment(TestNamespace namespace) {
    return namespace
        .client()
        .apps()
        .deployments()
        .inNamespace(namespace.name())
        .withName("metrics")
        .require();
  }

  /** What the autoscaler is for, and between which numbers; empty if there is none. */
  private static String target(TestNamespace namespace) {
    HorizontalPodAutoscaler autoscaler =
        namespace
            .client()
            .autoscaling()
            .v2()
            .horizontalPodAutoscalers()
            .inNamespace(namespace.name())
            .withName("metrics")
            .get();
    return autoscaler == null
        ? ""
        : "%s/%s %d-%d"
            .formatted(
                autoscaler.getSpec().getScaleTargetRef().getKind(),
                autoscaler.getSpec().getScaleTargetRef().getName(),
                autoscaler.getSpec().getMinReplicas(),
                autoscaler.getSpec().getMaxReplicas());
  }

  /** Whether the operator says the number itself. */
  private static boolean isOperators(TestNamespace namespace) {
    return deployment(namespace).getMetadata().getManagedFields().stream()
        .filter(entry -> entry.getManager().equals("luminate-operator"))
        .anyMatch(AutoscalingE2E::hasReplicas);
  }

  private static boolean hasReplicas(ManagedFieldsEntry entry) {
    return entry.getFieldsV1().getAdditionalProperties().get("f:spec") instanceof Map<?, ?> spec
        && spec.containsKey("f:replicas");
  }
}
