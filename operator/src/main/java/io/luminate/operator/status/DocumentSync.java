// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import io.luminate.operator.publishing.Outcome;
import io.luminate.operator.publishing.PodReport;
import io.luminate.operator.publishing.PodReport.State;
import io.luminate.operator.publishing.Publication;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether pods go by the limits document: what is asked for, published, and confirmed. */
final class DocumentSync {
  private DocumentSync() {}

  static Finding of(LastPass pass) {
    return switch (pass) {
      case LastPass.None() ->
          Finding.unknown(Reason.PENDING, "No limits document has been published yet.");
      case LastPass.Failed(String message) -> Finding.unknown(Reason.PASS_FAILED, message);
      case LastPass.Done(Publication done) -> of(done);
    };
  }

  /** Whether the ConfigMap has what is asked for. */
  static boolean isPublished(Publication done) {
    return switch (done.outcome()) {
      case Outcome.Published() -> true;
      case Outcome.Paused(boolean hasChanges) -> !hasChanges;
      case Outcome.NameConflict _, Outcome.Overtaken _, Outcome.Refused _ -> false;
    };
  }

  private static Finding of(Publication done) {
    return switch (done.outcome()) {
      case Outcome.Published() -> confirmed(done);
      case Outcome.Paused(boolean hasChanges) when hasChanges ->
          Finding.no(Reason.PAUSED, "There are changes that are not published while it is paused.");
      case Outcome.Paused _ -> confirmed(done);
      case Outcome.NameConflict(String object) ->
          Finding.no(Reason.NAME_CONFLICT, object + " is somebody else's.");
      case Outcome.Refused(String object, _) ->
          Finding.no(Reason.OBJECT_REFUSED, "The API server refuses " + object + ".");
      case Outcome.Overtaken(String object) ->
          Finding.unknown(Reason.OVERTAKEN, "Somebody else has just written " + object + ".");
    };
  }

  /** What is certainly wrong comes before what nobody can tell. */
  private static Finding confirmed(Publication done) {
    if (done.pods().isEmpty()) {
      return Finding.unknown(Reason.NO_PODS, "No pod is ready that could confirm it.");
    }
    return tooHigh(done)
        .or(() -> refused(done))
        .or(() -> behind(done))
        .or(() -> unreachable(done))
        .or(() -> unshared(done))
        .orElseGet(() -> Finding.yes(Reason.IN_SYNC, "Every pod goes by the limits document."));
  }

  static Optional<Finding> tooHigh(Publication done) {
    return pods(done, State.VersionTooHigh.class)
        .map(
            pods ->
                Finding.no(
                    Reason.VERSION_TOO_HIGH,
                    "Restart these pods, which were told a version that none can go above: "
                        + pods));
  }

  static Optional<Finding> refused(Publication done) {
    return pods(done, State.Refused.class).map(pods -> Finding.no(Reason.PODS_REFUSED, pods));
  }

  private static Optional<Finding> behind(Publication done) {
    String what =
        done.outcome() instanceof Outcome.Paused
            ? "These pods go by another, and are told nothing while it is paused: "
            : "These pods are told it again: ";
    return pods(done, State.Behind.class).map(pods -> Finding.no(Reason.PODS_BEHIND, what + pods));
  }

  private static Optional<Finding> unreachable(Publication done) {
    return pods(done, State.Unreachable.class)
        .map(pods -> Finding.unknown(Reason.PODS_UNREACHABLE, "Pods do not answer: " + pods));
  }

  private static Optional<Finding> unshared(Publication done) {
    List<String> faults = new ArrayList<>();
    for (PodReport pod : done.pods()) {
      pod.shareFault().ifPresent(fault -> faults.add(pod.pod() + ": " + fault));
    }
    return faults.isEmpty()
        ? Optional.empty()
        : Optional.of(Finding.no(Reason.SHARES_NOT_TOLD, Sentences.list(faults)));
  }

  private static Optional<String> pods(Publication done, Class<? extends State> state) {
    List<String> pods =
        done.pods().stream()
            .filter(pod -> state.isInstance(pod.state()))
            .map(DocumentSync::text)
            .toList();
    return pods.isEmpty() ? Optional.empty() : Optional.of(Sentences.list(pods));
  }

  private static String text(PodReport pod) {
    return switch (pod.state()) {
      case State.Refused(String message) -> pod.pod() + ": " + message;
      case State.Unreachable(String reason) -> pod.pod() + ": " + reason;
      case State.Applied _, State.Behind _, State.VersionTooHigh _ -> pod.pod();
    };
  }
}
