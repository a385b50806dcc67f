// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.applying;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import io.luminate.operator.objects.Ownership;
import java.util.Optional;

/**
 * A pod that its StatefulSet waits for in vain: its controller updates a pod only once it is ready,
 * so one that is broken by its template stays so after the template was put right.
 */
final class StuckPod {
  private static final String REVISION = "controller-revision-hash";

  private StuckPod() {}

  /**
   * Whether the pod is to be deleted, upon which its StatefulSet makes it anew. A pod that merely
   * takes long to start with an older template loses nothing: it would go as soon as it is ready.
   */
  static boolean isIt(StatefulSet set, Pod pod) {
    return Ownership.controller(pod).equals(Optional.of(set.getMetadata().getUid()))
        && pod.getMetadata().getDeletionTimestamp() == null
        && !isReady(pod)
        && latestRevision(set).filter(latest -> !latest.equals(revision(pod))).isPresent();
  }

  /** As far as the controller has seen the template. */
  private static Optional<String> latestRevision(StatefulSet set) {
    return Optional.ofNullable(set.getStatus())
        .filter(status -> status.getObservedGeneration() != null)
        .filter(status -> status.getObservedGeneration().equals(set.getMetadata().getGeneration()))
        .map(StatefulSetStatus::getUpdateRevision)
        .filter(revision -> !revision.isEmpty());
  }

  private static String revision(Pod pod) {
    return Optional.ofNullable(pod.getMetadata().getLabels())
        .map(labels -> labels.get(REVISION))
        .orElse("");
  }

  private static boolean isReady(Pod pod) {
    return pod.getStatus() != null
        && pod.getStatus().getConditions().stream()
            .anyMatch(one -> "Ready".equals(one.getType()) && "True".equals(one.getStatus()));
  }
}
