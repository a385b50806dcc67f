// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the file again and again, until it is closed. */
public final class LimitsFileWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LimitsFileWatch.class);

  private final Thread thread;

  public LimitsFileWatch(LimitsFile file, Duration interval) {
    this.thread =
        Thread.ofPlatform().daemon().name("limits-file").start(() -> watch(file, interval));
  }

  private static void watch(LimitsFile file, Duration interval) {
    try {
      while (true) {
        Thread.sleep(interval);
        poll(file);
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  /** A watch that died would keep old limits without a word. */
  private static void poll(LimitsFile file) {
    try {
      file.poll();
    } catch (RuntimeException e) {
      LOG.error("the limits document could not be looked at; tried again", e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }
}
