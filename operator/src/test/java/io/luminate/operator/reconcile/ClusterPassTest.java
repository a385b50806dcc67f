// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.luminate.crd.ConditionStatus;
import io.luminate.crd.LuminateCluster;
import io.luminate.crd.RetentionPolicy;
import io.luminate.crd.StatusCondition;
import io.luminate.crd.TenantQuota;
import io.luminate.kube.testkit.ApiServer;
import io.luminate.operator.applying.Applier;
import io.luminate.operator.applying.NamedSecrets;
import io.luminate.operator.applying.ServedKinds;
import io.luminate.operator.management.OperatorMetrics;
import io.luminate.operator.objects.OperatorPods;
import io.luminate.operator.publishing.InternalToken;
import io.luminate.operator.publishing.Publisher;
import io.luminate.operator.status.Definitions;
import io.luminate.operator.status.EventWriter;
import io.luminate.operator.status.MissingPods;
import io.luminate.operator.status.StatusWriter;
import io.luminate.operator.watch.WatchedKind;
import io.luminate.operator.watch.Watches;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One pass over a cluster of whose writes a real API server refuses one. */
final class ClusterPassTest {
  private static final InstantSource CLOCK = InstantSource.system();

  private final String namespace = "pass-" + UUID.randomUUID();
  private final KubernetesClient kubernetes =
      new KubernetesClientBuilder()
          .withConfig(
              new ConfigBuilder(Config.fromKubeconfig(ApiServer.shared().access().kubeconfig()))
                  .withRequestRetryBackoffLimit(0)
                  .build())
          .build();
  private final Watches watches = new Watches(kubernetes, Set.of(namespace), Stream::empty);
  private final Publisher publisher = new Publisher(kubernetes, CLOCK);
  private final SomeAtATime someAtATime = new SomeAtATime();

  @BeforeEach
  void start() throws IOException {
    Definitions.define(kubernetes);
    create(new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build());
    watches.all().forEach(kind -> kind.setEventHandler(_ -> {}));
    watches.all().forEach(WatchedKind::start);
  }

  @AfterEach
  void stop() {
    watches.all().forEach(WatchedKind::stop);
    publisher.close();
    someAtATime.close();
    kubernetes.close();
  }

  @Test
  void refusedStatus_ofOnePolicy_isNoFailureOfThePass() throws InterruptedException {
    LuminateCluster cluster = create(cluster());
    RetentionPolicy policy = create(policy());
    TenantQuota quota = create(quota());
    awaitSeen();
    refuse("luminate.io", "retentionpolicies/status", "debug");
    awaitRefused(
        () ->
            kubernetes
                .resource(policy)
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\":{}}"));

