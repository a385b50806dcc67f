// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SomeAtATimeTest {
  private final SomeAtATime someAtATime = new SomeAtATime();

  @AfterEach
  void stop() {
    someAtATime.close();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void many_areDoneBesideEachOther_andBounded() {
    AtomicInteger atWork = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    CountDownLatch full = new CountDownLatch(SomeAtATime.PLACES);
    Runnable one =
        () -> {
          most.accumulateAndGet(atWork.incrementAndGet(), Math::max);
          full.countDown();
          await(full);
          atWork.decrementAndGet();
          done.incrementAndGet();
        };
    someAtATime.run(Collections.nCopies(5 * SomeAtATime.PLACES, one));
    assertThat(most).hasValue(SomeAtATime.PLACES);
    assertThat(done).hasValue(5 * SomeAtATime.PLACES);
  }

  @Test
  void failure_isThrownAfterAllOthersWereTried() {
    AtomicInteger done = new AtomicInteger();
    List<Runnable> all = new ArrayList<>();
    all.add(
        () -> {
          throw new IllegalArgumentException("broken");
        });
    all.addAll(Collections.nCopies(40, done::incrementAndGet));
    assertThatThrownBy(() -> someAtATime.run(all))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("broken");
    assertThat(done).hasValue(40);
  }
}
