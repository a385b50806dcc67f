// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class BeginningTest {
  private static final Duration PATIENT = Duration.ofMinutes(1);

  private final List<String> happened = new CopyOnWriteArrayList<>();
  private final CountDownLatch isBeginning = new CountDownLatch(1);
  private final CountDownLatch never = new CountDownLatch(1);

  private Beginning beginning(Runnable start) {
    return new Beginning(
        () -> {
          isBeginning.countDown();
          start.run();
          happened.add("begun");
        },
        () -> happened.add("stopped"),
        failure -> happened.add("failed: " + failure.getMessage()));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Test
  void whatHasBegun_isStopped() {
    CountDownLatch begun = new CountDownLatch(1);
    Beginning beginning = beginning(begun::countDown);
    beginning.begin();
    await(begun);
    beginning.end(PATIENT);
    assertThat(happened).containsExactly("begun", "stopped");
  }

  @Test
  void whatIsBeginning_isInterrupted_andThatIsNoFailure() {
    Beginning beginning = beginning(() -> await(never));
    beginning.begin();
    await(isBeginning);
    beginning.end(PATIENT);
    assertThat(happened).isEmpty();
  }

  @Test
  void whatBeginsAllTheSame_isStoppedAfterThat() {
    Beginning beginning =
        beginning(
            () -> {
              try {
                never.await();
              } catch (InterruptedException ignored) {
                happened.add("interrupted");
              }
            });
    beginning.begin();
    await(isBeginning);
    beginning.end(PATIENT);
    assertThat(happened).containsExactly("interrupted", "begun", "stopped");
  }

  @Test
  void afterItsEnd_nothingBegins() {
    Beginning beginning = beginning(() -> {});
    beginning.end(PATIENT);
    beginning.begin();
    beginning.end(PATIENT);
    assertThat(happened).isEmpty();
  }

  @Test
  void whatCannotBegin_saysSo() {
    CountDownLatch told = new CountDownLatch(1);
    Beginning beginning =
        new Beginning(
            () -> {
              throw new IllegalStateException("no caches");
            },
            () -> happened.add("stopped"),
            failure -> {
              happened.add(failure.getMessage());
              told.countDown();
            });
    beginning.begin();
    await(told);
    beginning.end(PATIENT);
    assertThat(happened).containsExactly("no caches");
  }
}
