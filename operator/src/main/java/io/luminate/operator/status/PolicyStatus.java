// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import io.luminate.crd.RetentionPolicy;
import io.luminate.crd.RetentionPolicyStatus;
import io.luminate.operator.document.NextDocument;
import io.luminate.operator.document.Verdict;
import io.luminate.operator.publishing.Publication;
import io.luminate.operator.publishing.RetentionProgress;
import io.luminate.operator.publishing.RetentionProgress.Ttl;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** What is said of a policy. */
public final class PolicyStatus {
  /** What changes without anybody saying so. */
  private static final Set<Reason> STORES =
      EnumSet.of(
          Reason.RETENTION_UNKNOWN,
          Reason.RETENTION_BEHIND,
          Reason.MUTATION_RUNNING,
          Reason.MUTATION_FAILED);

  private static final Duration NEW_FOR = Duration.ofSeconds(20);
  private static final Duration LOOK_WHILE_NEW = Duration.ofSeconds(1);
  private static final Duration LOOK_LATER = Duration.ofSeconds(5);

  private final RetentionPolicy policy;
  private final ClusterView cluster;
  private final Acceptance acceptance;
  private final Optional<RetentionPolicyStatus> before;
  private final Optional<Long> version;

  private PolicyStatus(RetentionPolicy policy, ClusterView cluster) {
    this.policy = policy;
    this.cluster = cluster;
    this.acceptance =
        Acceptance.of(policy.getMetadata().getName(), cluster, NextDocument::policies);
    this.before = Optional.ofNullable(policy.getStatus());
    this.version =
        acceptance.version(
            before.filter(this::isStillAccepted).map(RetentionPolicyStatus::version));
  }

  private boolean isStillAccepted(RetentionPolicyStatus old) {
    return StillAccepted.is(
        old.observedGeneration(),
        policy.getMetadata().getGeneration(),
        old.conditions(),
        acceptance.accepted());
  }

  /**
   * Works it out; the same for the same observation.
   *
   * @param policy with the status that it has
   */
  public static RetentionPolicyStatus of(RetentionPolicy policy, ClusterView cluster, Instant now) {
    return new PolicyStatus(policy, cluster).at(now);
  }

  /**
   * When to look again, if all that is missing is that what is stored follows it. Of its own accord
   * ClickHouse says nothing; what is over soon is to be seen soon, and what is not takes hours.
   */
  public static Optional<Instant> lookAgain(RetentionPolicyStatus status, Instant now) {
    return status.conditions().stream()
        .filter(one -> one.type().equals(ConditionType.APPLIED.text()))
        .filter(one -> Reason.of(one.reason()).filter(STORES::contains).isPresent())
        .findFirst()
        .map(one -> Instant.parse(one.lastTransitionTime()).plus(NEW_FOR))
        .map(old -> now.plus(now.isBefore(old) ? LOOK_WHILE_NEW : LOOK_LATER));
  }

  private RetentionPolicyStatus at(Instant now) {
    Long generation = policy.getMetadata().getGeneration();
    Finding applied = acceptance.confirmed().isTrue() ? stored() : acceptance.confirmed();
    return new RetentionPolicyStatus(
        generation,
        version.orElse(null),
        supersededBy().orElse(null),
        ttl().map(Ttl::partsToDo).orElse(null),
        new Conditions(
                before.map(RetentionPolicyStatus::conditions).orElse(List.of()), generation, now)
            .set(ConditionType.ACCEPTED, acceptance.accepted())
            .set(ConditionType.APPLIED, applied)
            .set(ConditionType.READY, acceptance.ready(applied))
            .all());
  }

  private Optional<String> supersededBy() {
    return acceptance
        .publication()
        .map(done -> done.next().policies().get(policy.getMetadata().getName()))
        .flatMap(
            verdict ->
                verdict instanceof Verdict.Superseded(String by)
                    ? Optional.of(by)
                    : Optional.empty());
  }

  /** Queries follow at once, but what ClickHouse has stored does so in its own time. */
  private Finding stored() {
    Finding everyPod = Finding.yes(Reason.APPLIED, "Every pod has confirmed it.");
    return hasTtl() ? changed(everyPod) : everyPod;
  }

  private Finding changed(Finding everyPod) {
    Optional<Ttl> ttl = ttl();
    if (ttl.isEmpty()) {
      return Finding.unknown(
          Reason.RETENTION_UNKNOWN, "No pod has said how far ClickHouse is with its TTL.");
    }
    if (followed().orElse(0) < version.orElse(0L)) {
      return Finding.no(
          Reason.RETENTION_BEHIND, "What is stored still follows an earlier limits document.");
    }
    if (ttl.get().error().isPresent()) {
      return Finding.no(Reason.MUTATION_FAILED, ttl.get().error().get());
    }
    return ttl.get().done()
        ? everyPod
        : Finding.no(
            Reason.MUTATION_RUNNING, "ClickHouse is still changing what it has stored before.");
  }

  private boolean hasTtl() {
    return cluster instanceof ClusterView.Present present && present.hasTtl();
  }

  /**
   * All are in front of one database, and who follows the latest document knows most of it. Of
   * several such, one may have failed at what another one takes for done.
   */
  private Optional<Ttl> ttl() {
    OptionalLong latest = followed();
    return hasTtl()
        ? progress()
            .filter(pod -> pod.documentVersion() == latest.orElse(0))
            .flatMap(pod -> pod.ttl().stream())
            .reduce(Ttl::worst)
        : Optional.empty();
  }

  /** The latest version that any pod says that bytes follow. */
  private OptionalLong followed() {
    return progress().mapToLong(RetentionProgress::documentVersion).max();
  }

  private Stream<RetentionProgress> progress() {
    return acceptance.publication().map(Publication::pods).stream()
        .flatMap(List::stream)
        .flatMap(pod -> pod.retention().stream());
  }
}
