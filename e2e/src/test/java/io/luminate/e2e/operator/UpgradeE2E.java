// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.crd.ConditionStatus;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestImages;
import io.luminate.e2e.cluster.TestNamespace;
import java.util.function.Supplier;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Images whose pods never get ready, and the way back. */
@OnKubernetes
@Order(OnKubernetes.LONG)
final class UpgradeE2E {
  private static final String ENDS = "image: {name: \"" + TestImages.ENDS + "\"}";
  private static final String HANGS = "image: {name: \"" + TestImages.HANGS + "\"}";

  @Test
  void deployment_ofABrokenImage_keepsItsOldPods(@LookedAfter TestNamespace namespace)
      throws Exception {
    Cluster cluster = new Cluster(namespace, "metrics");
    ClickHouseServer server = ClickHouse.shared();
    Cluster.createSecret(namespace);
    Cluster.createSecret(namespace, server.luminate());
    String text =
        Texts.clickHouse("metrics", server.httpUrl(), server.newDatabase(), "replicas: 1");
    cluster.apply(text);
    cluster.awaitReady(1);
    String pod = uid(cluster);
    awaitCounted(namespace, cluster);
    expectProgressWithinSeconds(namespace, 12);

    try (Writes writes = new Writes(cluster.service("acme"))) {
      cluster.apply(text + "  " + ENDS + "\n");
      awaitDegraded(cluster, "PodStartFailed");
      assertThat(cluster.resource().getStatus().conditions().toString())
          .contains(TestImages.LAST_WORDS);
      cluster.awaitEvent(
          "Warning", "PodStartFailed", "luminatecluster/metrics", TestImages.LAST_WORDS);
      assertThat(uid(cluster)).isEqualTo(pod);

      cluster.apply(text + "  " + HANGS + "\n");
      cluster.inTheEnd(
          () ->
              Cluster.reason(cluster.resource().getStatus().conditions(), "Degraded")
                  .equals("RolloutStuck"),
          "a rollout without an end is reported, of one that has 12 s",
          () -> cluster.resource().getStatus().toString());
      cluster.awaitCondition(
          () -> cluster.resource().getStatus().conditions(),
          "Progressing",
          ConditionStatus.FALSE,
          "RolloutStuck");
      assertThat(uid(cluster)).isEqualTo(pod);

      cluster.apply(text);
      cluster.awaitReady(1);
      assertThat(uid(cluster)).isEqualTo(pod);
      writes.endWithoutFailure();
    }
  }

  /** Kubernetes leaves a pod of a StatefulSet that never got ready as it is. */
  @Test
  void statefulSet_ofABrokenImage_isBackWithItsData_andRollsForASetting(
      @LookedAfter TestNamespace namespace) throws Exception {
    Cluster cluster = new Cluster(namespace, "edge");
    Cluster.createSecret(namespace);
    cluster.apply(Texts.rocksDb("edge"));
    cluster.awaitReady(1);
    cluster.service("acme").write("requests", 1);

    cluster.apply(Texts.rocksDb("edge", ENDS));
    cluster.inTheEnd(
        () ->
            Cluster.reason(cluster.resource().getStatus().conditions(), "Degraded")
                .equals("PodStartFailed"),
        "an image that ends is reported, once the old pod has gone",
        () -> cluster.resource().getStatus().toString());
    assertThat(cluster.resource().getStatus().conditions().toString())
        .contains(TestImages.LAST_WORDS);

    cluster.apply(Texts.rocksDb("edge"));
    cluster.awaitReady(1);
    assertThat(MetricsClient.expect200(cluster.service("acme").count("requests", 1)))
        .contains("\"value\":1");
    assertSettingIsTakenOver(cluster);
  }

  /** One of the server's own file, where who comes without a token is somebody else. */
  private static void assertSettingIsTakenOver(Cluster cluster) throws Exception {
    MetricsClient nobody = cluster.service("acme").withToken("of nobody");
    assertThat(nobody.count("requests", 1).statusCode()).isEqualTo(401);
    String pod = uid(cluster);

    cluster.apply(
        Texts.rocksDb("edge").replace(Texts.TOKENS, "enabled: false\n    allowAnonymous: true"));
    cluster.inTheEnd(
        () -> cluster.readyPods().stream().anyMatch(one -> !one.getMetadata().getUid().equals(pod)),
        "another pod",
        () -> cluster.pods().toString());
    cluster.awaitReady(1);
    assertThat(MetricsClient.expect200(nobody.count("requests", 1))).doesNotContain("\"value\":1");
  }

