// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import io.luminate.crd.Autoscaling;
import io.luminate.crd.LuminateCluster;
import io.luminate.crd.LuminateClusterStatus;
import io.luminate.crd.StatusCondition;
import io.luminate.operator.document.PublishedDocument;
import io.luminate.operator.objects.ObjectLabels;
import io.luminate.operator.publishing.Publication;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What is said of a cluster. All numbers and conditions are of this observation; only what is still
 * the latest that is known goes on from the status before.
 */
public final class ClusterStatus {
  private final ClusterObservation seen;
  private final LuminateCluster cluster;
  private final Optional<LuminateClusterStatus> before;
  private final Optional<Rollout> rollout;
  private final Optional<Finding> stalled;
  private final Optional<Finding> degraded;

  private ClusterStatus(ClusterObservation seen) {
    this.seen = seen;
    this.cluster = seen.cluster();
    this.before = Optional.ofNullable(cluster.getStatus());
    this.rollout = seen.workload().flatMap(Rollout::of);
    this.stalled = Obstacles.stalled(seen);
    this.degraded = Obstacles.degraded(seen, rollout);
  }

  /** Works it out; the same for the same observation, however often it is written between. */
  public static LuminateClusterStatus of(ClusterObservation seen, Instant now) {
    return new ClusterStatus(seen).at(now);
  }

  private LuminateClusterStatus at(Instant now) {
    boolean isUnknown = rollout.isEmpty() && seen.lastPass() instanceof LastPass.Failed;
    Optional<LuminateClusterStatus> known = before.filter(_ -> isUnknown);
    return new LuminateClusterStatus(
        cluster.getMetadata().getGeneration(),
        known
            .map(LuminateClusterStatus::replicas)
            .orElseGet(() -> rollout.map(Rollout::replicas).orElse(0)),
        known
            .map(LuminateClusterStatus::readyReplicas)
            .orElseGet(() -> rollout.map(Rollout::ready).orElse(0)),
        selector(),
        rollout
            .flatMap(Rollout::version)
            .or(() -> before.map(LuminateClusterStatus::version))
            .orElse(null),
        published().or(() -> before.map(LuminateClusterStatus::configVersion)).orElse(null),
        appliedPods().orElse(null),
        conditions(now));
  }

  private String selector() {
    return ObjectLabels.selector(cluster.getMetadata().getName()).entrySet().stream()
        .map(label -> label.getKey() + "=" + label.getValue())
        .collect(Collectors.joining(","));
  }

  private Optional<Long> published() {
    return publication().flatMap(Publication::published).map(PublishedDocument::version);
  }

  /** Of the version beside it, so not known where that is not. */
  private Optional<Integer> appliedPods() {
    return publication().filter(done -> done.published().isPresent()).map(Publication::podsApplied);
  }

  private Optional<Publication> publication() {
    return seen.lastPass() instanceof LastPass.Done(Publication done)
        ? Optional.of(done)
        : Optional.empty();
  }

  private List<StatusCondition> conditions(Instant now) {
    return new Conditions(
            before.map(LuminateClusterStatus::conditions).orElse(List.of()),
            cluster.getMetadata().getGeneration(),
            now)
        .set(ConditionType.READY, ready())
        .set(ConditionType.PROGRESSING, progressing())
        .set(ConditionType.DEGRADED, degraded.orElseGet(this::asExpected))
        .set(ConditionType.STORAGE_AVAILABLE, storage())
        .set(ConditionType.CONFIGURATION_IN_SYNC, DocumentSync.of(seen.lastPass()))
        .set(ConditionType.PAUSED, paused())
        .set(
            ConditionType.STALLED,
            stalled.orElseGet(
                () -> Finding.no(Reason.NOTHING_TO_FIX, "Nothing waits for a person.")))
        .all();
  }

