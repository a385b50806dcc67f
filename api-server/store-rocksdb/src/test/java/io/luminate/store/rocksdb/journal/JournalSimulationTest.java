// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.store.rocksdb.journal.JournalLife.Fate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Thousands of crash points. A failing seed is named in the message; {@code
 * -Dluminate.journal.seed=N} starts there.
 */
class JournalSimulationTest {
  private static final long FIRST_SEED = Long.getLong("luminate.journal.seed", 1);
  private static final int SEEDS = 1_000;
  private static final int LOSSY_SEEDS = 500;
  private static final int SOAK_SEEDS = Integer.getInteger("luminate.journal.seeds", 40_000);

  private static final Fate FORCED = new Fate(Durability.DISK, true, false);
  private static final Fate FORCED_ROTTEN = new Fate(Durability.DISK, true, true);
  private static final Fate UNFORCED = new Fate(Durability.PROCESS, true, false);
  private static final Fate UNFORCED_KILLED = new Fate(Durability.PROCESS, false, false);
  private static final Fate UNFORCED_ROTTEN = new Fate(Durability.PROCESS, false, true);

  @Test
  void powerLoss_losesNothingAcknowledged() throws Exception {
    assertThat(crashes(FORCED, SEEDS)).isGreaterThan(4_000);
  }

  @Test
  void processDeath_losesNothingAcknowledged() throws Exception {
    assertThat(crashes(UNFORCED_KILLED, SEEDS)).isGreaterThan(4_000);
  }

  @Test
  void powerLoss_unforced_namesWhatIsLostAndLosesNothingLater() throws Exception {
    assertThat(crashes(UNFORCED, LOSSY_SEEDS)).isGreaterThan(2_000);
  }

  @Test
  void bitRot_inTheLastFrame_losesThatAlone() throws Exception {
    assertThat(crashes(FORCED_ROTTEN, LOSSY_SEEDS)).isGreaterThan(2_000);
    assertThat(crashes(UNFORCED_ROTTEN, LOSSY_SEEDS)).isGreaterThan(2_000);
  }

  @Test
  @Tag("soak")
  void powerLoss_manySeeds() throws Exception {
    assertThat(crashes(FORCED, SOAK_SEEDS)).isPositive();
  }

  @Test
  @Tag("soak")
  void losses_manySeeds() throws Exception {
    assertThat(crashes(UNFORCED, SOAK_SEEDS)).isPositive();
    assertThat(crashes(FORCED_ROTTEN, SOAK_SEEDS)).isPositive();
    assertThat(crashes(UNFORCED_ROTTEN, SOAK_SEEDS)).isPositive();
  }

  private static int crashes(Fate fate, int seeds) throws Exception {
    int crashes = 0;
    for (long seed : JournalLife.seeds(FIRST_SEED, seeds)) {
      try {
        crashes += new JournalLife(seed, fate).run();
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", " + fate, e);
      }
    }
    return crashes;
  }
}
