// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What keeps pods from being ready, as the pods themselves say. */
final class PodFaults {
  private static final Set<String> IMAGE =
      Set.of("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull");

  /** Some of these mend themselves within a second of a pod's life. */
  private static final Set<String> NOT_CREATED =
      Set.of("CreateContainerConfigError", "CreateContainerError", "RunContainerError");

  /** Of a stack trace. */
  private static final Pattern FRAME = Pattern.compile("^\\s+(at |\\.\\.\\. \\d+ more)");

  private PodFaults() {}

  /** Of the first pod by name that has one. */
  static Optional<Finding> first(List<Pod> pods) {
    return pods.stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null && pod.getStatus() != null)
        .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
        .flatMap(pod -> fault(pod).stream())
        .findFirst();
  }

  private static Optional<Finding> fault(Pod pod) {
    if (isTrue(condition(pod, "Ready"))) {
      return Optional.empty();
    }
    return unschedulable(pod)
        .or(
            () ->
                pod.getStatus().getContainerStatuses().stream()
                    .flatMap(container -> fault(pod, container).stream())
                    .findFirst());
  }

  private static Optional<Finding> unschedulable(Pod pod) {
    return condition(pod, "PodScheduled")
        .filter(one -> "False".equals(one.getStatus()) && "Unschedulable".equals(one.getReason()))
        .map(one -> finding(Reason.POD_UNSCHEDULABLE, pod, text(one.getMessage())));
  }

  private static Optional<Finding> fault(Pod pod, ContainerStatus container) {
    ContainerState state = Objects.requireNonNullElseGet(container.getState(), ContainerState::new);
    ContainerStateWaiting waiting = state.getWaiting();
    if (waiting != null && IMAGE.contains(text(waiting.getReason()))) {
      // What a node says of it changes with each attempt.
      String image = "image " + container.getImage() + " cannot be pulled; its events say why";
      return Optional.of(finding(Reason.IMAGE_NOT_PULLED, pod, image));
    }
    if (waiting != null && NOT_CREATED.contains(text(waiting.getReason()))) {
      return Optional.of(finding(Reason.CONTAINER_NOT_CREATED, pod, said(waiting)));
    }
    // What runs may have ended long ago, and come up since: that is not why it is not ready now.
    return lost(pod, state)
        .or(
            () ->
                failure(container, state)
                    .map(end -> finding(Reason.POD_START_FAILED, pod, said(end))));
  }

  private static Optional<ContainerStateTerminated> failure(
      ContainerStatus container, ContainerState state) {
    ContainerState last =
        Objects.requireNonNullElseGet(container.getLastState(), ContainerState::new);
    return Optional.ofNullable(state.getTerminated())
        .or(() -> Optional.ofNullable(last.getTerminated()))
        .filter(end -> !Integer.valueOf(0).equals(end.getExitCode()));
  }

  /** Readiness went after the container was started; before that it has merely not come yet. */
  private static Optional<Finding> lost(Pod pod, ContainerState state) {
    if (state.getRunning() == null || state.getRunning().getStartedAt() == null) {
      return Optional.empty();
    }
    String started = state.getRunning().getStartedAt();
    return condition(pod, "Ready")
        .filter(one -> one.getLastTransitionTime() != null)
        .filter(one -> one.getLastTransitionTime().compareTo(started) > 0)
        .map(one -> finding(Reason.POD_NOT_READY, pod, "it was ready and is not any more"));
  }

  /** A start error is the last line that a server says; what is above it is its log. */
  private static String said(ContainerStateTerminated end) {
    String last =
        text(end.getMessage())
            .lines()
            .filter(line -> !line.isBlank() && !FRAME.matcher(line).find())
            .reduce("", (_, later) -> later);
    String exit = "exit code " + end.getExitCode();
    String reason = text(end.getReason());
    if (last.isEmpty()) {
      return reason.isEmpty() || reason.equals("Error") ? exit : exit + ", " + reason;
    }
    return last;
  }

  private static String said(ContainerStateWaiting waiting) {
    String message = text(waiting.getMessage());
    return message.isEmpty() ? text(waiting.getReason()) : message;
  }

  private static Optional<PodCondition> condition(Pod pod, String type) {
    return pod.getStatus().getConditions().stream()
        .filter(one -> type.equals(one.getType()))
        .findFirst();
  }

  private static boolean isTrue(Optional<PodCondition> condition) {
    return condition.filter(one -> "True".equals(one.getStatus())).isPresent();
  }

  private static Finding finding(Reason reason, Pod pod, String message) {
    return Finding.yes(reason, "Pod " + pod.getMetadata().getName() + ": " + message);
  }

  private static String text(@Nullable String text) {
    return Objects.requireNonNullElse(text, "");
  }
}
