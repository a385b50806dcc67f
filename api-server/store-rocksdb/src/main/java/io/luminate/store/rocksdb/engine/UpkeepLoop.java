// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.rocksdb.head.Head;
import io.luminate.store.rocksdb.head.PartitionKey;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Decides, on a thread of its own, when to seal, merge and drop. */
final class UpkeepLoop implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(UpkeepLoop.class.getName());
  private static final long TICK_MILLIS = 50;

  /** A failed step, a full disk mostly, is tried again at this pace. */
  private static final long RETRY_MILLIS = 1_000;

  private static final Duration CLOSE_WAIT = Duration.ofSeconds(30);

  private final Engine engine;
  private final Upkeep upkeep;
  private final Thread thread;
  private final Map<Integer, Long> lateSinceNanos = new HashMap<>();
  private long nextCleanupNanos;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile boolean closed;
  private volatile boolean busy;
  private volatile String lastFailure = "";

  UpkeepLoop(Engine engine, Upkeep upkeep) {
    this.engine = engine;
    this.upkeep = upkeep;
    this.nextCleanupNanos = System.nanoTime() + cleanupNanos();
    this.thread = Thread.ofPlatform().name("luminate-upkeep").daemon(true).start(this::run);
  }

  private long cleanupNanos() {
    return engine.options().cleanupInterval().toNanos();
  }

  /** Why the last step failed, empty when it did not. */
  String lastFailure() {
    return lastFailure;
  }

  /** Whether sealing or merging is under way or due. */
  boolean busy() {
    return busy || dueDay().isPresent();
  }

  private void run() {
    while (!closed) {
      long pauseMillis = step();
      if (pauseMillis > 0) {
        pause(pauseMillis);
      }
    }
  }

  private void pause(long millis) {
    try {
      boolean over = closing.await(millis, TimeUnit.MILLISECONDS);
      closed = closed || over;
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  private long step() {
    try {
      busy = true;
      boolean worked = work();
      lastFailure = "";
      busy = worked;
      return worked ? 0 : TICK_MILLIS;
    } catch (RuntimeException | OutOfMemoryError e) {
      report(e);
      return RETRY_MILLIS;
    }
  }

  private void report(Throwable e) {
    String message = String.valueOf(e.getMessage());
    if (!message.equals(lastFailure)) {
      LOG.log(System.Logger.Level.ERROR, "upkeep failed and will be tried again: " + message, e);
    }
    lastFailure = message;
  }

  private boolean work() {
    Optional<Integer> day = dueDay();
    if (day.isPresent()) {
      upkeep.seal(day.get());
      return true;
    }
    if (cleanupNanos() > 0 && System.nanoTime() - nextCleanupNanos >= 0) {
      nextCleanupNanos = System.nanoTime() + cleanupNanos();
      upkeep.enforceRetention();
    }
    return upkeep.mergeOnce();
  }

  private Optional<Integer> dueDay() {
    EngineState state = engine.state().get();
    if (!state.sealing().isEmpty()) {
      return Optional.of(state.sealing().getFirst().partition().day());
    }
    if (engine.headRoom().wantsSeal()) {
      return largestDay(state);
    }
    if (engine.journal().sizeBytes() >= engine.options().journalBytesMax()) {
      return oldestDay(state);
    }
    return lateDay(state);
  }

  private static Optional<Integer> largestDay(EngineState state) {
    Map<Integer, Long> bytes = new HashMap<>();
    for (Head head : state.growing().values()) {
      bytes.merge(head.partition().day(), head.bytes(), Long::sum);
    }
    return bytes.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
  }

  private static Optional<Integer> oldestDay(EngineState state) {
    return state.growing().values().stream()
        .min(Comparator.comparingLong(Head::firstSeq))
        .map(h -> h.partition().day());
  }

  /** A past day whose points have waited long enough for more. */
  private synchronized Optional<Integer> lateDay(EngineState state) {
    int today = PartitionKey.dayOf(engine.options().clock().millis());
    long now = System.nanoTime();
    long ageNanos = engine.options().lateHeadAge().toNanos();
    Map<Integer, Long> known = new HashMap<>(lateSinceNanos);
    lateSinceNanos.clear();
    Optional<Integer> due = Optional.empty();
    for (Head head : state.growing().values()) {
      int day = head.partition().day();
      if (day < today) {
        long since = known.getOrDefault(day, now);
        lateSinceNanos.put(day, since);
        due = now - since >= ageNanos ? Optional.of(day) : due;
      }
    }
    return due;
  }

  @Override
  public void close() {
    closed = true;
    closing.countDown();
    try {
      thread.join(CLOSE_WAIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
