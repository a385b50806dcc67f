// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.management;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;

/**
 * The operator's own figures. No label has the name of a cluster or of a tenant, so that there are
 * as many series as are listed here, whatever is looked after.
 */
public final class OperatorMetrics {
  private static final String PREFIX = "luminate.operator.";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  /** By the cluster's UID, after its last pass. */
  private final Map<String, Integer> podsUnreachable = new ConcurrentHashMap<>();

  private final Timer passes =
      Timer.builder(PREFIX + "reconciliations")
          .description("Passes over a cluster, and how long they took")
          .register(registry);
  private final Counter failures =
      Counter.builder(PREFIX + "reconciliations.failed")
          .description("Passes that left something to be tried again")
          .register(registry);
  private final Counter putOff =
      Counter.builder(PREFIX + "reconciliations.put.off")
          .description("Passes that were not made yet, as a kind could not be read")
          .register(registry);
  private final Counter documents =
      Counter.builder(PREFIX + "documents.published")
          .description("Limits documents with a new version")
          .register(registry);

  /** Registers all of them. */
  public OperatorMetrics() {
    gauge(
        "pods.unreachable",
        "Ready pods that did not answer in the last pass over their cluster",
        () -> podsUnreachable.values().stream().mapToInt(Integer::intValue).sum());
  }

  /** A gauge that reads what this supplies. */
  public void gauge(String name, String description, IntSupplier value) {
    Gauge.builder(PREFIX + name, value, IntSupplier::getAsInt)
        .description(description)
        .strongReference(true)
        .register(registry);
  }

  /** A pass has ended. */
  public void passed(Duration took, boolean isFailed) {
    passes.record(took);
    if (isFailed) {
      failures.increment();
    }
  }

  /** A pass has to wait. */
  public void putOff() {
    putOff.increment();
  }

  public void published() {
    documents.increment();
  }

  public void unreachable(String clusterUid, int pods) {
    podsUnreachable.put(clusterUid, pods);
  }

  /** Forgets clusters that are none of these. */
  public void keep(Collection<String> clusterUids) {
    podsUnreachable.keySet().retainAll(clusterUids);
  }

  public PrometheusMeterRegistry registry() {
    return registry;
  }
}
