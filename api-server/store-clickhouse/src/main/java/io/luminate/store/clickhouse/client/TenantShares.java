// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.client;

import io.luminate.model.TenantId;
import io.luminate.store.ErrorCode;
import io.luminate.store.QueryControl;
import io.luminate.store.StoreException;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Lets no tenant have all connections: of as many as there are, a tenant's questions take three
 * quarters at the same time, and further ones wait for those.
 */
public final class TenantShares {
  private static final long LEFT_NANOS_MIN = 1_000_000;

  private final int questionsMax;
  private final ConcurrentHashMap<TenantId, Share> shares = new ConcurrentHashMap<>();

  /**
   * @param users questions of the tenant, at work and waiting
   */
  private record Share(Semaphore free, int users) {
    Share plus(int more) {
      return new Share(free, users + more);
    }
  }

  /** Waits for a place, as long as its question may. */
  @FunctionalInterface
  private interface Entrance {
    void acquire(Semaphore free);
  }

  /**
   * @param connections that there are for all questions
   */
  public TenantShares(int connections) {
    this.questionsMax = Math.max(1, connections * 3 / 4);
  }

  /** Of one tenant, at the same time. */
  public int questionsMax() {
    return questionsMax;
  }

  /** Asks as soon as the tenant has a place, or ends as a query that nobody answers. */
  public <T> T within(TenantId tenant, QueryControl control, Supplier<T> question) {
    return within(tenant, free -> acquire(free, control), question);
  }

  /**
   * Asks as soon as the tenant has a place.
   *
   * @param question is told how much of the time is left
   * @throws ClickHouseFailure if there is none in time
   */
  public <T> T within(TenantId tenant, Duration time, Function<Duration, T> question) {
    long beganNanos = System.nanoTime();
    return within(
        tenant,
        free -> acquire(free, time),
        () -> question.apply(left(time, System.nanoTime() - beganNanos)));
  }

  /** Never nothing, which would be no timeout at all. */
  private static Duration left(Duration time, long elapsedNanos) {
    long leftNanos = time.toNanos() - elapsedNanos;
    return Duration.ofNanos(Math.max(leftNanos, LEFT_NANOS_MIN));
  }

  private <T> T within(TenantId tenant, Entrance entrance, Supplier<T> question) {
    Semaphore free =
        shares
            .compute(
                tenant,
                (t, share) ->
                    (share == null ? new Share(new Semaphore(questionsMax), 0) : share).plus(1))
            .free();
    try {
      entrance.acquire(free);
      try {
        return question.get();
      } finally {
        free.release();
      }
    } finally {
      shares.computeIfPresent(tenant, (t, share) -> share.users() == 1 ? null : share.plus(-1));
    }
  }

  private static void acquire(Semaphore free, QueryControl control) {
    Thread waiting = Thread.currentThread();
    try (QueryControl.Registration _ = control.onCancel(waiting::interrupt)) {
      if (!free.tryAcquire(control.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
        throw control.timedOut();
      }
    } catch (InterruptedException e) {
      control.checkpoint();
      waiting.interrupt();
      throw new StoreException(ErrorCode.QUERY_CANCELLED, "the query was cancelled", e);
    }
  }

  private static void acquire(Semaphore free, Duration time) {
    try {
      if (!free.tryAcquire(time.toNanos(), TimeUnit.NANOSECONDS)) {
        throw ClickHouseFailure.noneFree("the tenant's share of them");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ClickHouseFailure.noConnection("the tenant's share of them", e);
    }
  }
}
