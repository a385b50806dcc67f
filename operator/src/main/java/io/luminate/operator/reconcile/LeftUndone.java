// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import io.luminate.operator.applying.AppliedObjects;
import io.luminate.operator.applying.LiveClaim;
import io.luminate.operator.applying.NamedSecrets;
import io.luminate.operator.applying.Refusal;
import io.luminate.operator.objects.ClusterObjects;
import io.luminate.operator.objects.ObjectKey;
import io.luminate.operator.publishing.Outcome;
import io.luminate.operator.publishing.PodReport;
import io.luminate.operator.publishing.Publication;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a pass that came to its end has left to be tried again, for logs. Pods are not counted, so
 * that it is the same text as long as it is the same trouble.
 */
final class LeftUndone {
  private LeftUndone() {}

  /** Empty if nothing is left. */
  static Optional<String> of(
      ClusterObjects wanted,
      NamedSecrets.Found secrets,
      AppliedObjects applied,
      Publication publication) {
    Stream<String> missing =
        wanted.missingSecrets().stream()
            .map(value -> "Secret/" + value.secret() + " has no " + value.key());
    Stream<String> refused =
        Stream.of(
                secrets.refusals().stream(),
                applied.refusals().stream(),
                publication.refusals().stream(),
                applied.claim().flatMap(LiveClaim::refusal).stream())
            .flatMap(Function.identity())
            .map(LeftUndone::refused);
    Stream<String> foreign =
        applied.conflicts().stream().map(key -> name(key) + " is somebody else's");
    String all =
        Stream.of(missing, refused, foreign, of(publication).stream())
            .flatMap(Function.identity())
            .distinct()
            .collect(Collectors.joining("; "));
    return Optional.of(all).filter(text -> !text.isEmpty());
  }

  private static String refused(Refusal refusal) {
    return name(refusal.object()) + " is refused: " + refusal.message();
  }

  private static String name(ObjectKey key) {
    return key.kind() + "/" + key.name();
  }

  static Optional<String> of(Publication publication) {
    return switch (publication.outcome()) {
      case Outcome.Published() -> pods(publication);
      case Outcome.Paused _ -> Optional.empty();
      case Outcome.NameConflict(String object) -> Optional.of(object + " is somebody else's");
      case Outcome.Overtaken(String object) ->
          Optional.of("somebody else has just written " + object);
      case Outcome.Refused(String object, _) -> Optional.of(object + " is refused");
    };
  }

  private static Optional<String> pods(Publication publication) {
    String states =
        publication.pods().stream()
            .flatMap(pod -> state(pod.state()).stream())
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    return Optional.of(states)
        .filter(text -> !text.isEmpty())
        .map(text -> "not all pods go by the limits document: " + text);
  }

  private static Optional<String> state(PodReport.State state) {
    return switch (state) {
      case PodReport.State.Applied() -> Optional.empty();
      case PodReport.State.Behind() -> Optional.of("some are behind");
      case PodReport.State.Refused(String message) -> Optional.of("some refuse it: " + message);
      case PodReport.State.Unreachable(String reason) ->
          Optional.of("some cannot be asked: " + reason);
      case PodReport.State.VersionTooHigh _ -> Optional.of("some have too high a version");
    };
  }
}
