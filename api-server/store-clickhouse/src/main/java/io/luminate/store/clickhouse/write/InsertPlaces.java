// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import io.luminate.model.TenantId;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Places for so many inserts at the same time. Tenants take turns at them, so that one that sends
 * more than ClickHouse takes does not keep the others waiting until their time is over.
 */
final class InsertPlaces {
  private final ReentrantLock lock = new ReentrantLock();

  /** This and what follows is guarded by the lock. While a place is free, nobody waits. */
  private int free;

  private final ByTurns<Waiter> waiting = new ByTurns<>();

  /** One that waits has a condition of its own: a place that is free goes to one alone. */
  private final class Waiter {
    final Condition admitted = lock.newCondition();
    boolean isIn;
  }

  InsertPlaces(int places) {
    this.free = places;
  }

  /**
   * Whoever comes in has to {@link #leave}.
   *
   * @return whether there was a place in time
   */
  boolean enter(TenantId tenant, Duration within) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      if (free > 0) {
        free--;
        return true;
      }
      return await(tenant, within.toNanos());
    } finally {
      lock.unlock();
    }
  }

  private boolean await(TenantId tenant, long withinNanos) throws InterruptedException {
    Waiter own = new Waiter();
    waiting.add(tenant, own);
    long leftNanos = withinNanos;
    try {
      while (!own.isIn && leftNanos > 0) {
        leftNanos = own.admitted.awaitNanos(leftNanos);
      }
      return own.isIn;
    } catch (InterruptedException e) {
      if (own.isIn) {
        passOn();
      }
      throw e;
    } finally {
      waiting.remove(tenant, own);
    }
  }

  void leave() {
    lock.lock();
    try {
      passOn();
    } finally {
      lock.unlock();
    }
  }

  private void passOn() {
    waiting
        .next()
        .ifPresentOrElse(
            next -> {
              next.isIn = true;
              next.admitted.signal();
            },
            () -> free++);
  }

  /** How many wait for a place. */
  int waiting() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }
}
