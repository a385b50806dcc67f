// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import io.javaoperatorsdk.operator.api.reconciler.IndexedResourceCache;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.luminate.crd.LuminateCluster;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The clusters that there are, as the framework caches them. */
public final class KnownClusters {
  private volatile @Nullable IndexedResourceCache<LuminateCluster> cache;

  void follow(IndexedResourceCache<LuminateCluster> clusters) {
    cache = clusters;
  }

  /** None before it follows a cache. */
  public Stream<LuminateCluster> all() {
    IndexedResourceCache<LuminateCluster> clusters = cache;
    return clusters == null ? Stream.empty() : clusters.list(_ -> true);
  }

  boolean has(String namespace, String name) {
    return Optional.ofNullable(cache)
        .flatMap(clusters -> clusters.get(new ResourceID(name, namespace)))
        .isPresent();
  }
}