    assertThat(pass(cluster).isFailed()).isTrue();
    assertThat(of(live(cluster).getStatus().conditions(), "ConfigurationInSync").reason())
        .isEqualTo("NoPods");
    assertThat(of(live(quota).getStatus().conditions(), "Accepted").status())
        .isEqualTo(ConditionStatus.TRUE);
    assertThat(live(policy).getStatus().conditions())
        .extracting(StatusCondition::reason)
        .containsExactly("Pending");
  }

  @Test
  void refusedConfigMap_isReported_andTheOthersAreApplied() throws InterruptedException {
    LuminateCluster cluster = create(cluster());
    ConfigMap like = meta(new ConfigMap(), "main-limits");
    refuse("", "configmaps", "main-limits");
    awaitRefused(() -> kubernetes.resource(like).dryRun().create());
    assertRefused(cluster, "ConfigMap/main-limits");
    assertNoPodsAreMade();
    assertThat(kubernetes.secrets().inNamespace(namespace).withName("main-internal").get())
        .isNotNull();
  }

  @Test
  void refusedSecret_isReported_andTheOthersAreApplied() throws InterruptedException {
    LuminateCluster cluster = create(cluster());
    Secret like = meta(new Secret(), "main-internal");
    refuse("", "secrets", "main-internal");
    awaitRefused(() -> kubernetes.resource(like).dryRun().create());
    assertRefused(cluster, "Secret/main-internal");
    assertNoPodsAreMade();
  }

  @Test
  void foreignConfigMap_isMountedByNoPod() {
    assertMountedByNoPod(meta(new ConfigMap(), "main-limits"));
  }

  @Test
  void foreignSecret_isMountedByNoPod() {
    assertMountedByNoPod(meta(new Secret(), "main-internal"));
  }

  @Test
  void documentThatMayNotBeChanged_goesOn_andSoDoPods() throws InterruptedException {
    LuminateCluster cluster = create(cluster());
    pass(cluster);
    ConfigMap kept = kubernetes.configMaps().inNamespace(namespace).withName("main-limits").get();
    create(quota());
    create(policy());
    kubernetes.resource(set()).delete();
    awaitSeen();
    refuse("", "configmaps", "main-limits");
    awaitRefused(() -> kubernetes.resource(kept).dryRun().update());
    assertRefused(cluster, "ConfigMap/main-limits");
    assertThat(live(kept)).isEqualTo(kept);
    assertThat(set()).as("which mounts the one that there is").isNotNull();
  }

  @Test
  void tokenThatMayNotBeReplaced_goesOn() throws InterruptedException {
    LuminateCluster cluster = create(cluster());
    pass(cluster);
    Secret asking = kubernetes.secrets().inNamespace(namespace).withName("main-internal").get();
    asking.getMetadata().getAnnotations().put(InternalToken.ROTATE_ANNOTATION, "true");
    Secret kept = kubernetes.resource(asking).update();
    refuse("", "secrets", "main-internal");
    awaitRefused(() -> kubernetes.resource(kept).dryRun().update());
    assertRefused(cluster, "Secret/main-internal");
    assertThat(of(live(cluster).getStatus().conditions(), "ConfigurationInSync").reason())
        .isEqualTo("NoPods");
    assertThat(live(kept)).isEqualTo(kept);
    assertThat(set()).isNotNull();
  }

  private void assertMountedByNoPod(HasMetadata object) {
    LuminateCluster cluster = create(cluster());
    HasMetadata foreign = create(object);
    assertThat(pass(cluster).isFailed()).isTrue();
    StatusCondition ready = of(live(cluster).getStatus().conditions(), "Ready");
    assertThat(ready.reason()).isEqualTo("NameConflict");
    assertThat(ready.message()).contains(object.getMetadata().getName());
    assertNoPodsAreMade();
    assertThat(live(foreign)).isEqualTo(foreign);
    kubernetes.resource(foreign).delete();
    pass(cluster);
    assertThat(set()).isNotNull();
    assertThat(job()).isNotNull();
  }

  /** What is around pods is. */
  private void assertNoPodsAreMade() {
    assertThat(kubernetes.services().inNamespace(namespace).withName("main").get()).isNotNull();
    assertThat(set()).isNull();
    assertThat(job()).isNull();
  }

  private StatefulSet set() {
    return kubernetes.apps().statefulSets().inNamespace(namespace).withName("main").get();
  }

  private CronJob job() {
    return kubernetes.batch().v1().cronjobs().inNamespace(namespace).withName("main-cleanup").get();
  }

  private void assertRefused(LuminateCluster cluster, String object) {
    assertThat(pass(cluster).isFailed()).isTrue();
    StatusCondition stalled = of(live(cluster).getStatus().conditions(), "Stalled");
    assertThat(stalled.status()).isEqualTo(ConditionStatus.TRUE);
    assertThat(stalled.reason()).isEqualTo("ObjectRefused");
    assertThat(stalled.message()).contains(object).contains("not in this namespace");
    assertThat(of(live(cluster).getStatus().conditions(), "Ready").reason())
        .isEqualTo("ObjectRefused");
  }

  private <T extends HasMetadata> T meta(T object, String name) {
    object.setMetadata(new ObjectMetaBuilder().withNamespace(namespace).withName(name).build());
    return object;
  }

  private ClusterPass.Result pass(LuminateCluster cluster) {
    WatchedObjects objects = new WatchedObjects(watches, kubernetes);
    ClusterPass.Means means =
        new ClusterPass.Means(
            watches,
            new ServedKinds(kubernetes, CLOCK),
            new NamedSecrets(kubernetes, objects, CLOCK),
            publisher,
            new Applier(kubernetes, objects, CLOCK),
            new StatusWriter(kubernetes, new EventWriter(kubernetes, CLOCK, "operator")),
            new MissingPods(kubernetes),
            someAtATime,
            new OperatorMetrics(),
            OperatorPods.in("luminate-system"),
            "ghcr.io/luminate/server:0.1.0",
            CLOCK);
    return new ClusterPass(cluster, means).run();
  }

  /** As a webhook or a policy of the namespace would. */
  private void refuse(String group, String resource, String name) {
    create(
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicy
        metadata: {name: %1$s}
        spec:
          matchConstraints:
            namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %1$s}}
            resourceRules:
            - {apiGroups: ["%2$s"], apiVersions: ["*"], operations: [CREATE, UPDATE], resources: ["%3$s"]}
          matchConditions: [{name: name, expression: "object.metadata.name == '%4$s'"}]
          validations: [{expression: "false", message: not in this namespace}]
        """
            .formatted(namespace, group, resource, name));
    create(
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicyBinding
        metadata: {name: %1$s}
        spec: {policyName: %1$s, validationActions: [Deny]}
        """
            .formatted(namespace));
  }

  /** An API server follows its own policies a moment later. */
  private static void awaitRefused(Runnable write) throws InterruptedException {
    long lastNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (System.nanoTime() < lastNanos) {
      try {
        write.run();
      } catch (KubernetesClientException refusal) {
        assertThat(refusal.getMessage()).contains("not in this namespace");
        return;
      }
      Thread.sleep(50);
    }
    throw new AssertionError("it is never refused");
  }

  /** A quota and a policy, and no StatefulSet. */
  private void awaitSeen() throws InterruptedException {
    long lastNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    for (WatchedKind<?> kind :
        List.of(watches.of(TenantQuota.class), watches.of(RetentionPolicy.class))) {
      while (kind.in(namespace).findAny().isEmpty()) {
        assertThat(System.nanoTime()).isLessThan(lastNanos);
        Thread.sleep(20);
      }
    }
    while (watches.of(StatefulSet.class).in(namespace).findAny().isPresent()) {
      assertThat(System.nanoTime()).isLessThan(lastNanos);
      Thread.sleep(20);
    }
  }

  private void create(String yaml) {
    create(Serialization.<HasMetadata>unmarshal(yaml));
  }

  private <T extends HasMetadata> T create(T object) {
    return kubernetes.resource(object).create();
  }

  private <T extends HasMetadata> T live(T object) {
    return kubernetes.resource(object).get();
  }

  private static StatusCondition of(List<StatusCondition> conditions, String type) {
    return conditions.stream().filter(one -> one.type().equals(type)).findFirst().orElseThrow();
  }

  private LuminateCluster cluster() {
    return Serialization.unmarshal(
        """
        apiVersion: luminate.io/v1alpha1
        kind: LuminateCluster
        metadata: {name: main, namespace: %s}
        spec: {backend: rocksdb, auth: {enabled: false, allowAnonymous: true}}
        """
            .formatted(namespace),
        LuminateCluster.class);
  }

  private RetentionPolicy policy() {
    return Serialization.unmarshal(
        """
        apiVersion: luminate.io/v1alpha1
        kind: RetentionPolicy
        metadata: {name: debug, namespace: %s}
        spec: {clusterRef: {name: main}, metricPattern: "debug_*", retention: 7d}
        """
            .formatted(namespace),
        RetentionPolicy.class);
  }

  private TenantQuota quota() {
    return Serialization.unmarshal(
        """
        apiVersion: luminate.io/v1alpha1
        kind: TenantQuota
        metadata: {name: acme, namespace: %s}
        spec: {clusterRef: {name: main}, tenantId: acme, rateLimits: {concurrentQueries: 5}}
        """
            .formatted(namespace),
        TenantQuota.class);
  }
}
