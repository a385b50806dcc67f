// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.luminate.operator.objects.Ownership;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which pods are a cluster's servers. */
final class Pods {
  /** What servers come from. Jobs have pods too, which serve nothing. */
  private static final Set<String> WORKLOADS = Set.of("Deployment", "ReplicaSet", "StatefulSet");

  /** A pod is of a ReplicaSet, which is of a Deployment, which is of a cluster. */
  private static final int STEPS_MAX = 3;

  private Pods() {}

  /**
   * Those that are ready, that nobody ends, and that the cluster owns.
   *
   * @param workloads through which it owns them; others are left out
   */
  static List<ClusterPod> of(
      String clusterUid, List<Pod> pods, List<? extends HasMetadata> workloads) {
    Map<String, HasMetadata> byUid = new HashMap<>();
    workloads.stream()
        .filter(workload -> WORKLOADS.contains(workload.getKind()))
        .forEach(workload -> byUid.put(workload.getMetadata().getUid(), workload));
    return pods.stream()
        .filter(pod -> isOwned(clusterUid, pod, byUid))
        .filter(Pods::serves)
        .map(Pods::clusterPod)
        .sorted(Comparator.comparing(ClusterPod::name))
        .toList();
  }

  private static boolean isOwned(String clusterUid, Pod pod, Map<String, HasMetadata> workloads) {
    HasMetadata owned = pod;
    for (int step = 0; step < STEPS_MAX && owned != null; step++) {
      Optional<String> owner = Ownership.controller(owned);
      owned = owner.map(workloads::get).orElse(null);
      if (step > 0 && owner.equals(Optional.of(clusterUid))) {
        return true;
      }
    }
    return false;
  }

  private static boolean serves(Pod pod) {
    PodStatus status = pod.getStatus();
    return pod.getMetadata().getDeletionTimestamp() == null
        && status != null
        && status.getPodIP() != null
        && !status.getPodIP().isEmpty()
        && ready(status).isPresent();
  }

  private static Optional<PodCondition> ready(PodStatus status) {
    return status.getConditions().stream()
        .filter(one -> "Ready".equals(one.getType()) && "True".equals(one.getStatus()))
        .findFirst();
  }

  private static ClusterPod clusterPod(Pod pod) {
    String containers =
        pod.getStatus().getContainerStatuses().stream()
            .sorted(Comparator.comparing(ContainerStatus::getName))
            .map(ContainerStatus::getContainerID)
            .collect(Collectors.joining(" "));
    return new ClusterPod(
        pod.getMetadata().getName(),
        pod.getStatus().getPodIP(),
        new ContainerId(pod.getMetadata().getUid(), containers),
        ready(pod.getStatus()).map(PodCondition::getLastTransitionTime).orElse(""));
  }
}
