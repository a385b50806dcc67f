// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.luminate.operator.applying.LiveObjects;
import io.luminate.operator.applying.OptionalPath;
import io.luminate.operator.objects.ObjectKey;
import io.luminate.operator.objects.OptionalKind;
import io.luminate.operator.watch.OptionalObjects;
import io.luminate.operator.watch.Watches;
import java.util.Optional;

/**
 * Objects from caches. Those of optional kinds by a request while they have no cache, or none that
 * can be trusted: for them nobody waits.
 */
public final class WatchedObjects implements LiveObjects {
  private final Watches watches;
  private final KubernetesClient kubernetes;

  public WatchedObjects(Watches watches, KubernetesClient kubernetes) {
    this.watches = watches;
    this.kubernetes = kubernetes;
  }

  @Override
  public Optional<HasMetadata> find(String namespace, ObjectKey key) {
    return OptionalPath.kind(key)
        .map(kind -> optional(kind, namespace, key.name()))
        .orElseGet(() -> seen(namespace, key));
  }

  private Optional<HasMetadata> optional(OptionalKind kind, String namespace, String name) {
    OptionalObjects cached = watches.optional();
    return cached.isSynced(kind)
        ? cached.get(kind, namespace, name)
        : Optional.ofNullable(
            kubernetes
                .genericKubernetesResources(OptionalPath.of(kind))
                .inNamespace(namespace)
                .withName(name)
                .get());
  }

  private Optional<HasMetadata> seen(String namespace, ObjectKey key) {
    return watches.all().stream()
        .filter(kind -> HasMetadata.getKind(kind.resourceType()).equals(key.kind()))
        .filter(kind -> HasMetadata.getApiVersion(kind.resourceType()).equals(key.apiVersion()))
        .findFirst()
        .flatMap(kind -> kind.get(namespace, key.name()));
  }
}
