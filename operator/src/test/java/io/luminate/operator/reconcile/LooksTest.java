// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LooksTest {
  @Test
  void looksThatFail_areLooks() throws InterruptedException {
    AtomicInteger begun = new AtomicInteger();
    AtomicLong secondBeganNanos = new AtomicLong();
    CountDownLatch third = new CountDownLatch(1);
    Runnable failing =
        () -> {
          int which = begun.incrementAndGet();
          if (which == 2) {
            secondBeganNanos.set(System.nanoTime());
          } else if (which == 3) {
            third.countDown();
          }
          throw new IllegalStateException("broken");
        };
    try (Looks looks = new Looks(failing, Duration.ofMillis(1))) {
      looks.start();
      assertThat(third.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(looks.endedNanos() - secondBeganNanos.get()).isNotNegative();
    }
  }
}
