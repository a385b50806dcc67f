// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.store.QueryControl;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class InterruptionTest {
  private static final long LONGER_SECONDS = 60;

  private final QueryControl patient = QueryControl.withTimeout(Duration.ofMinutes(5));
  private final CountDownLatch never = new CountDownLatch(1);

  @Test
  void cancelled_whileItWaits_isInterrupted() throws Exception {
    CountDownLatch waits = new CountDownLatch(1);
    Thread canceller = Thread.ofVirtual().start(() -> cancelAfter(waits));
    assertThat(isInterrupted(patient, waits)).isTrue();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    canceller.join();
  }

  private void cancelAfter(CountDownLatch waits) {
    try {
      waits.await();
      patient.cancel();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void deadline_whileItWaits_isInterrupted() {
    QueryControl hasty = QueryControl.withTimeout(Duration.ofMillis(20));
    assertThat(isInterrupted(hasty, new CountDownLatch(1))).isTrue();
    assertThat(hasty.remaining()).isZero();
  }

  /** After a second and more without any, as nobody looks at deadlines meanwhile. */
  @Test
  void deadline_afterAPause_isKeptAsWell() throws InterruptedException {
    Thread.sleep(1_500);
    deadline_whileItWaits_isInterrupted();
  }

  @Test
  void cancelled_beforeIt_isInterruptedAtOnce() {
    patient.cancel();
    assertThat(isInterrupted(patient, new CountDownLatch(1))).isTrue();
  }

  @Test
  void cancelled_tooLateToBeNoticed_leavesNothing() {
    try (Interruption _ = new Interruption(patient)) {
      patient.cancel();
    }
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void cancelled_afterIt_isNotInterrupted() {
    new Interruption(patient).close();
    patient.cancel();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void deadline_afterIt_isNotInterrupted() throws InterruptedException {
    QueryControl hasty = QueryControl.withTimeout(Duration.ofMillis(20));
    new Interruption(hasty).close();
    Thread.sleep(100);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  private boolean isInterrupted(QueryControl control, CountDownLatch waits) {
    try (Interruption _ = new Interruption(control)) {
      waits.countDown();
      assertThat(never.await(LONGER_SECONDS, TimeUnit.SECONDS)).isFalse();
      return false;
    } catch (InterruptedException e) {
      return true;
    }
  }
}
