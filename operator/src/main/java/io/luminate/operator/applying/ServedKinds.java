// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.applying;

import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.luminate.operator.objects.OptionalKind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which optional kinds the API server has, as far as known. Nobody waits for it but who looks: what
 * these kinds are for is worth less than limits and retention. Safe for use by many threads.
 */
public final class ServedKinds {
  private static final Logger LOG = LoggerFactory.getLogger(ServedKinds.class);

  static final Duration AGE_MAX = Duration.ofSeconds(30);

  /** Where one seems to have gone. */
  static final Duration DOUBTED_AGE_MAX = Duration.ofSeconds(2);

  private final KubernetesClient kubernetes;
  private final InstantSource clock;
  private volatile Set<OptionalKind> served = Set.of();
  private Instant lastAsked = Instant.MIN;
  private String fault = "";

  public ServedKinds(KubernetesClient kubernetes, InstantSource clock) {
    this.kubernetes = kubernetes;
    this.clock = clock;
  }

  /** Those of the last look; none before the first. */
  public Set<OptionalKind> served() {
    return served;
  }

  /**
   * Asks the API server, at most every 30 s, or every two where that is in doubt. While it does not
   * answer, those count that it last had, and none if it never did.
   *
   * @param isInDoubt whether one of them cannot be watched any more
   * @return whether it was time to ask
   */
  public synchronized boolean look(boolean isInDoubt) {
    Instant now = clock.instant();
    if (now.minus(isInDoubt ? DOUBTED_AGE_MAX : AGE_MAX).isBefore(lastAsked)) {
      return false;
    }
    lastAsked = now;
    served = asked();
    return true;
  }

  private Set<OptionalKind> asked() {
    try {
      Set<OptionalKind> kinds =
          Arrays.stream(OptionalKind.values())
              .filter(this::isServed)
              .collect(Collectors.toUnmodifiableSet());
      fault = "";
      return kinds;
    } catch (RuntimeException failure) {
      tell(failure.toString());
      return served;
    }
  }

  private void tell(String failure) {
    if (!failure.equals(fault)) {
      fault = failure;
      LOG.warn("which kinds of Prometheus' operator there are is not known: {}", failure);
    }
  }

  private boolean isServed(OptionalKind kind) {
    APIResourceList resources = kubernetes.getApiResources(kind.apiVersion());
    return resources != null
        && resources.getResources().stream()
            .map(APIResource::getKind)
            .anyMatch(kind.kind()::equals);
  }
}
