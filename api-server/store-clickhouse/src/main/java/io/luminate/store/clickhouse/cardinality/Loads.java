// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.cardinality;

import io.luminate.model.TenantId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Metrics that are being counted. Whoever needs one waits for one and the same load, as long as it
 * is new; it goes on when nobody does any more.
 */
final class Loads {
  /** Each has a sketch in memory, and waits for a connection. */
  static final int MAX = 256;

  /** Of one tenant, so that there is room for the others'. */
  static final int TENANT_MAX = MAX * 3 / 4;

  private static final Logger LOG = LoggerFactory.getLogger(Loads.class);

  private final ConcurrentHashMap<MetricName, Load> loading = new ConcurrentHashMap<>();

  private record Load(CompletableFuture<Void> done, long startedNanos) {}

  /** Whether it is being counted, or may be. */
  boolean hasRoom(MetricName name) {
    int all = loading.size();
    return loading.containsKey(name)
        || all < TENANT_MAX
        || (all < MAX && loadsOf(name.tenant()) < TENANT_MAX);
  }

  private long loadsOf(TenantId tenant) {
    return loading.keySet().stream().filter(name -> name.tenant().equals(tenant)).count();
  }

  int size() {
    return loading.size();
  }

  /**
   * Waits until the metric is counted, which begins if it has not.
   *
   * @param within how long to wait at most
   * @param sinceStart how long a load is worth waiting for
   */
  void await(MetricName name, Runnable load, Duration within, Duration sinceStart) {
    Load one = loading.computeIfAbsent(name, n -> start(n, load));
    long elapsedNanos = System.nanoTime() - one.startedNanos();
    await(name, one, Math.min(within.toNanos(), sinceStart.toNanos() - elapsedNanos));
  }

  private Load start(MetricName name, Runnable load) {
    CompletableFuture<Void> done =
        CompletableFuture.runAsync(
            () -> {
              try {
                load.run();
              } finally {
                loading.remove(name);
              }
            },
            task -> Thread.ofVirtual().name("cardinality-load").start(task));
    return new Load(done, System.nanoTime());
  }

  private static void await(MetricName name, Load load, long withinNanos) {
    try {
      load.done().get(Math.max(0, withinNanos), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      LOG.warn("{} of {} could not be counted", name.metric(), name.tenant(), e.getCause());
    } catch (TimeoutException e) {
      LOG.debug("{} of {} is being counted", name.metric(), name.tenant());
    }
  }
}
