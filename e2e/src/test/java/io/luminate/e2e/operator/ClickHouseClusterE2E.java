// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.crd.ConditionStatus;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Many pods in front of a real ClickHouse: they come and go, and all keep to the same limits. */
@OnKubernetes
final class ClickHouseClusterE2E {

  @Test
  void scaled_losesNoWrite_andEveryPodKeepsToQuotas(TestNamespace namespace) throws Exception {
    InstalledOperator.in(namespace);
    Cluster cluster = new Cluster(namespace, "metrics");
    Cluster.createSecret(namespace);
    cluster.apply(clickHouse(namespace, 3));
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
      writes.endWithoutFailure();
    }
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

  private static String clickHouse(TestNamespace namespace, int replicas) {
    ClickHouseServer server = ClickHouse.shared();
    namespace.create(
        new SecretBuilder()
            .withNewMetadata()
            .withName("clickhouse-secrets")
            .endMetadata()
            .withStringData(Map.of("username", server.user(), "password", server.password()))
            .build());
    return """
        apiVersion: luminate.io/v1alpha1
        kind: LuminateCluster
        metadata: {name: metrics}
        spec:
          backend: clickhouse
          replicas: %d
          clickhouse:
            addresses: ["%s"]
            database: %s
            credentialsSecretRef: {name: clickhouse-secrets}
          auth:
            hmacSecretRef: {name: luminate-secrets, key: jwt-secret}
        """
        .formatted(replicas, server.httpUrl(), server.newDatabase());
  }

  /** Writes one after the other until it is told to end. */
  private static final class Writes implements AutoCloseable {
    private static final long PAUSE_MILLIS = 20;

    private final MetricsClient client;
    private final Thread thread;
    private final AtomicBoolean isEnding = new AtomicBoolean();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicReference<String> failure = new AtomicReference<>("");

    Writes(MetricsClient client) {
      this.client = client;
      this.thread = Thread.ofPlatform().name("writes").start(this::run);
    }

    private void run() {
      try {
        while (!isEnding.get()) {
          client.write("requests", done.incrementAndGet());
          Thread.sleep(PAUSE_MILLIS);
        }
      } catch (IOException e) {
        failure.set("write " + done.get() + ": " + e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    void endWithoutFailure() throws InterruptedException {
      close();
      assertThat(failure.get()).as("what failed first").isEmpty();
      assertThat(done.get()).as("writes").isGreaterThan(50);
    }

    @Override
    public void close() throws InterruptedException {
      isEnding.set(true);
      thread.join();
    }
  }
}
