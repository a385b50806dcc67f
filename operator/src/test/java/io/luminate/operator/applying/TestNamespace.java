// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.applying;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.luminate.crd.LuminateCluster;
import io.luminate.operator.objects.ClusterFacts;
import io.luminate.operator.objects.ClusterObjects;
import io.luminate.operator.objects.ObjectKey;
import io.luminate.operator.objects.OperatorPods;
import io.luminate.operator.objects.OptionalKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * A namespace with a cluster in it, and an operator whose caches are as old as a test wants: they
 * are read when {@link #sync()} is called.
 */
final class TestNamespace implements LiveObjects {
  static final String ROCKSDB = "backend: rocksdb";
  static final String CLICKHOUSE = "backend: clickhouse\nclickhouse: {addresses: ['ch:8123']}";
  static final String OPEN = "auth: {enabled: false, allowAnonymous: true}";

  private static final List<Class<? extends HasMetadata>> KINDS =
      List.of(
          ServiceAccount.class,
          ConfigMap.class,
          Service.class,
          NetworkPolicy.class,
          StatefulSet.class,
          Deployment.class,
          CronJob.class,
          PodDisruptionBudget.class,
          HorizontalPodAutoscaler.class,
          PersistentVolumeClaim.class,
          Pod.class);

  final KubernetesClient person = RealApi.shared().person();
  final String namespace = RealApi.shared().newNamespace();
  final TestClock clock = new TestClock();

  private final String uid = UUID.randomUUID().toString();
  private final Map<ObjectKey, HasMetadata> cache = new HashMap<>();
  private final Applier applier = new Applier(RealApi.shared().operator(), this, clock);

  @Override
  public Optional<HasMetadata> find(String namespace, ObjectKey key) {
    return Optional.of(key).filter(_ -> namespace.equals(this.namespace)).map(cache::get);
  }

  /** Brings the caches up to date. */
  void sync() {
    cache.clear();
    cache.putAll(read());
  }

  private Map<ObjectKey, HasMetadata> read() {
    Map<ObjectKey, HasMetadata> all = new HashMap<>();
    for (Class<? extends HasMetadata> kind : KINDS) {
      person
          .resources(kind)
          .inNamespace(namespace)
          .withLabel("luminate.io/watch", "true")
          .list()
          .getItems()
          .forEach(object -> all.put(ObjectKey.of(object), object));
    }
    return all;
  }

  LuminateCluster cluster(String... spec) {
    return Serialization.unmarshal(
        """
        apiVersion: luminate.io/v1alpha1
        kind: LuminateCluster
        metadata: {name: main, namespace: %s, uid: %s}
        spec:
        """
                .formatted(namespace, uid)
            + String.join("\n", spec).strip().indent(2),
        LuminateCluster.class);
  }

  /** With what the caches know, as the operator has it. */
  ClusterObjects objects(LuminateCluster cluster, OptionalKind... served) {
    return ClusterObjects.of(
        cluster,
        new ClusterFacts(
            "ghcr.io/luminate/server:0.1.0",
            new OperatorPods("luminate-system", Map.of("app.kubernetes.io/name", "operator")),
            Set.of(served),
            Map.of(),
            cached(Deployment.class).map(one -> one.getSpec().getReplicas())));
  }

  private <T extends HasMetadata> Optional<T> cached(Class<T> kind) {
    return Optional.ofNullable(cache.get(new ObjectKey("apps/v1", kind.getSimpleName(), "main")))
        .map(kind::cast);
  }

  /** A pass with the caches as they are. */
  AppliedObjects stalePass(LuminateCluster cluster) {
    return applier.apply(cluster, objects(cluster));
  }

  AppliedObjects pass(LuminateCluster cluster) {
    sync();
    return stalePass(cluster);
  }

  AppliedObjects apply(LuminateCluster cluster, ClusterObjects objects) {
    return applier.apply(cluster, objects);
  }

  /** As it is now; null if it is not there. */
  <T extends HasMetadata> T get(Class<T> kind, String name) {
    return person.resources(kind).inNamespace(namespace).withName(name).get();
  }

  <T extends HasMetadata> T get(Class<T> kind) {
    return get(kind, "main");
  }

  /** As somebody does it by hand. */
  <T extends HasMetadata> T edit(Class<T> kind, UnaryOperator<T> change) {
    return person.resources(kind).inNamespace(namespace).withName("main").edit(change);
  }

  /** All that is there, with its version. */
  Map<ObjectKey, String> versions() {
    Map<ObjectKey, String> versions = new HashMap<>();
    read().forEach((key, object) -> versions.put(key, object.getMetadata().getResourceVersion()));
    return versions;
  }
}
