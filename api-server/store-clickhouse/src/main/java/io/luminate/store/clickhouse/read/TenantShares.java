// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.model.TenantId;
import io.luminate.store.ErrorCode;
import io.luminate.store.QueryControl;
import io.luminate.store.StoreException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Lets no tenant have all connections: of as many as there are, a tenant's questions take three
 * quarters at the same time, and further ones wait for those.
 */
final class TenantShares {
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

  /**
   * @param connections that there are for all questions
   */
  TenantShares(int connections) {
    this.questionsMax = Math.max(1, connections * 3 / 4);
  }

  int questionsMax() {
    return questionsMax;
  }

  <T> T within(TenantId tenant, QueryControl control, Supplier<T> question) {
    Semaphore free =
        shares
            .compute(
                tenant,
                (t, share) ->
                    (share == null ? new Share(new Semaphore(questionsMax), 0) : share).plus(1))
            .free();
    try {
      acquire(free, control);
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
}
