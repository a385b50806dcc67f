// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.publishing;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.luminate.crd.LuminateCluster;
import io.luminate.crd.LuminateClusterSpec;
import io.luminate.crd.TenantQuota;
import io.luminate.crd.TenantQuotaSpec;
import io.luminate.e2e.cluster.Eventually;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import io.luminate.e2e.cluster.TestPods;
import io.luminate.operator.objects.ObjectNames;
import io.luminate.operator.objects.PodFiles;
import io.luminate.operator.publishing.InternalToken;
import io.luminate.operator.publishing.Outcome;
import io.luminate.operator.publishing.Publication;
import io.luminate.operator.publishing.Publisher;
import io.luminate.operator.publishing.PublishingRequest;
import io.luminate.store.testkit.TestClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Documents on their way through a real control plane to the pods of a Deployment. What of it the
 * operator does is in its scenarios, which are quicker; two who publish at a time are here alone.
 */
@OnKubernetes
final class PublishingE2E {
  private static final Path DEFINITION =
      Path.of("..", "crds", "generated", "luminateclusters.luminate.io.yaml");

  @Test
  @Tag("soak")
  void document_reachesPods_throughEverythingThatHappensToThem(TestNamespace namespace) {
    LuminateCluster cluster = cluster(namespace);
    TestClock clock = new TestClock(Instant.parse("2026-03-11T12:00:00Z"));
    try (Publisher publisher = new Publisher(namespace.client(), clock);
        Publisher other = new Publisher(namespace.client(), clock)) {
      assertThat(publisher.publish(request(namespace, cluster, 1)).outcome())
          .isEqualTo(new Outcome.Published());
      namespace.create(deployment(cluster));
      namespace.awaitReady("main", 2);
      assertApplied(publisher.publish(request(namespace, cluster, 1)), 1);
      assertApplied(publisher.publish(request(namespace, cluster, 2)), 2);

      race(namespace, cluster, publisher, other);
      Publication settled = publisher.publish(request(namespace, cluster, 3));
      assertApplied(settled, settled.next().document().version());

      namespace.client().resource(namespace.pods("main").getFirst()).delete();
      namespace.awaitReady("main", 2);
      assertApplied(
          publisher.publish(request(namespace, cluster, 3)), settled.next().document().version());

      rotate(namespace, cluster, publisher, clock);
    }
  }

