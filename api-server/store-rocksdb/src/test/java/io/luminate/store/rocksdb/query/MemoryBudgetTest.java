// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.model.TenantId;
import io.luminate.store.ErrorCode;
import io.luminate.store.StoreException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
  private static final TenantId A = new TenantId("a");
  private static final TenantId B = new TenantId("b");

  private final MemoryBudget.Shared shared = new MemoryBudget.Shared(150, 120);

  private MemoryBudget of(TenantId tenant) {
    return new MemoryBudget(100, shared, tenant);
  }

  private static void assertRefused(ErrorCode code, ThrowingCallable action) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void reserve_pastOwnLimit_isRefused() {
    try (MemoryBudget budget = of(A)) {
      budget.reserve(60);
      assertRefused(ErrorCode.QUERY_MEMORY_EXCEEDED, () -> budget.reserve(41));
      budget.reserve(40);
      assertThat(budget.availableBytes()).isZero();
    }
  }

  @Test
  void reserve_othersHoldTooMuch_isOverloadUntilTheyEnd() {
    try (MemoryBudget late = of(A)) {
      try (MemoryBudget early = of(B)) {
        early.reserve(100);
        assertRefused(ErrorCode.OVERLOADED, () -> late.reserve(51));
        assertThat(late.availableBytes()).isEqualTo(100);
      }
      late.reserve(100);
    }
  }

  @Test
  void reserve_queriesOfOneTenant_leaveRoomForOthers() {
    try (MemoryBudget first = of(A);
        MemoryBudget second = of(A);
        MemoryBudget other = of(B)) {
      first.reserve(100);
      assertRefused(ErrorCode.OVERLOADED, () -> second.reserve(21));
      second.reserve(20);
      other.reserve(30);
      assertRefused(ErrorCode.OVERLOADED, () -> other.reserve(1));
      first.release(50);
      second.reserve(50);
    }
    try (MemoryBudget again = of(B)) {
      again.reserve(100);
    }
  }

  @Test
  void share_ofATenant_isThreeQuarters_orOneQuery() {
    MemoryBudget.Shared wide = MemoryBudget.Shared.of(1_000, 400);
    try (MemoryBudget first = new MemoryBudget(400, wide, A);
        MemoryBudget second = new MemoryBudget(400, wide, A)) {
      first.reserve(400);
      second.reserve(350);
      assertRefused(ErrorCode.OVERLOADED, () -> second.reserve(1));
    }
    try (MemoryBudget alone = new MemoryBudget(900, MemoryBudget.Shared.of(1_000, 900), A)) {
      alone.reserve(900);
    }
  }
}
