// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.store.rocksdb.journal.Durability;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Thousands of crash points of the whole engine. A failing seed is named in the message; {@code
 * -Dluminate.engine.seed=N} starts there, {@code -Dluminate.engine.seeds=N} says how many a soak
 * runs.
 */
class EngineSimulationTest {
  private static final long FIRST_SEED = Long.getLong("luminate.engine.seed", 1);
  private static final int SEEDS = 250;
  private static final int SOAK_SEEDS = Integer.getInteger("luminate.engine.seeds", 20_000);

  @Test
  void powerLoss_keepsWhatWasAcknowledged() throws IOException {
    assertThat(crashes(Durability.DISK, SEEDS)).isGreaterThan(1_000);
  }

  @Test
  void processDeath_keepsWhatWasAcknowledged() throws IOException {
    assertThat(crashes(Durability.PROCESS, SEEDS)).isGreaterThan(1_000);
  }

  @Test
  @Tag("soak")
  void manyLives_keepWhatWasAcknowledged() throws IOException {
    assertThat(crashes(Durability.DISK, SOAK_SEEDS)).isPositive();
    assertThat(crashes(Durability.PROCESS, SOAK_SEEDS)).isPositive();
  }

  private static int crashes(Durability durability, int seeds) throws IOException {
    int crashes = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + seeds; seed++) {
      try {
        crashes += new EngineLife(seed, durability).run();
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    return crashes;
  }
}
