// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.cardinality;

import io.luminate.model.TenantId;
import io.luminate.store.clickhouse.client.ClickHouseFailure;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.ToIntFunction;

/**
 * The metrics of one tenant that have points: as ClickHouse said, and those that this process let
 * in since. Asked again only near the limit, as others may have let more in. It also says whether
 * the tenant's requests may wait for ClickHouse, or have just waited in vain.
 *
 * <p>Concurrency: what is known is guarded by this, which nobody holds while ClickHouse is asked.
 * One request asks at a time, and others wait for its answer no longer than for one of their own.
 */
final class TenantMetrics {
  /** With less time an answer is not worth asking for. */
  static final Duration ASK_WITHIN_MIN = Duration.ofMillis(100);

  private static final long AGE_NANOS_MAX = 10_000_000_000L;

  /** How long nobody waits after one has in vain. */
  private static final long PAUSE_NANOS = 5_000_000_000L;

  /** Of a metric besides its name: the entry, the text and what is known. */
  private static final long METRIC_BYTES = 120;

  private static final int TENANT_BYTES = 400;

  private final TenantId tenant;
  private final StoredSeries stored;
  private final ReentrantLock asking = new ReentrantLock();
  private final Map<String, Known> known = new HashMap<>();
  private boolean asked;
  private long askedNanos;
  private long deletes;
  private long bytes = TENANT_BYTES;

  private volatile boolean paused;
  private volatile long pausedNanos;

  /**
   * @param lastDay on which it has a point, as far as is known
   * @param letIn by this process
   */
  private record Known(int lastDay, boolean letIn) {}

  /**
   * @param in whether the metric is there or was let in
   * @param metrics there are
   * @param answered whether that is known
   */
  record Entry(boolean in, long metrics, boolean answered) {}

  TenantMetrics(TenantId tenant, StoredSeries stored) {
    this.tenant = tenant;
    this.stored = stored;
  }

  /**
   * Without an answer the metric is let in.
   *
   * @param within which ClickHouse has to answer, if it must be asked
   */
  Entry enter(
      String metric, int today, long metricsMax, ToIntFunction<String> firstDay, Duration within) {
    boolean answered =
        !wantsAnswer(metric, metricsMax, firstDay)
            || ask(within, () -> wantsAnswer(metric, metricsMax, firstDay));
    return enter(metric, today, metricsMax, firstDay, answered);
  }

  private synchronized Entry enter(
      String metric, int today, long metricsMax, ToIntFunction<String> firstDay, boolean answered) {
    boolean there = counts(metric, firstDay);
    if (!there && answered) {
      long metrics = count(firstDay);
      if (metrics >= metricsMax) {
        return new Entry(false, metrics, true);
      }
    }
    put(metric, today, true);
    return new Entry(true, known.size(), there || answered);
  }

  private synchronized boolean wantsAnswer(
      String metric, long metricsMax, ToIntFunction<String> firstDay) {
    if (counts(metric, firstDay)) {
      return false;
    }
    return !asked
        || count(firstDay) >= metricsMax && System.nanoTime() - askedNanos > AGE_NANOS_MAX;
  }

  synchronized boolean has(String metric, ToIntFunction<String> firstDay) {
    return counts(metric, firstDay);
  }

  /** Whether there was an answer, to this question or to another's in the meantime. */
  private boolean ask(Duration within, BooleanSupplier stillWanted) {
    long beganNanos = System.nanoTime();
    if (!mayAsk(within) || !lock(within)) {
      return false;
    }
    try {
      return !stillWanted.getAsBoolean()
          || askNow(within.minusNanos(System.nanoTime() - beganNanos));
    } finally {
      asking.unlock();
    }
  }

  private boolean lock(Duration within) {
    try {
      return asking.tryLock(within.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean askNow(Duration within) {
    if (!mayAsk(within)) {
      return false;
    }
    long before = deletes();
    long beganNanos = System.nanoTime();
    try {
      return take(stored.metrics(tenant, within), before);
    } catch (ClickHouseFailure e) {
      failed(beganNanos);
      return false;
    }
  }

  private synchronized long deletes() {
    return deletes;
  }

  /** What was asked before a delete may hold what is gone. */
  private synchronized boolean take(Map<String, Integer> now, long deletesBefore) {
    if (deletes != deletesBefore) {
      return false;
    }
    known.values().removeIf(one -> !one.letIn());
    bytes = TENANT_BYTES + known.keySet().stream().mapToLong(TenantMetrics::bytes).sum();
    now.forEach((metric, day) -> put(metric, day, false));
    asked = true;
    askedNanos = System.nanoTime();
    return true;
  }

  private void put(String metric, int day, boolean letIn) {
    Known before = known.get(metric);
    if (before == null) {
      bytes += bytes(metric);
      known.put(metric, new Known(day, letIn));
    } else {
      known.put(metric, new Known(Math.max(day, before.lastDay()), letIn || before.letIn()));
    }
  }

  private static long bytes(String metric) {
    return METRIC_BYTES + metric.length();
  }

  /** Of memory, about. */
  synchronized long bytes() {
    return bytes;
  }

  /** A failure that came at once has kept nobody waiting, nor will the next one. */
  void failed(long beganNanos) {
    if (System.nanoTime() - beganNanos >= ASK_WITHIN_MIN.toNanos()) {
      pause();
    }
  }

  /** One has waited in vain. */
  void pause() {
    pausedNanos = System.nanoTime();
    paused = true;
  }

  /** Whether it is worth waiting so long for ClickHouse. */
  boolean mayAsk(Duration within) {
    return within.compareTo(ASK_WITHIN_MIN) >= 0
        && !(paused && System.nanoTime() - pausedNanos < PAUSE_NANOS);
  }

  private boolean counts(String metric, ToIntFunction<String> firstDay) {
    Known one = known.get(metric);
    return one != null && one.lastDay() >= firstDay.applyAsInt(metric);
  }

  private long count(ToIntFunction<String> firstDay) {
    return known.keySet().stream().filter(metric -> counts(metric, firstDay)).count();
  }

  synchronized void deleted(String metric) {
    if (known.remove(metric) != null) {
      bytes -= bytes(metric);
    }
    asked = false;
    deletes++;
  }
}
