// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import static io.luminate.store.testkit.Answers.assertRows;
import static io.luminate.store.testkit.Answers.overflow;
import static io.luminate.store.testkit.Answers.row;
import static io.luminate.store.testkit.StoreFixture.SECOND;
import static io.luminate.store.testkit.StoreFixture.T0;

import io.luminate.store.Aggregation;
import org.junit.jupiter.api.Test;

/** Only a true result beyond the range of a double overflows. */
interface OverflowCases extends ContractCases {
  double HUGE = 1.7e308;

  @Test
  default void sum_beyondADouble_isEmpty() {
    given().add("m", T0, HUGE).add("m", T0 + 1, HUGE);
    assertRows(given().ask("m").rows(Aggregation.SUM), overflow(2));
  }

  @Test
  default void sum_thatPassesTheRangeAndReturns_isExact() {
    given().add("m", T0, HUGE).add("m", T0 + 1, HUGE).add("m", T0 + 2, -HUGE);
    assertRows(given().ask("m").rows(Aggregation.SUM), row(HUGE, 3));
  }

  @Test
  default void sum_overflowed_ranksAsItsInfinity() {
    given().add("m", T0, -HUGE, "k", "a").add("m", T0 + 1, -HUGE, "k", "a");
    given().add("m", T0, 5, "k", "b").add("m", T0, -1e308, "k", "c");
    given().add("m", T0, HUGE, "k", "d").add("m", T0 + 1, HUGE, "k", "d");
    assertRows(
        given().ask("m").by("k").rows(Aggregation.SUM),
        overflow(2, "d"),
        row(5, 1, "b"),
        row(-1e308, 1, "c"),
        overflow(2, "a"));
  }

  @Test
  default void avg_neverOverflows() {
    given().add("m", T0, HUGE).add("m", T0 + 1, HUGE).add("m", T0 + 2, HUGE);
    assertRows(given().ask("m").rows(Aggregation.AVG), row(HUGE, 3));
  }

  @Test
  default void percentile_betweenOppositeExtremes_doesNotOverflow() {
    given().add("m", T0, HUGE).add("m", T0 + 1, -HUGE);
    assertRows(given().ask("m").rows(Aggregation.P50), row(0, 2));
    assertRows(given().ask("m").rows(Aggregation.P95), row(0.9 * HUGE, 2));
  }

  @Test
  default void integral_ofHugeValues_overflowsOnlyInTruth() {
    given().add("m", T0, HUGE).add("m", T0 + SECOND, HUGE);
    assertRows(given().ask("m").rows(Aggregation.INTEGRAL), row(HUGE, 2));
    given().add("m", T0 + 2 * SECOND, HUGE);
    assertRows(given().ask("m").rows(Aggregation.INTEGRAL), overflow(3));
    given().add("m", T0, -HUGE, "k", "v").add("m", T0 + SECOND, -HUGE, "k", "v");
    assertRows(given().ask("m").rows(Aggregation.INTEGRAL), row(HUGE, 5));
  }
}
