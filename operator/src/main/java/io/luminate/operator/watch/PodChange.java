// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.watch;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;
import java.util.Optional;

/**
 * What of a pod anything depends on. A kubelet writes status often, and most of it is of no
 * interest.
 */
record PodChange(
    Optional<String> deletion,
    Optional<String> ip,
    Optional<String> phase,
    List<String> conditions,
    List<String> containers) {
  static PodChange of(Pod pod) {
    Optional<PodStatus> status = Optional.ofNullable(pod.getStatus());
    return new PodChange(
        Optional.ofNullable(pod.getMetadata().getDeletionTimestamp()),
        status.map(PodStatus::getPodIP),
        status.map(PodStatus::getPhase),
        status.map(PodStatus::getConditions).orElse(List.of()).stream()
            .map(PodChange::text)
            .toList(),
        status.map(PodStatus::getContainerStatuses).orElse(List.of()).stream()
            .map(PodChange::text)
            .toList());
  }

  static boolean isBetween(Pod before, Pod after) {
    return !of(before).equals(of(after));
  }

  private static String text(PodCondition condition) {
    return String.join(
        " ",
        condition.getType(),
        condition.getStatus(),
        String.valueOf(condition.getReason()),
        String.valueOf(condition.getLastTransitionTime()));
  }

  /** Its id is another one after each start. */
  private static String text(ContainerStatus container) {
    return String.join(
        " ",
        container.getName(),
        String.valueOf(container.getContainerID()),
        String.valueOf(container.getReady()),
        String.valueOf(container.getRestartCount()),
        String.valueOf(container.getState()));
  }
}
