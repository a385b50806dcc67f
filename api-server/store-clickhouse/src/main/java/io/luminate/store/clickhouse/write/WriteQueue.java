// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import io.luminate.store.ErrorCode;
import io.luminate.store.StoreException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Requests that wait for a batch, first come first served, bounded by the bytes of their points.
 */
final class WriteQueue {
  private final long bytesMax;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** This and what follows is guarded by the lock. */
  private final ArrayDeque<PendingWrite> waiting = new ArrayDeque<>();

  private long bytes;
  private boolean closed;

  WriteQueue(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /**
   * @throws StoreException OVERLOADED when it is full; a request alone is never too much
   */
  void add(PendingWrite write) {
    lock.lock();
    try {
      if (closed) {
        throw WriteFailure.PASSING.answer(false);
      }
      if (!waiting.isEmpty() && bytes + write.bytes() > bytesMax) {
        throw full(write);
      }
      waiting.add(write);
      bytes += write.bytes();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private StoreException full(PendingWrite write) {
    return new StoreException(
        ErrorCode.OVERLOADED,
        "points wait to be stored, at most " + bytesMax + " bytes of them; nothing was stored",
        Map.of("limit_bytes", bytesMax, "waiting_bytes", bytes, "request_bytes", write.bytes()));
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
      boolean waited = waiting.remove(write);
      bytes -= waited ? write.bytes() : 0;
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
    Optional<PendingWrite> next = Optional.ofNullable(waiting.poll());
    bytes -= next.map(PendingWrite::bytes).orElse(0L);
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
      List<PendingWrite> left = List.copyOf(waiting);
      waiting.clear();
      bytes = 0;
      return left;
    } finally {
      lock.unlock();
    }
  }
}
