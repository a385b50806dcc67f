// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.model.TenantId;
import io.luminate.store.PointBatch;
import io.luminate.store.StoreException;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** A tenant that writes more than ClickHouse takes leaves room for the others. */
final class WriteQueueTest {
  private static final int POINT_BYTES = PointBatch.POINT_BYTES;
  private static final TenantId A = new TenantId("a");
  private static final TenantId B = new TenantId("b");

  private final WriteQueue queue = new WriteQueue(40L * POINT_BYTES);

  private static PendingWrite write(TenantId tenant, int points) {
    PointBatch batch = new PointBatch(tenant, points);
    for (int i = 0; i < points; i++) {
      batch.add(1, 1_000, 1);
    }
    return new PendingWrite(batch);
  }

  private void assertFull(PendingWrite refused, int limit, int waiting) {
    assertThatThrownBy(() -> queue.add(refused))
        .asInstanceOf(InstanceOfAssertFactories.type(StoreException.class))
        .extracting(StoreException::details, InstanceOfAssertFactories.MAP)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "limit_bytes", (long) limit * POINT_BYTES,
                "waiting_bytes", (long) waiting * POINT_BYTES,
                "request_bytes", refused.bytes()));
  }

  @Test
  void oneTenant_hasThreeQuarters_andTheOthersTheRest() throws InterruptedException {
    PendingWrite first = write(A, 20);
    queue.add(first);
    queue.add(write(A, 10));
    assertFull(write(A, 1), 30, 30);
    queue.add(write(B, 10));
    assertFull(write(B, 1), 40, 40);
    assertThat(queue.take()).contains(first);
    queue.add(write(B, 5));
    queue.add(write(A, 15));
  }

  @Test
  void tenants_takeTurns_eachInItsOwnOrder() throws InterruptedException {
    PendingWrite[] ofA = {write(A, 5), write(A, 5), write(A, 5)};
    PendingWrite[] ofB = {write(B, 5), write(B, 5)};
    queue.add(ofA[0]);
    queue.add(ofA[1]);
    queue.add(ofB[0]);
    assertThat(queue.take()).contains(ofA[0]);
    assertThat(queue.take()).contains(ofB[0]);
    queue.add(ofA[2]);
    queue.add(ofB[1]);
    assertThat(queue.take()).contains(ofA[1]);
    assertThat(queue.take()).contains(ofB[1]);
    assertThat(queue.take()).contains(ofA[2]);
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void whoWithdrawsItsLast_hasNoTurn() throws InterruptedException {
    PendingWrite withdrawn = write(A, 5);
    PendingWrite other = write(B, 5);
    queue.add(withdrawn);
    queue.add(other);
    assertThat(queue.withdraw(withdrawn)).isTrue();
    assertThat(queue.withdraw(withdrawn)).isFalse();
    assertThat(queue.take()).contains(other);
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void whatIsWithdrawnOrDrained_makesRoom() {
    PendingWrite first = write(A, 30);
    queue.add(first);
    assertThat(queue.withdraw(first)).isTrue();
    queue.add(write(A, 30));
    assertThat(queue.drain()).hasSize(1);
    queue.add(write(A, 30));
  }

  @Test
  void requestAlone_isNeverTooMuch() {
    queue.add(write(A, 100));
    assertFull(write(A, 1), 30, 100);
  }
}