  /**
   * Whether it serves as this generation asks for. So it is false while pods are replaced, though
   * clients notice nothing: tools that wait for a change wait for this.
   */
  private Finding ready() {
    Optional<Finding> obstacle = Obstacles.beforeServing(seen);
    if (obstacle.isPresent()) {
      return obstacle.get();
    }
    if (seen.lastPass() instanceof LastPass.Failed(String message)) {
      return Finding.unknown(Reason.PASS_FAILED, message);
    }
    return unreadyPods()
        .or(() -> Obstacles.storageFailure(seen.storage()).map(Obstacles::no))
        .orElseGet(() -> Finding.yes(Reason.SERVING, "All pods are ready."));
  }

  private Optional<Finding> unreadyPods() {
    if (rollout.isEmpty()) {
      return Optional.of(Finding.no(Reason.CREATING, "There are no pods yet."));
    }
    Rollout pods = rollout.get();
    boolean isServing = pods.isObserved() && pods.ready() >= podsNeeded(pods);
    if (isServing && !pods.isRolling() && !pods.isOfNoPods()) {
      return Optional.empty();
    }
    return Obstacles.pods(seen, rollout).or(this::moving).map(Obstacles::no);
  }

  /** An autoscaler's pods come and go, so those that it has just asked for are not waited for. */
  private int podsNeeded(Rollout pods) {
    Autoscaling autoscaling = cluster.getSpec().autoscaling();
    return autoscaling == null
        ? pods.desired()
        : Math.min(pods.desired(), autoscaling.minReplicas());
  }

  private Finding progressing() {
    if (stalled.isPresent() && !rollout.map(Rollout::isRolling).orElse(false)) {
      return Obstacles.no(stalled.get());
    }
    if (cluster.getSpec().paused() && rollout.isEmpty()) {
      return Finding.no(Reason.PAUSED, "Nothing is made while it is paused.");
    }
    if (rollout.flatMap(Rollout::stuck).isPresent()) {
      return Finding.no(Reason.ROLLOUT_STUCK, rollout.flatMap(Rollout::stuck).orElse(""));
    }
    return moving().orElseGet(this::settled);
  }

  private Finding settled() {
    return seen.lastPass() instanceof LastPass.Failed(String message)
        ? Finding.unknown(Reason.PASS_FAILED, message)
        : Finding.no(Reason.SETTLED, "Nothing is on its way.");
  }

  /** What is on its way. */
  private Optional<Finding> moving() {
    if (rollout.isEmpty()) {
      return seen.lastPass() instanceof LastPass.Failed
          ? Optional.empty()
          : Optional.of(Finding.yes(Reason.CREATING, "There are no pods yet."));
    }
    Rollout pods = rollout.get();
    if (pods.isRolling()) {
      String image = pods.image().map(name -> " of image " + name).orElse("");
      return Optional.of(
          Finding.yes(
              Reason.ROLLING_OUT, "Pods are replaced by those of the current template" + image));
    }
    if (pods.isShort()) {
      return Optional.of(
          Finding.yes(Reason.PODS_STARTING, "Pods are started, and not all are ready."));
    }
    return growing();
  }

  private Optional<Finding> growing() {
    return seen.claim()
        .filter(claim -> claim.refusal().isEmpty() && claim.isSmaller())
        .map(
            claim ->
                Finding.yes(
                    Reason.VOLUME_GROWING,
                    "The volume has %s, and is to have %s."
                        .formatted(claim.capacity().orElse("no size"), claim.asked())));
  }

  private Finding asExpected() {
    return seen.ignoredVariables().isEmpty()
        ? Finding.no(Reason.AS_EXPECTED, "Nothing is wrong.")
        : Finding.no(
            Reason.VARIABLES_IGNORED,
            "Variables of spec.pod.env are left out, as other fields say it: "
                + Sentences.list(seen.ignoredVariables()));
  }

  private Finding storage() {
    StorageHealth storage = seen.storage();
    return new Finding(storage.available(), storage.reason(), storage.message());
  }

  private Finding paused() {
    return cluster.getSpec().paused()
        ? Finding.yes(Reason.PAUSED, "Objects and pods are left as they are: spec.paused.")
        : Finding.no(Reason.NOT_PAUSED, "Objects and pods are kept as they are asked for.");
  }
}