  /**
   * No version is written twice, whoever is faster. Not on the common pool: what waits there holds
   * up every call of the JDK's client in this JVM, the node's too.
   */
  private static void race(
      TestNamespace namespace, LuminateCluster cluster, Publisher one, Publisher other) {
    List<Publication> publications = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 10; round < 30; round += 2) {
        PublishingRequest first = request(namespace, cluster, round);
        PublishingRequest second = request(namespace, cluster, round + 1);
        CompletableFuture<Publication> beside =
            CompletableFuture.supplyAsync(() -> other.publish(second), threads);
        publications.add(one.publish(first));
        publications.add(beside.join());
      }
    }
    assertThat(publications)
        .extracting(Publication::outcome)
        .isSubsetOf(new Outcome.Published(), new Outcome.Overtaken("ConfigMap/main-limits"));
    assertThat(
            publications.stream()
                .filter(pass -> pass.outcome() instanceof Outcome.Published)
                .map(pass -> pass.next().document().version()))
        .hasSizeGreaterThanOrEqualTo(10)
        .doesNotHaveDuplicates();
  }

  private static void rotate(
      TestNamespace namespace, LuminateCluster cluster, Publisher publisher, TestClock clock) {
    Secret asking = secret(namespace);
    String before = asking.getData().get(PodFiles.TOKEN_KEY);
    asking.getMetadata().getAnnotations().put(InternalToken.ROTATE_ANNOTATION, "true");
    namespace.client().resource(asking).update();
    Publication replaced = publisher.publish(request(namespace, cluster, 4));
    assertApplied(replaced, replaced.next().document().version());
    assertThat(secret(namespace).getData()).containsEntry(PodFiles.PREVIOUS_TOKEN_KEY, before);
    clock.advance(Duration.ofMinutes(10));
    Eventually.holds(
        () -> {
          publisher.publish(request(namespace, cluster, 4));
          return !secret(namespace).getData().containsKey(PodFiles.PREVIOUS_TOKEN_KEY);
        },
        () -> "the previous token stays");
    assertThat(secret(namespace).getData().get(PodFiles.TOKEN_KEY)).isNotEqualTo(before);
    Publication last = publisher.publish(request(namespace, cluster, 5));
    assertApplied(last, last.next().document().version());
  }

  private static Secret secret(TestNamespace namespace) {
    return namespace
        .client()
        .secrets()
        .inNamespace(namespace.name())
        .withName("main-internal")
        .require();
  }

  private static void assertApplied(Publication publication, long version) {
    assertThat(publication.outcome()).isEqualTo(new Outcome.Published());
    assertThat(publication.next().document().version()).isEqualTo(version);
    assertThat(publication.podsApplied()).as("%s", publication.pods()).isEqualTo(2);
    assertThat(publication.podsTotal()).isEqualTo(2);
  }

  private static LuminateCluster cluster(TestNamespace namespace) {
    KubernetesClient client = namespace.client();
    var definition =
        client.apiextensions().v1().customResourceDefinitions().load(DEFINITION.toFile());
    definition.forceConflicts().serverSideApply();
    LuminateCluster cluster = new LuminateCluster();
    cluster.setMetadata(new ObjectMetaBuilder().withName("main").build());
    cluster.setSpec(
        Serialization.unmarshal(
            "backend: clickhouse\nclickhouse: {addresses: [\"http://none:8123\"]}\nauth: {enabled: false, allowAnonymous: true}",
            LuminateClusterSpec.class));
    List<LuminateCluster> made = new ArrayList<>();
    Eventually.holds(
        () -> made.add(namespace.create(cluster)), () -> "the API server does not know the kind");
    return made.getFirst();
  }

  private static PublishingRequest request(
      TestNamespace namespace, LuminateCluster cluster, int metricsPerSecond) {
    TenantQuota quota = new TenantQuota();
    quota.setMetadata(
        new ObjectMetaBuilder().withNamespace(namespace.name()).withName("acme").build());
    quota.setSpec(
        Serialization.unmarshal(
            "clusterRef: {name: main}\ntenantId: acme\nrateLimits: {metricsPerSecond: %d}"
                .formatted(metricsPerSecond),
            TenantQuotaSpec.class));
    var apps = namespace.client().apps();
    List<HasMetadata> workloads = new ArrayList<>();
    workloads.addAll(apps.deployments().inNamespace(namespace.name()).list().getItems());
    workloads.addAll(apps.replicaSets().inNamespace(namespace.name()).list().getItems());
    return new PublishingRequest(
        cluster, List.of(quota), List.of(), namespace.pods("main"), workloads, 2);
  }

  private static Deployment deployment(LuminateCluster cluster) {
    return new DeploymentBuilder(TestPods.deployment("main", 2, server()))
        .editMetadata()
        .addNewOwnerReference()
        .withApiVersion(cluster.getApiVersion())
        .withKind(cluster.getKind())
        .withName("main")
        .withUid(cluster.getMetadata().getUid())
        .withController(true)
        .endOwnerReference()
        .endMetadata()
        .editSpec()
        .editTemplate()
        .editSpec()
        .withEnableServiceLinks(false)
        .addNewVolume()
        .withName("data")
        .withNewEmptyDir()
        .endEmptyDir()
        .endVolume()
        .addNewVolume()
        .withName("limits")
        .withNewConfigMap()
        .withName(new ObjectNames("main").limits())
        .endConfigMap()
        .endVolume()
        .addNewVolume()
        .withName("internal")
        .withNewSecret()
        .withSecretName(new ObjectNames("main").internal())
        .endSecret()
        .endVolume()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  private static Container server() {
    return new ContainerBuilder(TestPods.luminate())
        .addNewEnv()
        .withName("LUMINATE_LIMITS_FILE")
        .withValue("/etc/luminate/limits/" + PodFiles.LIMITS_KEY)
        .endEnv()
        .addNewEnv()
        .withName("LUMINATE_MANAGEMENT_INTERNAL_TOKEN_FILE")
        .withValue("/etc/luminate/internal/" + PodFiles.TOKEN_KEY)
        .endEnv()
        .addNewVolumeMount()
        .withName("limits")
        .withMountPath("/etc/luminate/limits")
        .endVolumeMount()
        .addNewVolumeMount()
        .withName("internal")
        .withMountPath("/etc/luminate/internal")
        .endVolumeMount()
        .build();
  }
}
