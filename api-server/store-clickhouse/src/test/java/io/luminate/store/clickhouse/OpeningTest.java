// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.store.clickhouse.client.ClickHouseFailure;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpeningTest {
  private static final int MEMORY_LIMIT_EXCEEDED = 241;
  private static final int ACCESS_DENIED = 497;

  @Test
  void error_inTheBackground_isTriedAgain() throws InterruptedException {
    CountDownLatch tries = new CountDownLatch(3);
    AtomicInteger tried = new AtomicInteger();
    try (Opening opening =
        Opening.begin(
            () -> {
              tries.countDown();
              if (tried.getAndIncrement() == 0) {
                return refusing(MEMORY_LIMIT_EXCEEDED);
              }
              throw new LinkageError("no such class");
            },
            _ -> {})) {
      assertThat(tries.await(1, TimeUnit.MINUTES)).isTrue();
      assertThat(opening.parts()).isEmpty();
      assertThat(opening.failure()).isEqualTo("it cannot be opened");
    }
  }

  /** Of memory, of the processes that start with this one, of a replica that has no Keeper yet. */
  @ParameterizedTest
  @ValueSource(ints = {159, 202, MEMORY_LIMIT_EXCEEDED, 242, 252, 319, 999})
  void refusalThatPasses_isWaitedFor(int code) {
    try (Opening opening = Opening.begin(() -> refusing(code), _ -> {})) {
      assertThat(opening.parts()).isEmpty();
      assertThat(opening.failure()).isEqualTo("ClickHouse refuses: error " + code);
    }
  }

  private static StoreParts refusing(int code) {
    throw ClickHouseFailure.refused(code, "no right now");
  }

  @Test
  void refusalThatLasts_isToldAtOnce() {
    assertThatThrownBy(() -> Opening.begin(() -> refusing(ACCESS_DENIED), _ -> {}))
        .isInstanceOf(ClickHouseFailure.class)
        .hasMessageContaining("no right");
  }
}
