// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.model.TenantId;
import io.luminate.store.ErrorCode;
import io.luminate.store.QueryControl;
import io.luminate.store.StoreException;
import io.luminate.store.rocksdb.segment.ChunkStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A few platform threads that all queries share. A query's work is cut into items of at most some
 * ten thousand points; after each item a thread turns to the query whose turn it is ({@link
 * TenantTurns}), so that a short query waits for single items of the long ones, never for their
 * whole, and a tenant's query not for those of one that asks more.
 *
 * <p>One lock guards the queue and every job in it; it is held for the time of taking an item.
 */
final class WorkerPool implements AutoCloseable {
  /** Does one item. Runs on several threads at once, on each with its own worker. */
  @FunctionalInterface
  interface Task {
    void run(int item, Worker worker);
  }

  /** Items of one query: the next to take, how many are being done, how it failed. */
  private static final class Job {
    final TenantId tenant;
    final Task task;
    final int items;
    final QueryControl control;
    final Condition ended;
    int next;
    int running;
    Optional<Throwable> failure = Optional.empty();

    Job(TenantId tenant, Task task, int items, QueryControl control, Condition ended) {
      this.tenant = tenant;
      this.task = task;
      this.items = items;
      this.control = control;
      this.ended = ended;
    }

    boolean isOver() {
      return next >= items && running == 0;
    }

    void fail(Throwable cause) {
      next = items;
      if (failure.isEmpty()) {
        failure = Optional.of(cause);
      }
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final TenantTurns<Job> turns = new TenantTurns<>(System::nanoTime);
  private final List<Thread> threads = new ArrayList<>();
  private boolean closed;

  WorkerPool(ChunkStore store, int threads) {
    for (int i = 0; i < threads; i++) {
      Worker worker = new Worker(i, store);
      this.threads.add(
          Thread.ofPlatform().daemon().name("query-" + i).unstarted(() -> serve(worker)));
    }
    this.threads.forEach(Thread::start);
  }

  int threads() {
    return threads.size();
  }

  /**
   * Runs items {@code 0..items-1} and waits until no thread works on any of them. The first failure
   * cancels the items not yet begun and is thrown here. An interrupt cancels the query.
   */
  void run(TenantId tenant, int items, QueryControl control, Task task) {
    control.checkpoint();
    if (items == 0) {
      return;
    }
    Job job = new Job(tenant, task, items, control, lock.newCondition());
    submit(job);
    await(job);
    job.failure.ifPresent(WorkerPool::rethrow);
  }

  private void submit(Job job) {
    lock.lock();
    try {
      if (closed) {
        throw closing();
      }
      turns.add(job.tenant, job);
      work.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void await(Job job) {
    boolean interrupted = false;
    lock.lock();
    try {
      while (!job.isOver()) {
        try {
          job.ended.await();
        } catch (InterruptedException e) {
          interrupted = true;
          job.control.cancel();
        }
      }
    } finally {
      lock.unlock();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(Worker worker) {
    lock.lock();
    try {
      while (!closed) {
        turns.poll().ifPresentOrElse(job -> serve(job, worker), work::awaitUninterruptibly);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes one item and lets the job wait for its next turn. Called and left with the lock held. */
  private void serve(Job job, Worker worker) {
    if (job.next >= job.items) {
      return;
    }
    int item = job.next++;
    job.running++;
    if (job.next < job.items) {
      turns.add(job.tenant, job);
    }
    lock.unlock();
    long beganNanos = System.nanoTime();
    Optional<Throwable> failure = attempt(job, item, worker);
    long tookNanos = System.nanoTime() - beganNanos;
    lock.lock();
    turns.had(job.tenant, tookNanos);
    job.running--;
    failure.ifPresent(job::fail);
    if (job.isOver()) {
      job.ended.signalAll();
    }
  }

  /** A worker outlives whatever an item throws: it is the waiting caller who gets it. */
  private static Optional<Throwable> attempt(Job job, int item, Worker worker) {
    try {
      job.control.checkpoint();
      job.task.run(item, worker);
      return Optional.empty();
    } catch (RuntimeException | Error e) {
      return Optional.of(e);
    }
  }

  private static void rethrow(Throwable failure) {
    switch (failure) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }

  private static StoreException closing() {
    return new StoreException(ErrorCode.STORAGE_UNAVAILABLE, "the store is closing");
  }

  /** Fails queued queries and waits for the items that are being done. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      for (Job job : turns.drain()) {
        job.fail(closing());
        job.ended.signalAll();
      }
      work.signalAll();
    } finally {
      lock.unlock();
    }
    threads.forEach(WorkerPool::join);
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
