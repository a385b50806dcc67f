// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.model.TenantId;
import io.luminate.store.QueryControl;
import io.luminate.store.rocksdb.segment.ForgetfulStorage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class WorkerPoolTest {
  private static final TenantId TENANT = new TenantId("t");

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
      pool.run(TENANT, 1000, control(), (item, worker) -> times[item].incrementAndGet());
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
          TENANT,
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
                                  TENANT,
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

  /** One thread: between two items of a tenant's five queries comes that of another tenant. */
  @Test
  void run_queryDoesNotWaitForThoseOfATenantThatHadMore() throws Exception {
    List<String> began = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch allWait = new CountDownLatch(1);
    List<Thread> callers = new ArrayList<>();
    try (WorkerPool pool = pool(1)) {
      callers.add(caller(pool, new TenantId("many"), 1, began, allWait));
      await(() -> !began.isEmpty());
      for (int i = 0; i < 5; i++) {
        callers.add(caller(pool, new TenantId("many"), 3, began, allWait));
      }
      await(() -> callers.stream().allMatch(one -> one.getState() == Thread.State.WAITING));
      // Alone, or it might wait for the queue and not in it.
      callers.add(caller(pool, new TenantId("few"), 1, began, allWait));
      await(() -> callers.stream().allMatch(one -> one.getState() == Thread.State.WAITING));
      allWait.countDown();
      for (Thread caller : callers) {
        caller.join();
      }
    }
    assertThat(began).hasSize(17).startsWith("many", "few").containsOnlyOnce("few");
  }

  private static Thread caller(
      WorkerPool pool, TenantId tenant, int items, List<String> began, CountDownLatch goOn) {
    WorkerPool.Task task =
        (item, worker) -> {
          began.add(tenant.value());
          awaitZero(goOn);
        };
    return Thread.ofPlatform().start(() -> pool.run(tenant, items, control(), task));
  }

  private static void awaitZero(CountDownLatch latch) {
    try {
      assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    for (int i = 0; !condition.getAsBoolean() && i < 60_000; i++) {
      Thread.sleep(1);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  @Test
  void run_failureCancelsTheRest() {
    AtomicInteger done = new AtomicInteger();
    try (WorkerPool pool = pool(2)) {
      assertThatThrownBy(
              () ->
                  pool.run(
                      TENANT,
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
      pool.run(TENANT, 1, control(), (item, worker) -> done.set(-1));
    }
    assertThat(done).hasValue(-1);
  }
}
