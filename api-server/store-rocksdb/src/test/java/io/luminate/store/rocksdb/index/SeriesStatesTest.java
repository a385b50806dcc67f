// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import org.junit.jupiter.api.Test;

final class SeriesStatesTest {
  private static final int SERIES = 5;

  private final SeriesStates states = new SeriesStates();

  private void retire() {
    states.define(SERIES);
    BitSet all = new BitSet();
    all.set(SERIES);
    states.retire(all);
  }

  @Test
  void revived_isDefinedAgain() {
    retire();
    assertThat(states.isDefined(SERIES)).isFalse();
    states.revive(SERIES);
    assertThat(states.isDefined(SERIES)).isTrue();
  }

  /** The batch may be durable, and then nothing but a frame's own definition brings it back. */
  @Test
  void revived_afterABatchOfUnknownFate_isDefinedByTheNextFrameAlone() {
    retire();
    states.undefineRetiring();
    states.redefine();
    states.revive(SERIES);
    assertThat(states.isDefined(SERIES)).isFalse();
    states.define(SERIES);
    assertThat(states.isDefined(SERIES)).isTrue();
  }

  @Test
  void freed_afterABatchOfUnknownFate_isAsNew() {
    retire();
    states.undefineRetiring();
    states.redefine();
    states.undefineRetiring();
    assertThat(states.freeRetiring().get(SERIES)).isTrue();
    assertThat(states.take(9)).isEqualTo(SERIES);
    states.define(SERIES);
    assertThat(states.isDefined(SERIES)).isTrue();
  }
}
