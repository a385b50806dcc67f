// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.cardinality;

import io.luminate.model.TenantId;
import io.luminate.store.clickhouse.client.ClickHouseFailure;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metrics of one tenant that have points: as ClickHouse said, and those that this process let
 * in since. Asked again only near the limit, as others may have let more in; what ClickHouse does
 * not know then is forgotten when no point of it can be under way any more. It also says whether
 * the tenant's requests may wait for ClickHouse, or have just waited in vain.
 *
 * <p>ClickHouse looks at all points of the tenant for an answer. So it is asked once at a time, in
 * the background, and goes on when nobody waits any more: requests are let in until it has answered
 * for the first time, and from then on an answer holds while the next one is awaited.
 *
 * <p>Concurrency: what is known is guarded by this, which nobody holds while ClickHouse is asked.
 */
final class TenantMetrics {
  /** With less time an answer is not worth asking for. */
  static final Duration ASK_WITHIN_MIN = Duration.ofMillis(100);

  private static final long AGE_NANOS_MAX = 10_000_000_000L;

  /** So asking takes no more than a fifth of the time. */
  private static final long AGE_PER_COST = 4;

  /** While the next answer is awaited, which may take this many times as long. */
  private static final long HELD_PER_COST = 2;

  /** How long nobody waits after one has in vain. */
  private static final long PAUSE_NANOS = 5_000_000_000L;

  /** Longer than a point is under way to ClickHouse, also where it is acknowledged before. */
  static final Duration UNDER_WAY = Duration.ofMinutes(10);

  /** Of names, with which no more is remembered that was let in without an answer. */
  static final long UNANSWERED_BYTES_MAX = 1L << 20;

  /** Of a metric besides its name: the entry, the text and what is known. */
  private static final long METRIC_BYTES = 120;

  private static final int TENANT_BYTES = 400;

  private static final Logger LOG = LoggerFactory.getLogger(TenantMetrics.class);

  private final TenantId tenant;
  private final StoredSeries stored;
  private final LongSupplier nanos;
  private final Map<String, Known> known = new HashMap<>();
  private boolean asked;

  /** A day began since it was asked. */
  private boolean overdue;

  private long askedNanos;

  /** How long the last answer took. */
  private long costNanos;

  /** After a failure it is not asked again for as long as that took. */
  private long askAgainNanos;

  private Asking asking = new Asking(CompletableFuture.completedFuture(null), 0);
  private long deletes;
  private long bytes = TENANT_BYTES;

  private volatile boolean paused;
  private volatile long pausedNanos;

  private record Asking(CompletableFuture<Void> done, long beganNanos) {}

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
    this.askAgainNanos = nanos.getAsLong();
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
            || ask(within, () -> wantsAnswer(metric, metricsMax, firstDay))
            || holds();
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
    return !asked || overdue || count(firstDay) >= metricsMax && isOlder(0);
  }

  /** Whether the last answer is good while the next one is awaited. */
  private synchronized boolean holds() {
    return asked && !isOlder(HELD_PER_COST * costNanos);
  }

  private boolean isOlder(long byNanos) {
    long ageNanos = Math.max(AGE_NANOS_MAX, AGE_PER_COST * costNanos);
    return nanos.getAsLong() - askedNanos > ageNanos + byNanos;
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
    if (!mayAsk(within)) {
      return false;
    }
    Asking now = asking();
    long elapsedNanos = nanos.getAsLong() - now.beganNanos();
    await(now, Math.min(within.toNanos(), Patience.IN_ALL.toNanos() - elapsedNanos));
    return !stillWanted.getAsBoolean();
  }

  private synchronized Asking asking() {
    long beganNanos = nanos.getAsLong();
    if (asking.done().isDone() && beganNanos - askAgainNanos >= 0) {
      long before = deletes;
      asking =
          new Asking(
              CompletableFuture.runAsync(
                  () -> askNow(before, beganNanos),
                  task -> Thread.ofVirtual().name("tenant-metrics").start(task)),
              beganNanos);
    }
    return asking;
  }

  private void await(Asking now, long withinNanos) {
    try {
      now.done().get(Math.max(0, withinNanos), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      LOG.warn("metrics of {} could not be read", tenant, e.getCause());
    } catch (TimeoutException e) {
      LOG.debug("metrics of {} are being read", tenant);
    }
  }

  private void askNow(long deletesBefore, long beganNanos) {
    try {
      take(stored.metrics(tenant), deletesBefore, beganNanos);
    } catch (ClickHouseFailure e) {
      LOG.warn("metrics of {} cannot be read yet: {}", tenant, e.getMessage());
      failed(beganNanos);
      synchronized (this) {
        askAgainNanos = 2 * nanos.getAsLong() - beganNanos;
      }
    }
  }

  /** What was asked before a delete may hold what is gone. */
  private synchronized void take(Map<String, Integer> now, long deletesBefore, long askedAtNanos) {
    if (deletes != deletesBefore) {
      return;
    }
    known.values().removeIf(one -> !one.mayBeUnderWay(askedAtNanos));
    bytes = TENANT_BYTES + known.keySet().stream().mapToLong(TenantMetrics::bytes).sum();
    now.forEach((metric, day) -> put(metric, new Known(day, OptionalLong.empty())));
    asked = true;
    overdue = false;
    askedNanos = nanos.getAsLong();
    costNanos = askedNanos - askedAtNanos;
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

  long nowNanos() {
    return nanos.getAsLong();
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
