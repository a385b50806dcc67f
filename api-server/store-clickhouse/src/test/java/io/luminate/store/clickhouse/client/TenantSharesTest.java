// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.model.TenantId;
import io.luminate.store.ErrorCode;
import io.luminate.store.QueryControl;
import io.luminate.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TenantSharesTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final TenantId GLOBEX = new TenantId("globex");

  private final TenantShares shares = new TenantShares(4);

  private static QueryControl within(Duration time) {
    return QueryControl.withTimeout(time);
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void within_tenantHasAllOfItsShare_othersGoOn() throws Exception {
    CountDownLatch atWork = new CountDownLatch(3);
    CountDownLatch end = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> answers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        answers.add(
            threads.submit(() -> shares.within(ACME, within(MANY), () -> held(atWork, end))));
      }
      assertThat(await(atWork)).isTrue();
      assertThat(shares.within(GLOBEX, within(MANY), () -> "answer")).isEqualTo("answer");
      assertThatThrownBy(() -> shares.within(ACME, within(FEW), () -> "answer"))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_TIMEOUT));
      end.countDown();
      for (Future<Boolean> answer : answers) {
        assertThat(answer.get()).isTrue();
      }
    }
    assertThat(shares.within(ACME, within(MANY), () -> "answer")).isEqualTo("answer");
  }

  private static final Duration MANY = Duration.ofSeconds(10);
  private static final Duration FEW = Duration.ofMillis(20);

  private static boolean held(CountDownLatch atWork, CountDownLatch end) {
    atWork.countDown();
    return await(end);
  }

  @Test
  void within_failedQuestion_givesItsPlaceBack() {
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(() -> shares.within(ACME, within(MANY), TenantSharesTest::fail))
          .hasMessage("of the question");
    }
  }

  private static String fail() {
    throw new IllegalStateException("of the question");
  }
}
