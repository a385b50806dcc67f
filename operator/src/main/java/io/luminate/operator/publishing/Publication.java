// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import io.luminate.operator.applying.Refusal;
import io.luminate.operator.document.NextDocument;
import io.luminate.operator.document.PublishedDocument;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One pass, from which a status is made.
 *
 * @param next the document as it is to be, with what becomes of each resource by it
 * @param published the document that the ConfigMap has now, as far as known
 * @param refusals of what it wrote
 * @param pods all that are ready, by name
 * @param nextDue when another pass has something to do although nothing changes. Pods that did not
 *     answer are not counted: how often to try again is for the caller to say.
 */
public record Publication(
    Outcome outcome,
    NextDocument next,
    Optional<PublishedDocument> published,
    List<Refusal> refusals,
    List<PodReport> pods,
    Optional<Instant> nextDue) {
  public Publication {
    refusals = List.copyOf(refusals);
    pods = List.copyOf(pods);
  }

  /**
   * Whether the document's ConfigMap and the token's Secret are there and the cluster's own, which
   * is what pods mount: no pod is to be made over somebody else's.
   */
  public boolean isMountable() {
    return switch (outcome) {
      case Outcome.Published _, Outcome.Paused _ -> true;
      case Outcome.Refused(_, boolean isThere) -> isThere;
      // By whom is not known before the next pass.
      case Outcome.NameConflict _, Outcome.Overtaken _ -> false;
    };
  }

  public int podsTotal() {
    return pods.size();
  }

  /** Pods that have said that they go by the published document. */
  public int podsApplied() {
    return (int)
        pods.stream().filter(pod -> pod.state() instanceof PodReport.State.Applied).count();
  }
}
