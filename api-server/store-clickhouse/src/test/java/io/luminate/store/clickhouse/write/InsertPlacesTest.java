// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.model.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** However many of one tenant wait for a place, another's next insert is among the next. */
final class InsertPlacesTest {
  private static final TenantId A = new TenantId("a");
  private static final TenantId B = new TenantId("b");
  private static final Duration LONG = Duration.ofMinutes(1);

  private final InsertPlaces places = new InsertPlaces(2);
  private final BlockingQueue<TenantId> in = new LinkedBlockingQueue<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void stop() {
    threads.shutdownNow();
    threads.close();
  }

  private Future<Boolean> enter(TenantId tenant, Duration within) {
    return threads.submit(
        () -> {
          boolean entered = places.enter(tenant, within);
          return entered && in.add(tenant);
        });
  }

  private void enterAndAwait(TenantId tenant, int waiting) {
    var unused = enter(tenant, LONG);
    awaitWaiting(waiting);
  }

  private void awaitWaiting(int count) {
    while (places.waiting() != count) {
      Thread.onSpinWait();
    }
  }

  private TenantId next() throws InterruptedException {
    return in.poll(LONG.toSeconds(), TimeUnit.SECONDS);
  }

  private void fill() throws InterruptedException {
    assertThat(places.enter(A, Duration.ZERO)).isTrue();
    assertThat(places.enter(A, Duration.ZERO)).isTrue();
  }

  @Test
  void tenants_takeTurns() throws InterruptedException {
    fill();
    for (int i = 1; i <= 10; i++) {
      enterAndAwait(A, i);
    }
    enterAndAwait(B, 11);
    enterAndAwait(B, 12);
    List<TenantId> order = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      places.leave();
      order.add(next());
    }
    assertThat(order).containsExactly(A, B, A, B, A);
    assertThat(places.waiting()).isEqualTo(7);
  }

  @Test
  void places_areAsManyAsThereAre_andComeBack() throws InterruptedException {
    fill();
    assertThat(places.enter(B, Duration.ZERO)).isFalse();
    places.leave();
    places.leave();
    fill();
    assertThat(places.enter(B, Duration.ofMillis(1))).isFalse();
    assertThat(places.waiting()).isZero();
  }

  /** Who has given up is passed over, and takes no place with it. */
  @Test
  void waiting_whoIsInterrupted_leavesItsTurn() throws Exception {
    fill();
    Future<Boolean> givesUp = enter(A, LONG);
    awaitWaiting(1);
    enterAndAwait(B, 2);
    givesUp.cancel(true);
    awaitWaiting(1);
    places.leave();
    assertThat(next()).isEqualTo(B);
    places.leave();
    places.leave();
    fill();
  }

  @Test
  void enter_interrupted_takesNoPlace() throws InterruptedException {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> places.enter(A, LONG)).isInstanceOf(InterruptedException.class);
    fill();
  }
}
