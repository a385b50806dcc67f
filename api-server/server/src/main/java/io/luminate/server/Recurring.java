// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Work that is done now and then until it is closed. A failure waits for the next time. */
final class Recurring implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Recurring.class);

  private final String name;
  private final Duration interval;
  private final Runnable work;
  private final Thread thread;

  private Recurring(String name, Duration interval, Runnable work) {
    this.name = name;
    this.interval = interval;
    this.work = work;
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::loop);
  }

  /**
   * The first time comes after the interval.
   *
   * @param interval zero: never
   */
  static Recurring start(String name, Duration interval, Runnable work) {
    Recurring recurring = new Recurring(name, interval, work);
    if (interval.isPositive()) {
      recurring.thread.start();
    }
    return recurring;
  }

  private void loop() {
    try {
      while (true) {
        Thread.sleep(interval);
        run();
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      work.run();
    } catch (RuntimeException | Error e) { // Or it would never be tried again.
      LOG.error("{} failed; tried again after {}", name, interval, e);
    }
  }

  /** Returns when no run is under way any more. */
  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }
}
