// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.client;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that is done now and then on a thread of its own; a failure waits for the next time. The
 * thread is a virtual one, as an interruption then also ends its wait for an answer of ClickHouse.
 */
public final class Recurring implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Recurring.class);

  private final String name;
  private final Duration interval;
  private final Runnable work;
  private final Semaphore wanted = new Semaphore(0);
  private final Thread thread;

  private Recurring(String name, Duration interval, Runnable work) {
    this.name = name;
    this.interval = interval;
    this.work = work;
    this.thread = Thread.ofVirtual().name(name).unstarted(this::loop);
  }

  /** The first time comes after the interval. */
  public static Recurring start(String name, Duration interval, Runnable work) {
    Recurring recurring = new Recurring(name, interval, work);
    recurring.thread.start();
    return recurring;
  }

  /** Has it done as soon as a run that began before is over. */
  public void soon() {
    wanted.release();
  }

  private void loop() {
    try {
      while (true) {
        if (wanted.tryAcquire(interval.toMillis(), TimeUnit.MILLISECONDS)) {
          wanted.drainPermits();
        }
        run();
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() throws InterruptedException {
    try {
      work.run();
    } catch (RuntimeException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      LOG.warn("{} failed and is tried again within {}: {}", name, interval, e.toString());
    } catch (Error e) { // Or it would never be tried again.
      LOG.error("{} failed and is tried again within {}", name, interval, e);
    }
  }

  /** Returns when no run is under way any more. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
