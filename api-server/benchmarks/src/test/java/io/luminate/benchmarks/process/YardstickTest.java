// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class YardstickTest {
  @Test
  void pieces_areCountedSinceAMark() throws InterruptedException {
    try (Yardstick yardstick = new Yardstick()) {
      yardstick.start();
      Yardstick.Mark begun = await(yardstick, 1);
      await(yardstick, begun.pieces() + 2);
      assertThat(yardstick.microsPerPieceSince(begun)).isPositive();
    }
  }

  private static Yardstick.Mark await(Yardstick yardstick, long pieces)
      throws InterruptedException {
    while (yardstick.mark().pieces() < pieces) {
      Thread.sleep(5);
    }
    return yardstick.mark();
  }
}
