// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.TenantId;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TenantTurnsTest {
  private static final TenantId A = new TenantId("a");
  private static final TenantId B = new TenantId("b");
  private static final TenantId C = new TenantId("c");

  private final AtomicLong nowNanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final TenantTurns<String> turns = new TenantTurns<>(nowNanos::get);

  private void assertTurns(String... expected) {
    for (String job : expected) {
      assertThat(turns.poll()).contains(job);
    }
    assertThat(turns.poll()).isEmpty();
  }

  @Test
  void jobsOfOneTenant_inTheOrderOfComing() {
    turns.add(A, "a1");
    turns.add(A, "a2");
    turns.add(A, "a3");
    assertTurns("a1", "a2", "a3");
  }

  @Test
  void whoHadLeast_isFirst_withAllThatItHas() {
    turns.had(A, 200);
    turns.had(B, 100);
    turns.add(A, "a");
    turns.add(B, "b1");
    turns.add(C, "c");
    turns.add(B, "b2");
    assertTurns("c", "b1", "b2", "a");
  }

  @Test
  void whoHadAsMuch_isBehindWhoWaitsLonger() {
    turns.add(B, "b");
    turns.add(A, "a");
    assertTurns("b", "a");
  }

  /** A tenant that waits with much to do shares with one that comes late. */
  @Test
  void bothWithMuchToDo_takeTurns() {
    StringBuilder order = new StringBuilder();
    turns.had(A, 1_000);
    for (int i = 0; i < 20; i++) {
      turns.add(A, "a");
      turns.add(B, "b");
    }
    for (int i = 0; i < 20; i++) {
      String job = turns.poll().orElseThrow();
      order.append(job);
      turns.had(job.equals("a") ? A : B, 500);
    }
    assertThat(order).hasToString("bbabababababababab" + "ab");
  }

  /** Half of it after a second, also while the clock's numbers overflow. */
  @Test
  void whatATenantHad_countsLessAndLess() {
    turns.had(A, TimeUnit.MILLISECONDS.toNanos(390));
    nowNanos.addAndGet(TimeUnit.SECONDS.toNanos(2));
    turns.had(B, TimeUnit.MILLISECONDS.toNanos(100));
    turns.add(B, "b");
    turns.add(A, "a");
    assertTurns("a", "b");
    turns.had(A, TimeUnit.MILLISECONDS.toNanos(5));
    turns.add(A, "a");
    turns.add(B, "b");
    assertTurns("b", "a");
  }

  @Test
  void usageOfManyTenants_isForgotten() {
    for (int i = 0; i < 100 * TenantTurns.KEPT_MIN; i++) {
      turns.had(new TenantId("t" + i), 50_000);
      nowNanos.addAndGet(50_000);
    }
    assertThat(turns.kept()).isLessThanOrEqualTo(TenantTurns.KEPT_MIN);
  }
}
