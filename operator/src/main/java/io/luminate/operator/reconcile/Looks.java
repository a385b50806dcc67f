// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A look around that is taken again and again by a thread of its own. One that fails is one too:
 * only of a thread that hangs, or is no more, nothing comes.
 */
final class Looks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Looks.class);

  private final Runnable look;
  private final Duration every;
  private final SaidOnce said = new SaidOnce();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("looks").factory());
  private volatile long endedNanos = System.nanoTime();

  Looks(Runnable look, Duration every) {
    this.look = look;
    this.every = every;
  }

  /** The first is taken at once. */
  void start() {
    endedNanos = System.nanoTime();
    ScheduledFuture<?> _ =
        thread.scheduleWithFixedDelay(this::once, 0, every.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void once() {
    try {
      look.run();
      said.forget("");
    } catch (RuntimeException failure) {
      if (said.isNew("", failure.toString())) {
        LOG.warn("a look at what has no cluster failed: {}", failure.toString());
        LOG.debug("because of", failure);
      }
    }
    endedNanos = System.nanoTime();
  }

  /** When the last one came to its end, as {@link System#nanoTime} says it. */
  long endedNanos() {
    return endedNanos;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
