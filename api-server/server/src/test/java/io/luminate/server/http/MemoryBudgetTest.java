// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.server.config.BatchWriteConfig;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
  private static final long MIB = 1 << 20;
  private static final long WIRE_BYTES = 10 * MIB;

  @Test
  void requestBytes_inAHeapOfEitherDefault_haveRoomForTheLargestBody() {
    for (long heap : new long[] {352 * MIB, 512 * MIB}) {
      assertThat(MemoryBudget.requestBytes(heap))
          .isGreaterThan(WIRE_BYTES + BatchWriteConfig.INFLATED_BYTES_MAX);
    }
  }

  @Test
  void requestBytes_inASmallHeap_areASixth() {
    assertThat(MemoryBudget.requestBytes(240 * MIB)).isEqualTo(40 * MIB);
    assertThat(MemoryBudget.requestBytes(60 * MIB)).isEqualTo(10 * MIB);
  }
}
