// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.applying;

import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.luminate.operator.objects.OptionalKind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which optional kinds the API server has, looked for at most every 30 s. Safe for use by many
 * threads.
 */
public final class ServedKinds {
  static final Duration AGE_MAX = Duration.ofSeconds(30);

  private record Look(Set<OptionalKind> served, Instant at) {}

  private final KubernetesClient kubernetes;
  private final InstantSource clock;
  private Optional<Look> last = Optional.empty();

  public ServedKinds(KubernetesClient kubernetes, InstantSource clock) {
    this.kubernetes = kubernetes;
    this.clock = clock;
  }

  /** Those that it has. While it does not answer, those that it last had. */
  public synchronized Set<OptionalKind> served() {
    Instant now = clock.instant();
    if (last.isEmpty() || !now.isBefore(last.get().at().plus(AGE_MAX))) {
      last = Optional.of(new Look(look(), now));
    }
    return last.get().served();
  }

  private Set<OptionalKind> look() {
    try {
      return Arrays.stream(OptionalKind.values())
          .filter(this::isServed)
          .collect(Collectors.toUnmodifiableSet());
    } catch (KubernetesClientException failure) {
      return last.map(Look::served).orElseThrow(() -> failure);
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
