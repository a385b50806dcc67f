// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class EachPodTest {
  private final EachPod eachPod = new EachPod();

  @AfterEach
  void stop() {
    eachPod.close();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void slowOne_keepsNobodyWaiting() {
    CountDownLatch others = new CountDownLatch(9);
    List<Integer> results =
        eachPod.map(
            IntStream.range(0, 10).boxed().toList(),
            pod -> {
              if (pod == 0) {
                await(others);
              } else {
                others.countDown();
              }
              return -pod;
            });
    assertThat(results).containsExactly(0, -1, -2, -3, -4, -5, -6, -7, -8, -9);
  }

  @Test
  void many_areBounded() {
    AtomicInteger atWork = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch full = new CountDownLatch(EachPod.AT_A_TIME);
    eachPod.map(
        IntStream.range(0, 3 * EachPod.AT_A_TIME).boxed().toList(),
        pod -> {
          most.accumulateAndGet(atWork.incrementAndGet(), Math::max);
          full.countDown();
          await(full);
          return atWork.decrementAndGet();
        });
    assertThat(most).hasValue(EachPod.AT_A_TIME);
  }

  @Test
  void failure_isNotLost() {
    assertThatThrownBy(
            () ->
                eachPod.map(
                    List.of(1),
                    pod -> {
                      throw new IllegalArgumentException("broken");
                    }))
        .hasRootCauseMessage("broken");
  }
}
