// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.cardinality;

import io.luminate.model.TenantId;
import io.luminate.store.clickhouse.client.ClickHouseFailure;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;

/**
 * The metrics of one tenant that have points: as ClickHouse said, and those that this process let
 * in since. Asked again only near the limit, as others may have let more in; what ClickHouse does
 * not know then is forgotten when no point of it can be under way any more. It also says whether
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

  /** Longer than a point is under way to ClickHouse, also where it is acknowledged before. */
  static final Duration UNDER_WAY = Duration.ofMinutes(10);

  /** Of names, with which no more is remembered that was let in without an answer. */
  static final long UNANSWERED_BYTES_MAX = 1L << 20;

  /** Of a metric besides its name: the entry, the text and what is known. */
  private static final long METRIC_BYTES = 120;

  private static final int TENANT_BYTES = 400;

  private final TenantId tenant;
  private final StoredSeries stored;
  private final LongSupplier nanos;
  private final ReentrantLock asking = new ReentrantLock();
  private final Map<String, Known> known = new HashMap<>();
  private boolean asked;

  /** A day began since it was asked. */
  private boolean overdue;

  private long askedNanos;
  private long deletes;
  private long bytes = TENANT_BYTES;

  private volatile boolean paused;
  private volatile long pausedNanos;

  /**
   * @param lastDay on which it has a point, as far as is known
   * @param letInNanos when this process last let it in
   */
  private record Known(int lastDay, OptionalLong letInNanos) {
    Known and(Known later) {
      return new Known(
          Math.max(lastDay, later.lastDay),
          later.letInNanos.isPresent() ? later.letInNanos : letInNanos);
    }

    /** Whether points of it may be there that ClickHouse does not know of yet. */
    boolean mayBeUnderWay(long nowNanos) {
      return letInNanos.isPresent() && nowNanos - letInNanos.getAsLong() <= UNDER_WAY.toNanos();
    }
  }

  /**
   * @param in whether the metric is there or was let in
   * @param metrics there are
   * @param answered whether that is known
   */
  record Entry(boolean in, long metrics, boolean answered) {}

  /**
   * @param nanos a clock
   */
  TenantMetrics(TenantId tenant, StoredSeries stored, LongSupplier nanos) {
    this.tenant = tenant;
    this.stored = stored;
    this.nanos = nanos;
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
    if (there || answered || bytes < UNANSWERED_BYTES_MAX) {
      put(metric, new Known(today, OptionalLong.of(nanos.getAsLong())));
    }
    return new Entry(true, known.size(), there || answered);
  }

  private synchronized boolean wantsAnswer(
      String metric, long metricsMax, ToIntFunction<String> firstDay) {
    if (counts(metric, firstDay)) {
      return false;
    }
    return !asked
        || overdue
        || count(firstDay) >= metricsMax && nanos.getAsLong() - askedNanos > AGE_NANOS_MAX;
  }

  /** A series of it that this process has let in before came again on a new day. */
  synchronized void meetAgain(String metric, int today) {
    if (known.containsKey(metric) || bytes < UNANSWERED_BYTES_MAX) {
      put(metric, new Known(today, OptionalLong.of(nanos.getAsLong())));
    }
  }

  /** What others wrote meanwhile counts on. */
  synchronized void beginDay() {
    overdue = true;
  }

  synchronized boolean has(String metric, ToIntFunction<String> firstDay) {
    return counts(metric, firstDay);
  }

  /** Whether there was an answer, to this question or to another's in the meantime. */
  private boolean ask(Duration within, BooleanSupplier stillWanted) {
    long beganNanos = nanos.getAsLong();
    if (!mayAsk(within) || !lock(within)) {
      return false;
    }
    try {
      return !stillWanted.getAsBoolean()
          || askNow(within.minusNanos(nanos.getAsLong() - beganNanos));
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
    long beganNanos = nanos.getAsLong();
    try {
      return take(stored.metrics(tenant, within), before, beganNanos);
    } catch (ClickHouseFailure e) {
      failed(beganNanos);
      return false;
    }
  }

  private synchronized long deletes() {
    return deletes;
  }

  /** What was asked before a delete may hold what is gone. */
  private synchronized boolean take(
      Map<String, Integer> now, long deletesBefore, long askedAtNanos) {
    if (deletes != deletesBefore) {
      return false;
    }
    known.values().removeIf(one -> !one.mayBeUnderWay(askedAtNanos));
    bytes = TENANT_BYTES + known.keySet().stream().mapToLong(TenantMetrics::bytes).sum();
    now.forEach((metric, day) -> put(metric, new Known(day, OptionalLong.empty())));
    asked = true;
    overdue = false;
    askedNanos = nanos.getAsLong();
    return true;
  }

  private void put(String metric, Known more) {
    bytes += known.containsKey(metric) ? 0 : bytes(metric);
    known.merge(metric, more, Known::and);
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
    if (nanos.getAsLong() - beganNanos >= ASK_WITHIN_MIN.toNanos()) {
      pause();
    }
  }

  /** One has waited in vain. */
  void pause() {
    pausedNanos = nanos.getAsLong();
    paused = true;
  }

  /** Whether it is worth waiting so long for ClickHouse. */
  boolean mayAsk(Duration within) {
    return within.compareTo(ASK_WITHIN_MIN) >= 0
        && !(paused && nanos.getAsLong() - pausedNanos < PAUSE_NANOS);
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
