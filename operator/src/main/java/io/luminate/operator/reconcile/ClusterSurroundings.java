// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.luminate.crd.LuminateCluster;
import io.luminate.crd.RetentionPolicy;
import io.luminate.crd.TenantQuota;
import io.luminate.operator.objects.Ownership;
import io.luminate.operator.watch.Watches;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What caches have around a cluster. Quotas and policies are those of the beginning: what is said
 * of one must be about the very one that was published, not about a change that came meanwhile.
 */
final class ClusterSurroundings {
  private final LuminateCluster cluster;
  private final Watches watches;
  private final String namespace;
  private final String name;
  private final List<TenantQuota> quotas;
  private final List<RetentionPolicy> policies;

  ClusterSurroundings(LuminateCluster cluster, Watches watches) {
    this.cluster = cluster;
    this.watches = watches;
    this.namespace = cluster.getMetadata().getNamespace();
    this.name = cluster.getMetadata().getName();
    this.quotas =
        watches
            .of(TenantQuota.class)
            .in(namespace)
            .filter(quota -> quota.getSpec().clusterRef().name().equals(name))
            .toList();
    this.policies =
        watches
            .of(RetentionPolicy.class)
            .in(namespace)
            .filter(policy -> policy.getSpec().clusterRef().name().equals(name))
            .toList();
  }

  List<TenantQuota> quotas() {
    return quotas;
  }

  List<RetentionPolicy> policies() {
    return policies;
  }

  /** Of the namespace: whose they are is not said by a label. */
  List<Pod> pods() {
    return watches.of(Pod.class).in(namespace).toList();
  }

  /** Of the namespace, through which pods are owned. */
  List<HasMetadata> workloads() {
    return Stream.of(Deployment.class, ReplicaSet.class, StatefulSet.class)
        .<HasMetadata>flatMap(type -> watches.of(type).in(namespace))
        .toList();
  }

  /** Those of the workload, whatever they are at. */
  List<Pod> podsOf(HasMetadata workload) {
    Set<String> owners =
        Stream.concat(
                Stream.of(workload),
                watches
                    .of(ReplicaSet.class)
                    .in(namespace)
                    .filter(set -> isOf(workload.getMetadata().getUid(), set)))
            .map(owner -> owner.getMetadata().getUid())
            .collect(Collectors.toSet());
    return pods().stream()
        .filter(pod -> Ownership.controller(pod).filter(owners::contains).isPresent())
        .toList();
  }

  private static boolean isOf(String uid, HasMetadata object) {
    return Ownership.controller(object).equals(Optional.of(uid));
  }

  Optional<Integer> liveReplicas() {
    return watches
        .of(Deployment.class)
        .get(namespace, name)
        .filter(live -> Ownership.isOf(cluster, live))
        .map(deployment -> deployment.getSpec().getReplicas());
  }
}
