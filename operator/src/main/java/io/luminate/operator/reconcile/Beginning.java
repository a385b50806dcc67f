// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How long work begins in a thread of its own, and how it ends, also if that comes first: then what
 * is beginning is interrupted, and what had begun by then is stopped. Safe for use by many threads.
 */
final class Beginning {
  private final Runnable start;
  private final Runnable stop;
  private final Consumer<RuntimeException> failed;
  private @Nullable Thread thread;
  private volatile boolean isEnding;
  private volatile boolean isBegun;

  /**
   * Begins nothing yet.
   *
   * @param failed told why it could not begin, unless it was to end by then
   */
  Beginning(Runnable start, Runnable stop, Consumer<RuntimeException> failed) {
    this.start = start;
    this.stop = stop;
    this.failed = failed;
  }

  /** Returns at once. Called once at most; after {@link #end} it does nothing. */
  synchronized void begin() {
    if (!isEnding) {
      thread = Thread.ofPlatform().name("begin").start(this::run);
    }
  }

  private void run() {
    try {
      start.run();
      isBegun = true;
    } catch (RuntimeException failure) {
      if (!isEnding) {
        failed.accept(failure);
      }
    }
  }

  /** Returns once it has stopped, or what is beginning has not come to its end within this. */
  void end(Duration within) {
    Optional<Thread> beginning = beginNoMore();
    beginning.ifPresent(Thread::interrupt);
    boolean isOver = beginning.map(one -> isOver(one, within)).orElse(true);
    if (isOver && isBegun) {
      stop.run();
    }
  }

  private synchronized Optional<Thread> beginNoMore() {
    isEnding = true;
    return Optional.ofNullable(thread);
  }

  private static boolean isOver(Thread one, Duration within) {
    try {
      return one.join(within);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
