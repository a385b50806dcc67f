// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Thousands of crash points. A failing seed is named in the message; {@code
 * -Dluminate.journal.seed=N} starts there.
 */
class JournalSimulationTest {
  private static final long FIRST_SEED = Long.getLong("luminate.journal.seed", 1);
  private static final int SEEDS = 1_000;
  private static final int SOAK_SEEDS = Integer.getInteger("luminate.journal.seeds", 200_000);

  @Test
  void powerLoss_losesNothingAcknowledged() throws Exception {
    assertThat(crashes(Durability.DISK, SEEDS)).isGreaterThan(4_000);
  }

  @Test
  void processDeath_losesNothingAcknowledged() throws Exception {
    assertThat(crashes(Durability.PROCESS, SEEDS)).isGreaterThan(4_000);
  }

  @Test
  @Tag("soak")
  void powerLoss_manySeeds() throws Exception {
    assertThat(crashes(Durability.DISK, SOAK_SEEDS)).isPositive();
  }

  private static int crashes(Durability durability, int seeds) throws Exception {
    int crashes = 0;
    for (long seed : JournalLife.seeds(FIRST_SEED, seeds)) {
      try {
        crashes += new JournalLife(seed, durability).run();
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    return crashes;
  }
}
