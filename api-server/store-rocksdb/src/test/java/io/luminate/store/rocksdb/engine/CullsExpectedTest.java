// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** That the killed writers' deletes would be found out if they held in part. */
class CullsExpectedTest {
  private static final int ALL = (1 << Culls.GROUPS * Culls.POINTS) - 1;

  /** Takes groups 0 and 1. */
  private static final long CULL = 71;

  private static final List<Long> STORED = List.of(70L, CULL, 72L);

  private static int without(int groups) {
    return ALL & -1 << groups * Culls.POINTS;
  }

  private static void verify(int before, int own, List<Long> acknowledged) {
    Map<Long, Integer> places = new HashMap<>(Map.of(70L, before, CULL, own, 72L, ALL));
    new CullsExpected(places, acknowledged).verify(STORED, "here");
  }

  @Test
  void verify_holdsWhollyOrNotAtAll_passes() {
    assertThat(Culls.groups(CULL)).containsExactly(0, 1);
    verify(without(2), without(2), List.of(CULL));
    verify(without(2), without(2), List.of());
    verify(ALL, ALL, List.of());
  }

  @Test
  void verify_acknowledgedButNotInForce_fails() {
    assertThatThrownBy(() -> verify(ALL, ALL, List.of(CULL))).isInstanceOf(AssertionError.class);
  }

  @Test
  void verify_inOneOfItsGroups_fails() {
    assertThatThrownBy(() -> verify(without(1), without(1), List.of()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("groups of the delete with request 71");
  }

  @Test
  void verify_somePointsAreLeft_fails() {
    assertThatThrownBy(() -> verify(without(2) | 1, without(2), List.of(CULL)))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> verify(without(2) | 1, without(2), List.of()))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void verify_takesMoreThanItsGroups_fails() {
    assertThatThrownBy(() -> verify(without(3), without(2), List.of(CULL)))
        .isInstanceOf(AssertionError.class);
  }
}
