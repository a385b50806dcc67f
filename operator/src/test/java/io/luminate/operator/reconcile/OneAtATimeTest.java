// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class OneAtATimeTest {
  private final OneAtATime oneAtATime = new OneAtATime("a test's work");

  @AfterEach
  void stop() {
    oneAtATime.close();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Who waits for it would wait for ever here. */
  @Test
  void work_keepsNobodyWaiting_andIsNotBegunTwice() {
    CountDownLatch end = new CountDownLatch(1);
    AtomicInteger begun = new AtomicInteger();
    Runnable slow =
        () -> {
          begun.incrementAndGet();
          await(end);
        };
    assertThat(oneAtATime.begin(slow)).isTrue();
    assertThat(oneAtATime.begin(slow)).isFalse();
    end.countDown();
    awaitBegun(begun::incrementAndGet);
    assertThat(begun.get()).isLessThanOrEqualTo(2);
  }

  @Test
  void workThatFails_isBegunAgain() {
    CountDownLatch failed = new CountDownLatch(1);
    oneAtATime.begin(
        () -> {
          failed.countDown();
          throw new IllegalArgumentException("broken");
        });
    await(failed);
    CountDownLatch done = new CountDownLatch(1);
    awaitBegun(done::countDown);
    await(done);
  }

  private void awaitBegun(Runnable work) {
    while (!oneAtATime.begin(work)) {
      LockSupport.parkNanos(1_000_000);
    }
  }
}
