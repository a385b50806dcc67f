// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.store.ErrorCode;
import io.luminate.store.StoreException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
  private final MemoryBudget.Shared shared = new MemoryBudget.Shared(150);

  private static void assertRefused(ErrorCode code, ThrowingCallable action) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void reserve_pastOwnLimit_isRefused() {
    try (MemoryBudget budget = new MemoryBudget(100, shared)) {
      budget.reserve(60);
      assertRefused(ErrorCode.QUERY_MEMORY_EXCEEDED, () -> budget.reserve(41));
      budget.reserve(40);
      assertThat(budget.availableBytes()).isZero();
    }
  }

  @Test
  void reserve_othersHoldTooMuch_isOverloadUntilTheyEnd() {
    try (MemoryBudget late = new MemoryBudget(100, shared)) {
      try (MemoryBudget early = new MemoryBudget(100, shared)) {
        early.reserve(100);
        assertRefused(ErrorCode.OVERLOADED, () -> late.reserve(51));
        assertThat(late.availableBytes()).isEqualTo(100);
      }
      late.reserve(100);
    }
  }
}
