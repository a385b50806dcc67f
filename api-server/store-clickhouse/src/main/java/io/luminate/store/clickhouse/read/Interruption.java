// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.store.QueryControl;

/**
 * Interrupts the thread that made it when a question is cancelled or its time is over, until it is
 * closed, and never afterwards.
 */
final class Interruption implements AutoCloseable {
  private final Thread waiting = Thread.currentThread();
  private final long deadlineNanos;
  private final QueryControl.Registration cancellation;
  private boolean closed;
  private boolean interrupted;

  Interruption(QueryControl control) {
    deadlineNanos = System.nanoTime() + control.remaining().toNanos();
    cancellation = control.onCancel(this::interrupt);
    Deadlines.watch(this);
  }

  boolean isDue(long nowNanos) {
    return nowNanos - deadlineNanos >= 0;
  }

  synchronized void interrupt() {
    if (!closed) {
      interrupted = true;
      waiting.interrupt();
    }
  }

  /** What it interrupted too late to be noticed is not left to what the thread does next. */
  @Override
  public void close() {
    Deadlines.forget(this);
    cancellation.close();
    synchronized (this) {
      closed = true;
      if (interrupted) {
        Thread.interrupted();
      }
    }
  }
}
