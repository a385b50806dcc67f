// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.TenantId;
import io.luminate.store.clickhouse.write.BatchWait.Inserts;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a tenant waits for in a batch is its own, however much others have in it. */
final class BatchWaitTest {
  private static final TenantId SMALL = new TenantId("small");
  private static final TenantId LARGE = new TenantId("large");
  private static final Inserts IDLE = new Inserts(false, 0);

  private final Companies companies = new Companies();
  private final Pace pace = new Pace();
  private final BatchWait wait =
      new BatchWait(new FlushPolicy(Duration.ofMillis(20), 100_000), companies, pace);

  private static long nanos(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }

  /** So many of its clients are there, and one of them is in the batch. */
  private void add(TenantId tenant, int clients, int rows, long atMillis) {
    for (int i = 0; i < clients; i++) {
      companies.enter(tenant);
    }
    wait.add(tenant, rows, nanos(atMillis));
  }

  private long left(long atMillis, Inserts inserts) {
    return wait.left(nanos(atMillis), inserts).toMillis();
  }

  @Test
  void nobody_waitsForNothing() {
    assertThat(left(0, IDLE)).isZero();
  }

  @Test
  void oneTenant_waitsForItsOwnClients() {
    add(LARGE, 2, 5_000, 0);
    assertThat(left(0, IDLE)).isEqualTo(2_000);
    wait.add(LARGE, 5_000, nanos(1));
    assertThat(left(1, IDLE)).isEqualTo(19);
  }

  @Test
  void whoSendsLittle_isNotKeptForTheClientsOfAnother() {
    add(LARGE, 48, 10_000, 0);
    add(SMALL, 1, 100, 500);
    assertThat(left(500, IDLE)).isEqualTo(200);
    assertThat(left(699, IDLE)).isEqualTo(1);
    assertThat(left(700, IDLE)).isZero();
  }

  @Test
  void whoSendsLittle_waitsForItsOwnAsIfAlone() {
    add(LARGE, 1, 10_000, 0);
    add(SMALL, 2, 2_000, 0);
    assertThat(left(0, IDLE)).isEqualTo(200);
  }

  @Test
  void manyWhoSendLittle_waitForEachOther_untilTheyDoSoInVain() {
    for (int i = 0; i < 5; i++) {
      TenantId tenant = new TenantId("tenant-" + i);
      companies.enter(tenant);
      if (i < 3) {
        wait.add(tenant, 10, nanos(i));
      }
    }
    assertThat(left(2, IDLE)).isEqualTo(198);
    companies.leave(new TenantId("tenant-3"));
    companies.leave(new TenantId("tenant-4"));
    assertThat(left(200, IDLE)).isZero();
    assertThat(companies.isMoreThan(3)).isFalse();
  }

  @Test
  void manyWhoAreAllThere_goAtOnce() {
    for (int i = 0; i < 5; i++) {
      add(new TenantId("tenant-" + i), 1, 10, i);
    }
    assertThat(left(4, IDLE)).isEqualTo(16);
  }

  @Test
  void whoHasToGoFirst_isNotKeptByWhoCameLater() {
    add(SMALL, 1, 100, 0);
    add(LARGE, 48, 10_000, 15);
    assertThat(left(15, IDLE)).isEqualTo(185);
  }

  /** One that had a request in the batch before takes its next turn behind others. */
  @Test
  void whoHasToGoFirst_isNotKeptByWhoCameLater_andHadItsTurnBefore() {
    add(new TenantId("b"), 1, 100, 5);
    add(new TenantId("c"), 1, 100, 6);
    add(SMALL, 1, 100, 0);
    assertThat(left(6, IDLE)).isEqualTo(14);
  }

  @Test
  void whileAnotherIsInserted_allWaitForThat() {
    add(LARGE, 1, 10_000, 0);
    add(SMALL, 1, 100, 0);
    assertThat(left(30, new Inserts(true, 0))).isEqualTo(170);
    assertThat(left(30, new Inserts(false, nanos(30)))).isZero();
  }

  @Test
  void whoWaitedInVain_doesNotWaitForThemAgain_andOthersStillDo() {
    add(SMALL, 2, 500, 0);
    add(LARGE, 2, 10_000, 0);
    companies.leave(SMALL);
    companies.leave(LARGE);
    assertThat(left(199, IDLE)).isEqualTo(1);
    assertThat(companies.isMoreThan(SMALL, 1)).isTrue();
    assertThat(left(200, IDLE)).isZero();
    assertThat(companies.isMoreThan(SMALL, 1)).isFalse();
    assertThat(companies.isMoreThan(LARGE, 1)).isTrue();
  }

  @Test
  void theNextRequest_isWaitedForNoLongerThanTheSmallWouldAlone() {
    for (int i = 0; i < 10; i++) {
      pace.came(nanos(10L * i));
    }
    add(LARGE, 1, 10_000, 70);
    assertThat(left(95, IDLE)).as("by the pace the next one comes by 120 ms").isEqualTo(25);
    add(SMALL, 1, 100, 75);
    assertThat(left(95, IDLE)).as("after what the small one waits").isZero();
  }
}
