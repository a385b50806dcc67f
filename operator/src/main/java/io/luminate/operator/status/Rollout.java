// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far a Deployment or a StatefulSet is.
 *
 * @param desired as many pods as there are to be
 * @param isObserved whether its controller has seen the current template; no other number is of it
 *     before
 * @param stuck why new pods do not come, as the controller says after the time they have
 * @param notCreated why pods are not even made, as the controller of a Deployment says
 * @param image what pods of the current template run
 */
record Rollout(
    int desired,
    int replicas,
    int ready,
    int updated,
    boolean isObserved,
    Optional<String> stuck,
    Optional<String> notCreated,
    Optional<String> image) {
  private static final String DEADLINE = "ProgressDeadlineExceeded";
  private static final String NOT_CREATED = "FailedCreate";

  /** Of a workload; empty where it is another kind. */
  static Optional<Rollout> of(HasMetadata workload) {
    return switch (workload) {
      case Deployment deployment -> Optional.of(of(deployment));
      case StatefulSet set -> Optional.of(of(set));
      default -> Optional.empty();
    };
  }

  private static Rollout of(Deployment deployment) {
    DeploymentStatus status =
        Objects.requireNonNullElseGet(deployment.getStatus(), DeploymentStatus::new);
    return new Rollout(
        Objects.requireNonNullElse(deployment.getSpec().getReplicas(), 1),
        count(status.getReplicas()),
        count(status.getReadyReplicas()),
        count(status.getUpdatedReplicas()),
        isObserved(deployment, status.getObservedGeneration()),
        stuck(status.getConditions()),
        notCreated(status.getConditions()),
        image(deployment.getSpec().getTemplate()));
  }

  private static Rollout of(StatefulSet set) {
    StatefulSetStatus status =
        Objects.requireNonNullElseGet(set.getStatus(), StatefulSetStatus::new);
    return new Rollout(
        Objects.requireNonNullElse(set.getSpec().getReplicas(), 1),
        count(status.getReplicas()),
        count(status.getReadyReplicas()),
        updated(status),
        isObserved(set, status.getObservedGeneration()),
        Optional.empty(),
        Optional.empty(),
        image(set.getSpec().getTemplate()));
  }

  /** Once all are updated, its controller counts them as current, and may not as updated. */
  private static int updated(StatefulSetStatus status) {
    boolean isOneRevision =
        status.getUpdateRevision() != null
            && status.getUpdateRevision().equals(status.getCurrentRevision());
    return isOneRevision ? count(status.getReplicas()) : count(status.getUpdatedReplicas());
  }

  private static Optional<String> stuck(List<DeploymentCondition> conditions) {
    return conditions.stream()
        .filter(one -> "Progressing".equals(one.getType()) && DEADLINE.equals(one.getReason()))
        .map(one -> Objects.requireNonNullElse(one.getMessage(), DEADLINE))
        .findFirst();
  }

  private static Optional<String> notCreated(List<DeploymentCondition> conditions) {
    return conditions.stream()
        .filter(one -> "ReplicaFailure".equals(one.getType()) && "True".equals(one.getStatus()))
        .filter(one -> NOT_CREATED.equals(one.getReason()))
        .map(one -> Objects.requireNonNullElse(one.getMessage(), NOT_CREATED))
        .findFirst();
  }

  private static boolean isObserved(HasMetadata workload, @Nullable Long observed) {
    Long generation = workload.getMetadata().getGeneration();
    return generation == null || (observed != null && observed >= generation);
  }

  private static Optional<String> image(PodTemplateSpec template) {
    return template.getSpec().getContainers().stream()
        .filter(container -> "server".equals(container.getName()))
        .map(container -> container.getImage())
        .findFirst();
  }

  private static int count(@Nullable Integer pods) {
    return Objects.requireNonNullElse(pods, 0);
  }

  /** Whether there are pods, of which some are of an earlier template. */
  boolean isRolling() {
    return replicas > 0 && (!isObserved || updated < replicas);
  }

  /** Whether there are to be none, which nobody asks for in a resource. */
  boolean isOfNoPods() {
    return desired == 0;
  }

  /** Whether fewer pods are ready than there are to be. */
  boolean isShort() {
    return !isObserved || ready < desired;
  }

  /** The version that all pods run, which is the tag of their image, or else its digest. */
  Optional<String> version() {
    return replicas == 0 || isRolling() ? Optional.empty() : image.map(Rollout::version);
  }

  static String version(String image) {
    int digest = image.indexOf('@');
    String tagged = digest < 0 ? image : image.substring(0, digest);
    int tag = tagged.indexOf(':', tagged.lastIndexOf('/') + 1);
    if (tag >= 0) {
      return tagged.substring(tag + 1);
    }
    return digest < 0 ? "latest" : image.substring(digest + 1);
  }
}
