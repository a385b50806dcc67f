// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.head;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrdinalFilterTest {
  private static final int POINTS = 8_192;

  @Test
  void mayHold_everyOrdinalOfThePage() {
    int[] ordinals = new Random(1).ints(POINTS, 0, 1_000_000).toArray();
    OrdinalFilter filter = new OrdinalFilter(ordinals, POINTS);
    assertThat(IntStream.of(ordinals).allMatch(filter::mayHold)).isTrue();
  }

  @Test
  void mayHold_fewOthers() {
    int[] even = IntStream.range(0, POINTS).map(i -> 2 * i).toArray();
    OrdinalFilter filter = new OrdinalFilter(even, POINTS);
    long wrong = IntStream.range(0, 100_000).map(i -> 2 * i + 1).filter(filter::mayHold).count();
    assertThat(wrong).isLessThan(1_500);
  }

  @Test
  void mayHold_growingPage_anything() {
    assertThat(OrdinalFilter.UNKNOWN.mayHold(7)).isTrue();
  }
}
