// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that is begun again and again by somebody who must not wait for it. As long as it is not at
 * its end it is not begun anew. Safe for use by many threads.
 */
final class OneAtATime implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OneAtATime.class);

  private final String what;
  private final SaidOnce said = new SaidOnce();
  private final AtomicBoolean isAtWork = new AtomicBoolean();
  private final ExecutorService threads;

  /**
   * Begins nothing yet.
   *
   * @param what it is, for logs
   */
  OneAtATime(String what) {
    this.what = what;
    this.threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(what).factory());
  }

  /**
   * Returns at once. What the work throws is logged.
   *
   * @return whether it was begun
   */
  boolean begin(Runnable work) {
    boolean isFree = isAtWork.compareAndSet(false, true);
    if (isFree) {
      threads.execute(() -> run(work));
    }
    return isFree;
  }

  private void run(Runnable work) {
    try {
      work.run();
      said.forget(what);
    } catch (RuntimeException failure) {
      if (said.isNew(what, failure.toString())) {
        LOG.warn("{} failed, and is tried again: {}", what, failure.toString());
      }
    } finally {
      isAtWork.set(false);
    }
  }

  /** Interrupts what is at work. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
