// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.luminate.crd.LuminateCluster;
import io.luminate.crd.RetentionPolicy;
import io.luminate.crd.TenantQuota;
import io.luminate.kube.testkit.ApiServer;
import io.luminate.operator.status.Definitions;
import io.luminate.operator.watch.WatchedKind;
import io.luminate.operator.watch.Watches;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ClusterSurroundingsTest {
  private static final String NAMESPACE = "surroundings";

  private final KubernetesClient kubernetes =
      new KubernetesClientBuilder()
          .withConfig(Config.fromKubeconfig(ApiServer.shared().access().kubeconfig()))
          .build();

  @Test
  void quotasAndPolicies_areThoseOfTheBeginning() throws IOException, InterruptedException {
    define();
    apply(quota("10"));
    apply(policy("7d"));
    Watches watches = new Watches(kubernetes, Set.of(NAMESPACE), Stream::empty);
    List<WatchedKind<?>> kinds =
        List.of(watches.of(TenantQuota.class), watches.of(RetentionPolicy.class));
    kinds.forEach(kind -> kind.setEventHandler(_ -> {}));
    kinds.forEach(WatchedKind::start);
    ClusterSurroundings before = new ClusterSurroundings(cluster(), watches);

    apply(quota("20"));
    apply(policy("14d"));
    for (WatchedKind<?> kind : kinds) {
      awaitSeen(kind);
    }

    ClusterSurroundings after = new ClusterSurroundings(cluster(), watches);
    assertThat(before.quotas())
        .singleElement()
        .extracting(ClusterSurroundingsTest::generation)
        .isEqualTo(1L);
    assertThat(before.policies())
        .singleElement()
        .extracting(ClusterSurroundingsTest::generation)
        .isEqualTo(1L);
    assertThat(after.quotas())
        .singleElement()
        .extracting(ClusterSurroundingsTest::generation)
        .isEqualTo(2L);
    assertThat(after.policies())
        .singleElement()
        .extracting(ClusterSurroundingsTest::generation)
        .isEqualTo(2L);
    kinds.forEach(WatchedKind::stop);
    kubernetes.close();
  }

  private void define() throws IOException {
    Definitions.define(kubernetes);
    kubernetes
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
        .create();
  }

  private void apply(HasMetadata object) {
    kubernetes.resource(object).forceConflicts().serverSideApply();
  }

  private static void awaitSeen(WatchedKind<?> kind) throws InterruptedException {
    long lastNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (kind.in(NAMESPACE).noneMatch(object -> generation(object) == 2)) {
      assertThat(System.nanoTime()).isLessThan(lastNanos);
      Thread.sleep(20);
    }
  }

  private static long generation(HasMetadata object) {
    return object.getMetadata().getGeneration();
  }

  private static LuminateCluster cluster() {
    return Serialization.unmarshal(
        "metadata: {name: main, namespace: surroundings}\nspec: {backend: rocksdb}",
        LuminateCluster.class);
  }

  private static TenantQuota quota(String perSecond) {
    return Serialization.unmarshal(
        """
        apiVersion: luminate.io/v1alpha1
        kind: TenantQuota
        metadata: {name: acme, namespace: surroundings}
        spec:
          clusterRef: {name: main}
          tenantId: acme
          rateLimits: {writeRequestsPerSecond: %s}
        """
            .formatted(perSecond),
        TenantQuota.class);
  }

  private static RetentionPolicy policy(String retention) {
    return Serialization.unmarshal(
        """
        apiVersion: luminate.io/v1alpha1
        kind: RetentionPolicy
        metadata: {name: debug, namespace: surroundings}
        spec:
          clusterRef: {name: main}
          metricPattern: "debug_*"
          retention: %s
        """
            .formatted(retention),
        RetentionPolicy.class);
  }
}
