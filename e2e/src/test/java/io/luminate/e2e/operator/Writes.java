// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Writes one after the other until it is told to end. */
final class Writes implements AutoCloseable {
  private static final long PAUSE_MILLIS = 20;

  private final MetricsClient client;
  private final Thread thread;
  private final AtomicBoolean isEnding = new AtomicBoolean();
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicReference<String> failure = new AtomicReference<>("");

  Writes(MetricsClient client) {
    this.client = client;
    this.thread = Thread.ofPlatform().name("writes").start(this::run);
  }

  private void run() {
    try {
      while (!isEnding.get()) {
        client.write("requests", done.incrementAndGet());
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (IOException e) {
      failure.set("write " + done.get() + ": " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void endWithoutFailure() throws InterruptedException {
    close();
    assertThat(failure.get()).as("what failed first").isEmpty();
    assertThat(done.get()).as("writes").isGreaterThan(50);
  }

  @Override
  public void close() throws InterruptedException {
    isEnding.set(true);
    thread.join();
  }
}
