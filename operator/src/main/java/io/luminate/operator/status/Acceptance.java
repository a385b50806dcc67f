// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import io.luminate.operator.document.NextDocument;
import io.luminate.operator.document.Verdict;
import io.luminate.operator.publishing.Publication;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Whether the limits document has a resource, and pods the document.
 *
 * @param accepted whether it is in the document that is to be, published or not
 * @param confirmed whether every pod goes by a document that has it
 * @param publication of which both are known, if they are
 */
record Acceptance(Finding accepted, Finding confirmed, Optional<Publication> publication) {

  /**
   * Works it out.
   *
   * @param verdicts those of resources of its kind
   */
  static Acceptance of(
      String name, ClusterView cluster, Function<NextDocument, Map<String, Verdict>> verdicts) {
    return switch (cluster) {
      case ClusterView.Missing(String missing) ->
          refused(
              Finding.no(
                  Reason.CLUSTER_NOT_FOUND,
                  "There is no LuminateCluster " + missing + " in this namespace."));
      case ClusterView.Present(LastPass.Done(Publication done), _, _) ->
          Optional.ofNullable(verdicts.apply(done.next()).get(name))
              .map(verdict -> of(verdict, done))
              .orElseGet(() -> unknown(DocumentSync.of(new LastPass.None())));
      case ClusterView.Present(LastPass.None none, _, _) -> unknown(DocumentSync.of(none));
      case ClusterView.Present(LastPass.Failed failed, _, _) -> unknown(DocumentSync.of(failed));
    };
  }

  private static Acceptance of(Verdict verdict, Publication done) {
    Finding accepted = finding(verdict, DocumentSync.isPublished(done));
    return accepted.isTrue()
        ? new Acceptance(accepted, DocumentSync.of(new LastPass.Done(done)), Optional.of(done))
        : refused(accepted);
  }

  private static Acceptance refused(Finding why) {
    return new Acceptance(why, why, Optional.empty());
  }

  private static Acceptance unknown(Finding why) {
    return new Acceptance(why, why, Optional.empty());
  }

  private static Finding finding(Verdict verdict, boolean isPublished) {
    return switch (verdict) {
      case Verdict.Accepted() ->
          Finding.yes(
              Reason.ACCEPTED,
              isPublished
                  ? "The limits document has it."
                  : "The next limits document has it, which is not published.");
      case Verdict.Superseded(String by) ->
          Finding.yes(
              Reason.SUPERSEDED,
              "For each of its metrics %s counts instead%s."
                  .formatted(
                      by,
                      isPublished ? "" : ", by the next limits document, which is not published"));
      case Verdict.Conflicted(String winner) ->
          Finding.no(Reason.CONFLICTED, winner + " is for the same tenant, and older.");
      case Verdict.TooManyPolicies(int max) ->
          Finding.no(Reason.TOO_MANY_POLICIES, "The cluster has " + max + " policies already.");
      case Verdict.DocumentFull(int bytes) ->
          Finding.no(
              Reason.DOCUMENT_FULL,
              "The limits document would have more than " + bytes + " bytes as gzip.");
      case Verdict.Invalid(String message) -> Finding.no(Reason.INVALID, message);
    };
  }

  /**
   * Whether it counts everywhere: what is not accepted says why not, and so does what is not
   * applied.
   *
   * @param applied as it is said of the resource
   */
  Finding ready(Finding applied) {
    if (!accepted.isTrue() || !applied.isTrue()) {
      return accepted.isTrue() ? applied : accepted;
    }
    return accepted.reason() == Reason.SUPERSEDED ? accepted : applied;
  }

  /**
   * The version that has it. It stays the first one that pods have confirmed it in, as each later
   * one has it too: else a change of one resource would write the status of all.
   *
   * @param before of the status before, if that is about this generation and verdict, and pods had
   *     confirmed it
   */
  Optional<Long> version(Optional<Long> before) {
    Optional<Long> published =
        publication
            .filter(DocumentSync::isPublished)
            .flatMap(Publication::published)
            .map(document -> document.version());
    return published.map(version -> before.filter(earlier -> earlier <= version).orElse(version));
  }
}
