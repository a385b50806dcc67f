// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RecurringTest {
  @Test
  void workThatFails_isDoneAgain() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    CountDownLatch third = new CountDownLatch(1);
    Runnable work =
        () -> {
          switch (runs.incrementAndGet()) {
            case 1 -> throw new IllegalStateException("simulated");
            case 2 -> throw new StackOverflowError("simulated");
            default -> third.countDown();
          }
        };
    try (Recurring recurring = Recurring.start("work", Duration.ofMillis(1), work)) {
      assertThat(third.await(60, TimeUnit.SECONDS)).isTrue();
    }
  }
}
