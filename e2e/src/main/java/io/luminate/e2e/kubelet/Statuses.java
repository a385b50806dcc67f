// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodReadinessGate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;

/** What the containers of a pod amount to: its phase and its conditions. Pure. */
final class Statuses {
  private Statuses() {}

  /** As the API writes times. */
  static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  static String phase(
      Pod pod, Collection<ContainerTrack> initial, Collection<ContainerTrack> containers) {
    String policy = pod.getSpec().getRestartPolicy();
    if (!initial.stream().allMatch(ContainerTrack::isSuccessful)) {
      boolean failed = initial.stream().anyMatch(one -> one.isEnded() && !one.isSuccessful());
      return failed && policy.equals("Never") ? "Failed" : "Pending";
    }
    if (containers.stream().anyMatch(one -> !one.isRunning() && !one.isStopped())) {
      return "Pending";
    }
    boolean over = containers.stream().allMatch(ContainerTrack::isEnded);
    boolean good = containers.stream().allMatch(ContainerTrack::isSuccessful);
    return switch (policy) {
      case "Never" -> over ? good ? "Succeeded" : "Failed" : "Running";
      case "OnFailure" -> good ? "Succeeded" : "Running";
      default -> "Running";
    };
  }

  static boolean isOver(String phase) {
    return phase.equals("Succeeded") || phase.equals("Failed");
  }

  /** Those that a kubelet writes; times are filled in by whoever knows the ones before. */
  static List<PodCondition> conditions(
      Pod pod,
      String phase,
      Collection<ContainerTrack> initial,
      Collection<ContainerTrack> containers) {
    boolean initialized = initial.stream().allMatch(ContainerTrack::isSuccessful);
    boolean ready = initialized && containers.stream().allMatch(ContainerTrack::ready);
    boolean gates = pod.getSpec().getReadinessGates().stream().allMatch(gate -> isOpen(pod, gate));
    return List.of(
        condition("PodReadyToStartContainers", !isOver(phase), ""),
        condition("Initialized", initialized, "ContainersNotInitialized"),
        condition("ContainersReady", ready, isOver(phase) ? "PodCompleted" : "ContainersNotReady"),
        condition(
            "Ready",
            ready && gates,
            isOver(phase)
                ? "PodCompleted"
                : ready ? "ReadinessGatesNotReady" : "ContainersNotReady"));
  }

  private static boolean isOpen(Pod pod, PodReadinessGate gate) {
    return pod.getStatus().getConditions().stream()
        .anyMatch(
            condition ->
                condition.getType().equals(gate.getConditionType())
                    && condition.getStatus().equals("True"));
  }

  private static PodCondition condition(String type, boolean is, String reasonIfNot) {
    return new PodConditionBuilder()
        .withType(type)
        .withStatus(is ? "True" : "False")
        .withReason(is || reasonIfNot.isEmpty() ? null : reasonIfNot)
        .build();
  }
}
