// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import io.luminate.crd.ConditionStatus;
import io.luminate.operator.objects.SecretValue;
import io.luminate.operator.publishing.Outcome;
import io.luminate.operator.publishing.Publication;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is wrong with a cluster, the gravest first. */
final class Obstacles {
  private Obstacles() {}

  static Finding no(Finding finding) {
    return finding.as(ConditionStatus.FALSE);
  }

  /** What only a person can put right. */
  static Optional<Finding> stalled(ClusterObservation seen) {
    return conflict(seen)
        .or(() -> secret(seen.missingSecrets()))
        .or(() -> refusal(seen.refusals().stream().filter(ObjectFault::isLasting).toList()))
        .map(Obstacles::yes)
        .or(() -> volume(seen))
        .or(() -> owned(seen.storage()))
        .or(() -> publication(seen).flatMap(DocumentSync::tooHigh).map(Obstacles::yes));
  }

  /** What else is worse than it was asked for, and does not merely take its time. */
  static Optional<Finding> degraded(ClusterObservation seen, Optional<Rollout> rollout) {
    return stalled(seen)
        .or(() -> refusal(seen.refusals()).map(Obstacles::yes))
        .or(() -> pods(seen, rollout))
        .or(() -> rollout.flatMap(Rollout::stuck).map(Obstacles::stuck))
        .or(() -> storageFailure(seen.storage()))
        .or(() -> publication(seen).flatMap(DocumentSync::refused).map(Obstacles::yes));
  }

  /** What keeps objects from being as they are asked for. */
  static Optional<Finding> beforeServing(ClusterObservation seen) {
    return conflict(seen)
        .or(() -> secret(seen.missingSecrets()))
        .or(() -> refusal(seen.refusals()));
  }

  /** What is wrong with the pods, or keeps them from being there. */
  static Optional<Finding> pods(ClusterObservation seen, Optional<Rollout> rollout) {
    return rollout
        .filter(Rollout::isOfNoPods)
        .map(
            _ ->
                Finding.yes(
                    Reason.SCALED_TO_ZERO,
                    "Somebody scaled it to no pods, and an autoscaler leaves it at that."))
        .or(() -> PodFaults.first(seen.pods()))
        .or(
            () ->
                rollout
                    .flatMap(Rollout::notCreated)
                    .or(seen::notCreated)
                    .map(why -> Finding.yes(Reason.PODS_NOT_CREATED, "Pods are not made: " + why)));
  }

  static Optional<Finding> storageFailure(StorageHealth storage) {
    return storage.available() == ConditionStatus.FALSE
        ? Optional.of(Finding.yes(storage.reason(), storage.message()))
        : Optional.empty();
  }

  /** Servers take it from whoever has it only where a person says so. */
  private static Optional<Finding> owned(StorageHealth storage) {
    return storageFailure(storage).filter(fault -> fault.reason() == Reason.DATABASE_OWNED);
  }

  private static Optional<Finding> conflict(ClusterObservation seen) {
    List<String> objects = new ArrayList<>();
    seen.conflicts().forEach(object -> objects.add(object.toString()));
    publication(seen)
        .map(Publication::outcome)
        .filter(Outcome.NameConflict.class::isInstance)
        .ifPresent(outcome -> objects.add(((Outcome.NameConflict) outcome).object()));
    return objects.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Finding.no(
                Reason.NAME_CONFLICT,
                "Objects of these names are somebody else's, and are left alone: "
                    + Sentences.list(objects)));
  }

  private static Optional<Finding> secret(List<SecretValue> missing) {
    List<String> keys =
        missing.stream().map(value -> value.secret() + " (key " + value.key() + ")").toList();
    return keys.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Finding.no(
                Reason.SECRET_NOT_FOUND,
                "Pods stay as they are until there is Secret " + Sentences.list(keys)));
  }

  private static Optional<Finding> refusal(List<ObjectFault> refusals) {
    return refusals.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Finding.no(
                Reason.OBJECT_REFUSED, "The API server refuses " + Sentences.list(refusals)));
  }

  private static Optional<Finding> volume(ClusterObservation seen) {
    return seen.claim()
        .flatMap(
            claim ->
                claim
                    .refusal()
                    .map(
                        why ->
                            Finding.yes(
                                Reason.VOLUME_NOT_GROWN,
                                "The volume cannot have " + claim.asked() + ": " + why)));
  }

  private static Finding stuck(String message) {
    return Finding.yes(Reason.ROLLOUT_STUCK, message);
  }

  private static Finding yes(Finding finding) {
    return finding.as(ConditionStatus.TRUE);
  }

  private static Optional<Publication> publication(ClusterObservation seen) {
    return seen.lastPass() instanceof LastPass.Done(Publication done)
        ? Optional.of(done)
        : Optional.empty();
  }
}
