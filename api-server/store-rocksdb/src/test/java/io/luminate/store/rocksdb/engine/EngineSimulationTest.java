// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.store.rocksdb.engine.EngineLife.Fate;
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
  private static final int LOSSY_SEEDS = 100;
  private static final int SOAK_SEEDS = Integer.getInteger("luminate.engine.seeds", 3_000);

  private static final Fate FORCED = new Fate(Durability.DISK, true, false);
  private static final Fate FORCED_ROTTEN = new Fate(Durability.DISK, true, true);
  private static final Fate UNFORCED = new Fate(Durability.PROCESS, true, false);
  private static final Fate UNFORCED_KILLED = new Fate(Durability.PROCESS, false, false);
  private static final Fate UNFORCED_ROTTEN = new Fate(Durability.PROCESS, false, true);

  /** What is forced survives the machine, with a catalog that may know less than the journal. */
  @Test
  void powerLoss_keepsWhatWasAcknowledged() throws IOException {
    assertThat(crashes(FORCED, SEEDS)).isGreaterThan(1_000);
  }

  @Test
  void processDeath_keepsWhatWasAcknowledged() throws IOException {
    assertThat(crashes(UNFORCED_KILLED, SEEDS)).isGreaterThan(1_000);
  }

  @Test
  void powerLoss_unforced_keepsWhatWasSealedAndWhatComesLater() throws IOException {
    assertThat(crashes(UNFORCED, LOSSY_SEEDS)).isGreaterThan(400);
  }

  @Test
  void bitRot_inTheLastFrame_costsThatFrameAlone() throws IOException {
    assertThat(crashes(FORCED_ROTTEN, LOSSY_SEEDS)).isGreaterThan(400);
    assertThat(crashes(UNFORCED_ROTTEN, LOSSY_SEEDS)).isGreaterThan(400);
  }

  @Test
  @Tag("soak")
  void manyLives_keepWhatWasAcknowledged() throws IOException {
    assertThat(crashes(FORCED, SOAK_SEEDS)).isPositive();
    assertThat(crashes(UNFORCED_KILLED, SOAK_SEEDS)).isPositive();
  }

  @Test
  @Tag("soak")
  void manyLives_withLosses_keepTheRest() throws IOException {
    assertThat(crashes(UNFORCED, SOAK_SEEDS)).isPositive();
    assertThat(crashes(FORCED_ROTTEN, SOAK_SEEDS)).isPositive();
    assertThat(crashes(UNFORCED_ROTTEN, SOAK_SEEDS)).isPositive();
  }

  private static int crashes(Fate fate, int seeds) throws IOException {
    int crashes = 0;
    long freed = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + seeds; seed++) {
      try {
        EngineLife life = new EngineLife(seed, fate);
        crashes += life.run();
        freed += life.freed();
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", " + fate, e);
      }
    }
    assertThat(freed).as("ordinals that became free").isGreaterThan(seeds);
    return crashes;
  }
}
