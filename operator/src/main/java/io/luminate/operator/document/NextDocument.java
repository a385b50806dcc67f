// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.document;

import io.luminate.crd.LuminateClusterSpec;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What servers are told next, and what becomes of each resource by it.
 *
 * @param document the last one itself, to the byte, where nothing is new
 * @param isNew whether it is to be published
 * @param quotas verdicts by name, of all quotas of the cluster
 * @param policies verdicts by name, of all policies of the cluster
 * @param nextDue when there is another document although nothing changes: the end of a hold
 */
public record NextDocument(
    PublishedDocument document,
    boolean isNew,
    Map<String, Verdict> quotas,
    Map<String, Verdict> policies,
    Optional<Instant> nextDue) {
  /** A ConfigMap has at most 1 MiB, base64 and all that is beside it left out. */
  public static final int GZIP_BYTES_MAX = 900 << 10;

  /** As high as servers take it. */
  public static final long VERSION_MAX = (1L << 53) - 1;

  /**
   * As high as a version that a pod answers is gone above. A single push of {@link #VERSION_MAX} by
   * whoever has the token would else leave no later version, for any pod and for ever; so as many
   * are left as there were.
   */
  public static final long VERSION_FOLLOWED_MAX = 1L << 52;

  /** As many as servers take. */
  static final int TENANTS_MAX = 200_000;

  /**
   * Works it out.
   *
   * @throws IllegalArgumentException if the cluster's own retention is none
   */
  public static NextDocument of(DocumentSources sources) {
    return of(sources, GZIP_BYTES_MAX);
  }

  static NextDocument of(DocumentSources sources, int gzipBytesMax) {
    LuminateClusterSpec spec = sources.cluster().getSpec();
    PolicyChoice policies =
        PolicyChoice.of(
            Spans.retention(spec.retention().defaultRetention()),
            sources.ownPolicies(),
            sources.last().map(PublishedDocument::policies).orElse(Set.of()));
    RetentionSection section = section(sources, policies.rules());
    DocumentWriter writer = new DocumentWriter(spec.limits(), section);
    QuotaChoice quotas =
        new Room(writer, gzipBytesMax)
            .fitting(
                QuotaChoice.of(
                    sources.ownQuotas(),
                    sources.last().map(PublishedDocument::tenants).orElse(Set.of())));
    PublishedDocument document = document(sources, writer, quotas);
    return new NextDocument(
        document,
        sources.last().map(last -> !last.text().equals(document.text())).orElse(true),
        quotas.verdicts(),
        policies.verdicts(),
        section.held().stream().map(RetentionHold::bytesUntil).min(Instant::compareTo));
  }

  private static RetentionSection section(DocumentSources sources, RetentionRules rules) {
    String grace = sources.cluster().getSpec().retention().shorteningGrace();
    return new RetentionSection(
        rules,
        Shortening.held(
            sources.last().flatMap(PublishedDocument::retention),
            rules,
            sources.now(),
            Spans.read(grace)));
  }

  private static PublishedDocument document(
      DocumentSources sources, DocumentWriter writer, QuotaChoice quotas) {
    PublishedDocument next =
        PublishedDocument.of(writer.write(nextVersion(sources), quotas.specs()));
    return sources
        .last()
        .filter(last -> last.saysTheSame(next) && isNewest(last, sources))
        .orElse(next);
  }

  /** Whether pods take it, or have it, but for those that nobody can go above. */
  private static boolean isNewest(PublishedDocument last, DocumentSources sources) {
    return last.version() <= VERSION_MAX
        && sources.answers().stream()
            .filter(NextDocument::isFollowed)
            .allMatch(
                pod ->
                    pod.version() < last.version()
                        || (pod.version() == last.version() && pod.sha256().equals(last.sha256())));
  }

  /** Begins anew after the last version that there is: pods take it once they start again. */
  private static long nextVersion(DocumentSources sources) {
    long ours =
        sources
            .last()
            .map(PublishedDocument::version)
            .filter(version -> version < VERSION_MAX)
            .orElse(0L);
    return 1
        + sources.answers().stream()
            .filter(NextDocument::isFollowed)
            .mapToLong(PodAnswer::version)
            .reduce(ours, Math::max);
  }

  private static boolean isFollowed(PodAnswer answer) {
    return answer.version() <= VERSION_FOLLOWED_MAX;
  }
}
