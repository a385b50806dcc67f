// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import static io.luminate.operator.status.Reason.Telling.NORMAL;
import static io.luminate.operator.status.Reason.Telling.NOTHING;
import static io.luminate.operator.status.Reason.Telling.WARNING;

import java.util.Optional;
import java.util.stream.Stream;

/** Why a condition is as it is. Once published, a word is neither renamed nor used otherwise. */
public enum Reason {
  PENDING("Pending", NOTHING, "The operator has not come to it yet."),
  PASS_FAILED("PassFailed", NOTHING, "The operator's last pass failed; it tries again."),

  SERVING("Serving", NORMAL, "All pods are ready, and all is as it is asked for."),
  CREATING("Creating", NOTHING, "There are no pods yet."),
  PODS_STARTING("PodsStarting", NOTHING, "Pods are started, and not all are ready."),
  ROLLING_OUT("RollingOut", NORMAL, "Pods are replaced by those of the current template."),
  VOLUME_GROWING("VolumeGrowing", NORMAL, "The volume is not yet as large as it is asked for."),
  SETTLED("Settled", NOTHING, "Nothing is on its way."),

  AS_EXPECTED("AsExpected", NOTHING, "Nothing is wrong."),
  VARIABLES_IGNORED(
      "VariablesIgnored", WARNING, "Variables of spec.pod.env are left out, as fields say it."),
  POD_START_FAILED(
      "PodStartFailed", WARNING, "A server ends soon after it is started; the message says why."),
  IMAGE_NOT_PULLED("ImageNotPulled", WARNING, "A node does not get the image."),
  CONTAINER_NOT_CREATED("ContainerNotCreated", WARNING, "A node cannot make a pod's container."),
  POD_UNSCHEDULABLE("PodUnschedulable", WARNING, "No node takes a pod."),
  POD_NOT_READY("PodNotReady", WARNING, "A pod that was ready is not any more."),
  PODS_NOT_CREATED(
      "PodsNotCreated", WARNING, "Kubernetes does not make a pod; the message says why."),
  SCALED_TO_ZERO("ScaledToZero", WARNING, "Somebody scaled the workload to no pods."),
  ROLLOUT_STUCK("RolloutStuck", WARNING, "New pods do not become ready in the time they have."),

  NAME_CONFLICT("NameConflict", WARNING, "An object of this name is somebody else's."),
  OBJECT_REFUSED("ObjectRefused", WARNING, "The API server refuses an object."),
  SECRET_NOT_FOUND("SecretNotFound", WARNING, "A Secret, or its key, is not there."),
  VOLUME_NOT_GROWN("VolumeNotGrown", WARNING, "The volume's claim is not allowed to grow."),
  VERSION_TOO_HIGH(
      "VersionTooHigh", WARNING, "Somebody told a pod a version that none can go above."),
  NOTHING_TO_FIX("NothingToFix", NOTHING, "Nothing waits for a person."),

  STORAGE_ANSWERS("StorageAnswers", NORMAL, "Where points are kept answers."),
  STORAGE_UNAVAILABLE("StorageUnavailable", WARNING, "Where points are kept does not answer."),
  DATABASE_OWNED("DatabaseOwned", WARNING, "ClickHouse's database is another cluster's."),
  STORAGE_UNKNOWN("StorageUnknown", NOTHING, "No pod has said whether storage answers."),

  IN_SYNC("InSync", NORMAL, "Every pod goes by the limits document that was published last."),
  NO_PODS("NoPods", NOTHING, "No pod is ready that could confirm anything."),
  PODS_BEHIND(
      "PodsBehind",
      NOTHING,
      "Pods go by another limits document, and are told again unless it is paused."),
  PODS_REFUSED("PodsRefused", WARNING, "Pods refuse the limits document, or the operator."),
  PODS_UNREACHABLE("PodsUnreachable", WARNING, "Pods do not answer the operator."),
  SHARES_NOT_TOLD("SharesNotTold", NOTHING, "Pods do not know how many share the load."),
  OVERTAKEN("Overtaken", NOTHING, "Somebody else wrote the limits document at the same time."),

  PAUSED("Paused", NORMAL, "The resource says spec.paused."),
  NOT_PAUSED("NotPaused", NOTHING, "The resource does not say spec.paused."),

  ACCEPTED("Accepted", NOTHING, "The limits document has it, or will once it is published."),
  SUPERSEDED("Superseded", NORMAL, "Another policy counts for each of its metrics."),
  CLUSTER_NOT_FOUND("ClusterNotFound", WARNING, "There is no such LuminateCluster; one may come."),
  CONFLICTED("Conflicted", WARNING, "An older quota is for the same tenant."),
  TOO_MANY_POLICIES("TooManyPolicies", WARNING, "The cluster has as many as a document may have."),
  DOCUMENT_FULL("DocumentFull", WARNING, "The limits document has no room for it."),
  INVALID("Invalid", WARNING, "No server takes what it says."),
  APPLIED("Applied", NORMAL, "Every pod has confirmed it."),
  MUTATION_RUNNING("MutationRunning", NOTHING, "ClickHouse is still changing what it has stored."),
  MUTATION_FAILED("MutationFailed", WARNING, "ClickHouse does not go on changing what it stored."),
  RETENTION_BEHIND("RetentionBehind", NOTHING, "Stored bytes follow an earlier limits document."),
  RETENTION_UNKNOWN("RetentionUnknown", NOTHING, "No pod has said how far its retention is."),
  NEAR_LIMIT("NearLimit", WARNING, "The tenant uses most of a limit."),
  FAR_FROM_LIMITS("FarFromLimits", NOTHING, "The tenant uses most of no limit."),
  NOT_MEASURED("NotMeasured", NOTHING, "No pod has said what tenants use.");

  /** What people are told, by an event, once a condition has this reason. */
  enum Telling {
    NOTHING,
    NORMAL,
    WARNING
  }

  private final String text;
  private final Telling telling;
  private final String description;

  Reason(String text, Telling telling, String description) {
    this.text = text;
    this.telling = telling;
    this.description = description;
  }

  /** As it stands in a status. */
  public String text() {
    return text;
  }

  /** A sentence for people who look the word up. */
  public String description() {
    return description;
  }

  Telling telling() {
    return telling;
  }

  /** Empty: of another version of the operator. */
  static Optional<Reason> of(String text) {
    return Stream.of(values()).filter(reason -> reason.text.equals(text)).findFirst();
  }
}
