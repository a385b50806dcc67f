// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.faults;

import io.luminate.store.ErrorCode;
import io.luminate.store.MetricsStore;
import io.luminate.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that write all the time, each its own requests, to one store after the other: a keyed
 * request is sent again, to the next store, until it is acknowledged; an unkeyed one never is.
 */
final class Clients implements AutoCloseable {
  /** What a client is told to wait for and send again. */
  private static final Set<ErrorCode> PASSING =
      EnumSet.of(ErrorCode.STORAGE_UNAVAILABLE, ErrorCode.OVERLOADED, ErrorCode.QUERY_TIMEOUT);

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final List<Target> stores;
  private final Witness witness;
  private final long today;
  private final AtomicLong next;
  private final int step;
  private final AtomicLong failures = new AtomicLong();
  private final AtomicLong slowestNanos = new AtomicLong();
  private final Queue<RuntimeException> surprises = new ConcurrentLinkedQueue<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopped;
  private volatile boolean abandoned;

  private Clients(List<Target> stores, Witness witness, long today, long first, int step) {
    this.stores = stores;
    this.witness = witness;
    this.today = today;
    this.next = new AtomicLong(first);
    this.step = step;
  }

  static Clients start(List<? extends MetricsStore> stores, Tally tally, int count) {
    return start(stores.stream().map(Target::of).toList(), tally, tally.today(), count, 0, 1);
  }

  /**
   * @param first the number of the first request
   * @param step to the next; with 2 all are keyed, or none
   */
  static Clients start(
      List<Target> stores, Witness witness, long today, int count, long first, int step) {
    Clients clients = new Clients(stores, witness, today, first, step);
    for (int i = 0; i < count; i++) {
      clients.threads.add(Thread.ofPlatform().name("client-" + i).start(clients::run));
    }
    return clients;
  }

  private void run() {
    while (!stopped) {
      SentRequest request = new SentRequest(next.getAndAdd(step), today);
      witness.begun(request);
      Fate fate = request.isKeyed() ? sendUntilStored(request) : send(request, 0);
      witness.ended(request, fate);
    }
  }

  private Fate sendUntilStored(SentRequest request) {
    Fate fate = Fate.UNKNOWN;
    for (int attempt = 0; fate != Fate.STORED && !abandoned; attempt++) {
      fate = send(request, attempt);
    }
    return fate == Fate.STORED ? fate : Fate.UNKNOWN;
  }

  private Fate send(SentRequest request, int attempt) {
    long beganNanos = System.nanoTime();
    try {
      int store = Math.floorMod(request.number() / 2 + attempt, stores.size());
      request.send(stores.get(store));
      return Fate.STORED;
    } catch (StoreException e) {
      return refused(e);
    } catch (RuntimeException e) {
      surprises.add(e);
      pause();
      return Fate.UNKNOWN;
    } finally {
      slowestNanos.accumulateAndGet(System.nanoTime() - beganNanos, Math::max);
    }
  }

  private Fate refused(StoreException e) {
    failures.incrementAndGet();
    if (!PASSING.contains(e.code())) {
      surprises.add(e);
    }
    pause();
    return "unknown".equals(e.details().get("stored")) ? Fate.UNKNOWN : Fate.REFUSED;
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts a client", e);
    }
  }

  /** Attempts that were answered with an error. */
  long failures() {
    return failures.get();
  }

  void awaitFailures(long more) throws InterruptedException {
    long before = failures();
    Instant giveUp = Instant.now().plus(PATIENCE);
    while (failures() < before + more) {
      if (Instant.now().isAfter(giveUp)) {
        throw new AssertionError("no failures within " + PATIENCE);
      }
      Thread.sleep(10);
    }
  }

  /** The longest time that a client waited for one answer. */
  Duration slowest() {
    return Duration.ofNanos(slowestNanos.get());
  }

  /** Returns when every client has its last answer, and every keyed request is stored. */
  void finish() throws InterruptedException {
    stopped = true;
    Instant giveUp = Instant.now().plus(PATIENCE);
    for (Thread thread : threads) {
      thread.join(Duration.between(Instant.now(), giveUp));
    }
    if (!surprises.isEmpty()) {
      throw new AssertionError("an answer that tells a client nothing", surprises.peek());
    }
    if (threads.stream().anyMatch(Thread::isAlive)) {
      throw new AssertionError("not all are stored within " + PATIENCE);
    }
  }

  /** Nobody sends anything any more when it returns. */
  @Override
  public void close() throws InterruptedException {
    stopped = true;
    abandoned = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