  /** The servers' image of clusters that name none is the operator's to say. */
  @Test
  void operatorOfAnotherVersion_rollsPodsThatNameNoImage(TestNamespace namespace) throws Exception {
    InstalledOperator operator = InstalledOperator.in(namespace);
    Cluster cluster = new Cluster(namespace, "edge");
    Cluster pinned = new Cluster(namespace, "pinned");
    Cluster.createSecret(namespace);
    cluster.apply(Texts.rocksDb("edge"));
    pinned.apply(Texts.rocksDb("pinned", "image: {name: \"" + TestImages.LUMINATE + "\"}"));
    cluster.awaitReady(1);
    pinned.awaitReady(1);
    String pod = uid(cluster);
    String pinnedPod = uid(pinned);
    cluster.service("acme").write("requests", 1);

    operator.upgradeServers(TestImages.LUMINATE_NEXT);
    cluster.inTheEnd(
        () -> cluster.readyPods().stream().anyMatch(one -> !one.getMetadata().getUid().equals(pod)),
        "another pod",
        () -> cluster.pods().toString());
    cluster.awaitReady(1);
    assertThat(image(cluster)).isEqualTo(TestImages.LUMINATE_NEXT);
    cluster.awaitEvent(
        "Normal", "RollingOut", "luminatecluster/edge", "image " + TestImages.LUMINATE_NEXT);
    assertThat(MetricsClient.expect200(cluster.service("acme").count("requests", 1)))
        .contains("\"value\":1");
    assertThat(uid(pinned)).isEqualTo(pinnedPod);
    assertRestarts(namespace, pinned);
  }

  /** As kubectl has it: by an annotation of the template, which is not the operator's. */
  private static void assertRestarts(TestNamespace namespace, Cluster pinned) throws Exception {
    String pod = uid(pinned);
    new Kubectl(namespace.cluster())
        .run("rollout", "restart", "-n", namespace.name(), "statefulset/pinned");
    pinned.inTheEnd(
        () -> pinned.readyPods().stream().anyMatch(one -> !one.getMetadata().getUid().equals(pod)),
        "another pod",
        () -> pinned.pods().toString());
    pinned.awaitReady(1);
    String restarted = uid(pinned);
    pinned.awaitQuiet();
    assertThat(uid(pinned)).as("restarted once").isEqualTo(restarted);
    assertThat(
            namespace
                .client()
                .apps()
                .statefulSets()
                .inNamespace(namespace.name())
                .withName("pinned")
                .require()
                .getSpec()
                .getTemplate()
                .getMetadata()
                .getAnnotations())
        .containsKey("kubectl.kubernetes.io/restartedAt");
  }

  private static String image(Cluster cluster) {
    return cluster.readyPods().getFirst().getSpec().getContainers().getFirst().getImage();
  }

  /** A controller puts up with the loss of pods that have not been ready for ten seconds. */
  private static void awaitCounted(TestNamespace namespace, Cluster cluster) {
    Supplier<DeploymentStatus> status =
        () ->
            namespace
                .client()
                .apps()
                .deployments()
                .inNamespace(namespace.name())
                .withName("metrics")
                .require()
                .getStatus();
    cluster.inTheEnd(
        () -> Integer.valueOf(1).equals(status.get().getAvailableReplicas()),
        "the pod counts",
        () -> status.get().toString());
  }

  /** The operator says nothing of it, so it is left to whoever does. */
  private static void expectProgressWithinSeconds(TestNamespace namespace, int seconds)
      throws Exception {
    new Kubectl(namespace.cluster())
        .run(
            "patch",
            "-n",
            namespace.name(),
            "deployment/metrics",
            "-p",
            "{\"spec\": {\"progressDeadlineSeconds\": " + seconds + "}}");
  }

  private static void awaitDegraded(Cluster cluster, String reason) {
    cluster.awaitCondition(
        () -> cluster.resource().getStatus().conditions(),
        "Degraded",
        ConditionStatus.TRUE,
        reason);
  }

  /** Of the only pod that serves. */
  private static String uid(Cluster cluster) {
    assertThat(cluster.readyPods()).hasSize(1);
    return cluster.readyPods().getFirst().getMetadata().getUid();
  }
}
