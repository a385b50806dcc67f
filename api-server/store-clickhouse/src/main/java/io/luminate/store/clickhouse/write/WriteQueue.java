// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import io.luminate.model.TenantId;
import io.luminate.store.ErrorCode;
import io.luminate.store.StoreException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Requests that wait for a batch, bounded by the bytes of their points, of which one tenant's are
 * at most three quarters. Tenants take turns; of a tenant, who came first is served first.
 */
final class WriteQueue {
  private final long bytesMax;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** This and what follows is guarded by the lock. */
  private final ByTurns<PendingWrite> waiting = new ByTurns<>();

  private final Map<TenantId, Long> bytesByTenant = new HashMap<>();
  private long bytes;
  private boolean closed;

  WriteQueue(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /**
   * @throws StoreException OVERLOADED when it is full, or the tenant's share of it; a request alone
   *     is never too much
   */
  void add(PendingWrite write) {
    lock.lock();
    try {
      if (closed) {
        throw WriteFailure.PASSING.answer(false);
      }
      checkRoom(write);
      TenantId tenant = write.points().tenant();
      waiting.add(tenant, write);
      count(tenant, write.bytes());
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void checkRoom(PendingWrite write) {
    long own = bytesByTenant.getOrDefault(write.points().tenant(), 0L);
    long share = bytesMax / 4 * 3;
    if (own > 0 && own + write.bytes() > share) {
      throw full("the tenant's points", share, own, write);
    }
    if (bytes > 0 && bytes + write.bytes() > bytesMax) {
      throw full("points", bytesMax, bytes, write);
    }
  }

  private static StoreException full(
      String what, long limit, long waitingBytes, PendingWrite write) {
    return new StoreException(
        ErrorCode.OVERLOADED,
        what + " wait to be stored, at most " + limit + " bytes of them; nothing was stored",
        Map.of(
            "limit_bytes", limit, "waiting_bytes", waitingBytes, "request_bytes", write.bytes()));
  }

  private void count(TenantId tenant, long added) {
    bytes += added;
    if (bytesByTenant.merge(tenant, added, Long::sum) == 0) {
      bytesByTenant.remove(tenant);
    }
  }

  boolean isEmpty() {
    lock.lock();
    try {
      return waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Whether it still waited, and now does not. */
  boolean withdraw(PendingWrite write) {
    lock.lock();
    try {
      TenantId tenant = write.points().tenant();
      boolean waited = waiting.remove(tenant, write);
      if (waited) {
        count(tenant, -write.bytes());
      }
      return waited;
    } finally {
      lock.unlock();
    }
  }

  /** The next one as soon as there is one; none when the queue is closed and empty. */
  Optional<PendingWrite> take() throws InterruptedException {
    lock.lock();
    try {
      while (waiting.isEmpty() && !closed) {
        changed.await();
      }
      return next();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The next one, if there is one before time is up, or before the queue is closed.
   *
   * @param left until then; {@link #wake} tells that it may have changed
   */
  Optional<PendingWrite> take(Supplier<Duration> left) throws InterruptedException {
    lock.lock();
    try {
      while (waiting.isEmpty() && !closed) {
        Duration now = left.get();
        if (now.isZero()) {
          break;
        }
        changed.awaitNanos(now.toNanos());
      }
      return next();
    } finally {
      lock.unlock();
    }
  }

  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private Optional<PendingWrite> next() {
    Optional<PendingWrite> next = waiting.next();
    next.ifPresent(write -> count(write.points().tenant(), -write.bytes()));
    return next;
  }

  /** Takes nothing more in; what is there may still be taken. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What nobody took. */
  List<PendingWrite> drain() {
    lock.lock();
    try {
      List<PendingWrite> left = waiting.drain();
      bytesByTenant.clear();
      bytes = 0;
      return left;
    } finally {
      lock.unlock();
    }
  }
}
