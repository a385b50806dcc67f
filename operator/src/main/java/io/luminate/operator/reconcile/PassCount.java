// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.api.reconciler.RetryInfo;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Which clusters wait for a thread, and which have one. Safe for use by many threads. */
public final class PassCount implements Metrics {
  private final Set<ResourceID> waiting = ConcurrentHashMap.newKeySet();

  /** Since when, as {@link System#nanoTime} says it. */
  private final Map<ResourceID, Long> runningSinceNanos = new ConcurrentHashMap<>();

  @Override
  public void reconcileCustomResource(
      HasMetadata cluster, @Nullable RetryInfo retry, Map<String, Object> metadata) {
    waiting.add(ResourceID.fromResource(cluster));
  }

  @Override
  public void reconciliationExecutionStarted(HasMetadata cluster, Map<String, Object> metadata) {
    ResourceID id = ResourceID.fromResource(cluster);
    runningSinceNanos.put(id, System.nanoTime());
    waiting.remove(id);
  }

  @Override
  public void reconciliationExecutionFinished(HasMetadata cluster, Map<String, Object> metadata) {
    ResourceID id = ResourceID.fromResource(cluster);
    runningSinceNanos.remove(id);
    waiting.remove(id);
  }

  public int waiting() {
    return waiting.size();
  }

  public int running() {
    return runningSinceNanos.size();
  }

  /** Of the pass that has been running for longest; zero without one. */
  public Duration longest() {
    long nowNanos = System.nanoTime();
    return runningSinceNanos.values().stream()
        .map(since -> Duration.ofNanos(nowNanos - since))
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }
}
