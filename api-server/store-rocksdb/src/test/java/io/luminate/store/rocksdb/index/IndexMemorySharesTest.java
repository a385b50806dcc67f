// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.index;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class IndexMemorySharesTest {
  private final IndexMemory whole = new IndexMemory(1_600);
  private final IndexMemory acme = whole.part();
  private final IndexMemory globex = whole.part();

  @Test
  void fullFor_part_threeQuarters_foldedHalfOfWhatIsKept() {
    assertThat(acme.fullFor(1_200, false)).isEmpty();
    assertThat(acme.fullFor(1_201, false)).containsSame(acme);
    assertThat(acme.fullFor(1_250, true)).isEmpty();
    assertThat(acme.fullFor(1_251, true)).containsSame(acme);
  }

  @Test
  void fullFor_whole_keepsASixteenthForFolded() {
    acme.grow(1_200);
    assertThat(globex.fullFor(300, false)).isEmpty();
    assertThat(globex.fullFor(301, false)).containsSame(whole);
    assertThat(globex.fullFor(400, true)).isEmpty();
    assertThat(globex.fullFor(401, true)).containsSame(whole);
    acme.grow(-200);
    assertThat(globex.fullFor(500, false)).isEmpty();
    assertThat(whole.bytes()).isEqualTo(1_000);
  }

  @Test
  void comesNear_atFourFifths_once_untilBelowThreeQuarters() {
    acme.grow(959);
    assertThat(acme.comesNear()).isEmpty();
    acme.grow(1);
    assertThat(acme.comesNear()).containsSame(acme);
    assertThat(acme.comesNear()).isEmpty();
    acme.grow(-60);
    acme.comesNear();
    acme.grow(60);
    assertThat(acme.comesNear()).as("not below three quarters meanwhile").isEmpty();
    acme.grow(-61);
    assertThat(acme.comesNear()).isEmpty();
    acme.grow(61);
    assertThat(acme.comesNear()).containsSame(acme);
  }

  @Test
  void comesNear_whole_whoeverBringsIt() {
    acme.grow(900);
    globex.grow(300);
    assertThat(globex.comesNear()).containsSame(whole);
    assertThat(globex.comesNear()).isEmpty();
    assertThat(acme.comesNear()).isEmpty();
  }
}
