// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Runs while the head of a request arrives. Told by the connection's reading, one thread at a time,
 * and by the requests themselves; the deadline comes on any thread.
 */
final class HeadDeadline {
  private final Scheduler scheduler;
  private final Duration timeout;
  private final Runnable late;
  private Scheduler.@Nullable Task task;

  HeadDeadline(Scheduler scheduler, Duration timeout, Runnable late) {
    this.scheduler = scheduler;
    this.timeout = timeout;
    this.late = late;
  }

  /** Part of a head has arrived; only the first word of it counts. */
  synchronized void begun() {
    if (task == null) {
      task = scheduler.schedule(this::expire, timeout.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** Nothing is owed: a head is complete, or the client is idle, which has a timeout of its own. */
  synchronized void done() {
    if (task != null) {
      task.cancel();
      task = null;
    }
  }

  private void expire() {
    synchronized (this) {
      if (task == null) {
        return;
      }
      task = null;
    }
    late.run();
  }
}
