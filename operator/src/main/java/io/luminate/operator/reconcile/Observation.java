// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.luminate.crd.LuminateCluster;
import io.luminate.crd.LuminateClusterStatus;
import io.luminate.crd.StatusCondition;
import io.luminate.operator.applying.AppliedObjects;
import io.luminate.operator.applying.LiveClaim;
import io.luminate.operator.applying.LiveWorkload;
import io.luminate.operator.applying.Refusal;
import io.luminate.operator.objects.ClusterObjects;
import io.luminate.operator.objects.ObjectKey;
import io.luminate.operator.publishing.PodAnswers;
import io.luminate.operator.publishing.Publication;
import io.luminate.operator.status.ClusterObservation;
import io.luminate.operator.status.LastPass;
import io.luminate.operator.status.ObjectFault;
import io.luminate.operator.status.StorageHealth;
import io.luminate.operator.status.VolumeGrowth;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Puts together what a pass has seen, as a status is made of it. */
final class Observation {
  private Observation() {}

  static ClusterObservation of(
      LuminateCluster cluster,
      ClusterSurroundings around,
      ClusterObjects wanted,
      AppliedObjects applied,
      List<Refusal> unread,
      LastPass lastPass,
      PodAnswers answers) {
    Optional<HasMetadata> workload = applied.workload().map(Observation::object);
    List<Pod> pods = workload.map(around::podsOf).orElse(List.of());
    return new ClusterObservation(
        cluster,
        workload,
        pods,
        lastPass,
        applied.conflicts().stream().map(Observation::conflict).toList(),
        Stream.of(unread, published(lastPass), applied.refusals())
            .flatMap(List::stream)
            .map(Observation::refusal)
            .toList(),
        wanted.missingSecrets(),
        wanted.ignoredVariables(),
        applied.claim().flatMap(claim -> growth(cluster, claim)),
        storage(cluster, answers, pods),
        Optional.empty());
  }

  private static List<Refusal> published(LastPass pass) {
    return pass instanceof LastPass.Done(Publication done) ? done.refusals() : List.of();
  }

  static StorageHealth storage(LuminateCluster cluster, PodAnswers answers, List<Pod> pods) {
    List<StatusCondition> before =
        Optional.ofNullable(cluster.getStatus())
            .map(LuminateClusterStatus::conditions)
            .orElse(List.of());
    return StorageHealth.of(answers, pods, before);
  }

  private static HasMetadata object(LiveWorkload workload) {
    return switch (workload) {
      case LiveWorkload.OfDeployment(var deployment) -> deployment;
      case LiveWorkload.OfStatefulSet(var set) -> set;
    };
  }

  private static ObjectFault conflict(ObjectKey key) {
    return new ObjectFault(key.kind(), key.name(), "", true);
  }

  private static ObjectFault refusal(Refusal refusal) {
    return new ObjectFault(
        refusal.object().kind(), refusal.object().name(), refusal.message(), refusal.isLasting());
  }

  private static Optional<VolumeGrowth> growth(LuminateCluster cluster, LiveClaim claim) {
    return Optional.ofNullable(cluster.getSpec().rocksdb())
        .map(rocksdb -> rocksdb.storage().size())
        .map(
            asked ->
                new VolumeGrowth(
                    asked,
                    claim.capacity(),
                    claim.refusal().filter(Refusal::isLasting).map(Refusal::message)));
  }
}
