// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Decides, on a thread of its own, when to seal, merge and drop. */
final class UpkeepLoop implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(UpkeepLoop.class.getName());
  private static final long TICK_MILLIS = 50;

  /** A failed step, a full disk mostly, is tried again at this pace. */
  private static final long RETRY_MILLIS = 1_000;

  /** Heads of a load that keeps the machine busy fill up sooner. */
  private static final Duration LEISURE_AFTER = Duration.ofSeconds(2);

  private static final Duration CLOSE_WAIT = Duration.ofSeconds(30);

  private final Engine engine;
  private final Upkeep upkeep;
  private final Thread thread;
  private long nextCleanupNanos;
  private long lastSealNanos = System.nanoTime();
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
    return engine.options().upkeep().cleanupInterval().toNanos();
  }

  /** Why the last step failed, empty when it did not. */
  String lastFailure() {
    return lastFailure;
  }

  /** Whether sealing or merging is under way or due. */
  boolean busy() {
    return busy || upkeep.sealIsDue();
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
    } catch (RuntimeException | Error e) {
      report(e);
      return RETRY_MILLIS;
    }
  }

  /** What fails as the store is closed under it is done again when it is open. */
  private void report(Throwable e) {
    if (closed) {
      return;
    }
    String message = String.valueOf(e.getMessage());
    if (!message.equals(lastFailure)) {
      LOG.log(System.Logger.Level.ERROR, "upkeep failed and will be tried again: " + message, e);
    }
    lastFailure = message;
  }

  private boolean work() {
    if (upkeep.sealDue()) {
      lastSealNanos = System.nanoTime();
      return true;
    }
    if (cleanupNanos() > 0 && System.nanoTime() - nextCleanupNanos >= 0) {
      nextCleanupNanos = System.nanoTime() + cleanupNanos();
      upkeep.enforceRetention();
    }
    boolean merged;
    boolean forgot;
    try {
      forgot = upkeep.forgetSeries();
    } finally {
      // Series that cannot be forgotten keep no segments from being merged.
      merged = upkeep.mergeOnce(System.nanoTime() - lastSealNanos >= LEISURE_AFTER.toNanos());
    }
    return forgot || merged;
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
