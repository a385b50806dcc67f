// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Where one container is.
 *
 * @param id of its current or last run; empty before the first
 * @param last how the run before that ended
 */
record ContainerTrack(
    String name,
    String image,
    ContainerState state,
    @Nullable ContainerState last,
    int restarts,
    boolean ready,
    boolean started,
    String id) {

  static ContainerTrack of(Container container, String reason) {
    return new ContainerTrack(
        container.getName(),
        container.getImage(),
        waitingState(reason, ""),
        null,
        0,
        false,
        false,
        "");
  }

  private static ContainerState waitingState(String reason, String message) {
    return new ContainerStateBuilder()
        .withNewWaiting()
        .withReason(reason)
        .withMessage(message.isEmpty() ? null : message)
        .endWaiting()
        .build();
  }

  ContainerTrack waiting(String reason, String message) {
    ContainerState ended = state.getTerminated() == null ? last : state;
    ContainerState now = waitingState(reason, message);
    return new ContainerTrack(name, image, now, ended, restarts, false, false, id);
  }

  ContainerTrack running(String newId) {
    ContainerState now =
        new ContainerStateBuilder()
            .withNewRunning()
            .withStartedAt(Statuses.now())
            .endRunning()
            .build();
    ContainerState ended = state.getTerminated() == null ? last : state;
    int times = id.isEmpty() ? 0 : restarts + 1;
    return new ContainerTrack(name, image, now, ended, times, false, false, newId);
  }

  ContainerTrack terminated(ContainerStateTerminated how) {
    ContainerState now = new ContainerStateBuilder().withTerminated(how).build();
    return new ContainerTrack(name, image, now, last, restarts, false, false, id);
  }

  ContainerTrack withStarted() {
    return new ContainerTrack(name, image, state, last, restarts, ready, true, id);
  }

  ContainerTrack withReady(boolean is) {
    return new ContainerTrack(name, image, state, last, restarts, is, started, id);
  }

  boolean isRunning() {
    return state.getRunning() != null;
  }

  /** Has ended, and may be waiting for its next run. */
  boolean isStopped() {
    return !isRunning() && (state.getTerminated() != null || last != null);
  }

  boolean isEnded() {
    return state.getTerminated() != null;
  }

  boolean isSuccessful() {
    return isEnded() && state.getTerminated().getExitCode() == 0;
  }

  ContainerStatus status() {
    return new ContainerStatusBuilder()
        .withName(name)
        .withImage(image)
        .withImageID(id.isEmpty() ? "" : "local/" + image)
        .withContainerID(id.isEmpty() ? null : id)
        .withState(state)
        .withLastState(last)
        .withRestartCount(restarts)
        .withReady(ready)
        .withStarted(started)
        .build();
  }
}
