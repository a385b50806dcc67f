// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.luminate.operator.applying.LiveObjects;
import io.luminate.operator.applying.OptionalPath;
import io.luminate.operator.objects.ObjectKey;
import io.luminate.operator.watch.Watches;
import java.util.Optional;

/**
 * Objects from caches, and those of optional kinds by a request: nobody can watch what an API
 * server may not have.
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
    Optional<ResourceDefinitionContext> path = OptionalPath.of(key);
    return path.isPresent() ? asked(path.get(), namespace, key) : seen(namespace, key);
  }

  private Optional<HasMetadata> asked(
      ResourceDefinitionContext path, String namespace, ObjectKey key) {
    return Optional.ofNullable(
        kubernetes
            .genericKubernetesResources(path)
            .inNamespace(namespace)
            .withName(key.name())
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
