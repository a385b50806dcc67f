// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.store.QueryControl;
import io.luminate.store.rocksdb.segment.ForgetfulStorage;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class WorkerPoolTest {
  private static QueryControl control() {
    return QueryControl.withTimeout(Duration.ofMinutes(1));
  }

  private static WorkerPool pool(int threads) {
    return new WorkerPool(new ForgetfulStorage().chunks(), threads);
  }

  @Test
  void run_everyItemOnce() {
    AtomicInteger[] times = new AtomicInteger[1000];
    Arrays.setAll(times, i -> new AtomicInteger());
    try (WorkerPool pool = pool(3)) {
      pool.run(1000, control(), (item, worker) -> times[item].incrementAndGet());
    }
    assertThat(times).allMatch(t -> t.get() == 1);
  }

  /** One thread: the short query's only item comes between two items of the long one. */
  @Test
  void run_shortQueryDoesNotWaitForLongOne() {
    AtomicInteger longItems = new AtomicInteger();
    AtomicInteger longItemsBeforeShort = new AtomicInteger(-1);
    AtomicReference<Thread> other = new AtomicReference<>(Thread.currentThread());
    try (WorkerPool pool = pool(1)) {
      pool.run(
          100,
          control(),
          (item, worker) -> {
            longItems.incrementAndGet();
            if (item == 0) {
              other.set(
                  Thread.ofPlatform()
                      .start(
                          () ->
                              pool.run(
                                  1,
                                  control(),
                                  (i, w) -> longItemsBeforeShort.set(longItems.get()))));
              while (other.get().getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
              }
            }
          });
    }
    assertThat(longItems).hasValue(100);
    assertThat(longItemsBeforeShort.get()).isBetween(1, 2);
  }

  @Test
  void run_failureCancelsTheRest() {
    AtomicInteger done = new AtomicInteger();
    try (WorkerPool pool = pool(2)) {
      assertThatThrownBy(
              () ->
                  pool.run(
                      100_000,
                      control(),
                      (item, worker) -> {
                        done.incrementAndGet();
                        if (item == 3) {
                          throw new IllegalStateException("item 3");
                        }
                      }))
          .hasMessage("item 3");
      assertThat(done.get()).isLessThan(100_000);
      pool.run(1, control(), (item, worker) -> done.set(-1));
    }
    assertThat(done).hasValue(-1);
  }
}
