// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import static io.luminate.store.testkit.Answers.assertRows;
import static io.luminate.store.testkit.Answers.row;
import static io.luminate.store.testkit.StoreFixture.SECOND;
import static io.luminate.store.testkit.StoreFixture.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.store.AggregateResult;
import io.luminate.store.Aggregation;
import org.junit.jupiter.api.Test;

/** What each aggregation means. */
interface AggregateCases extends ContractCases {

  @Test
  default void aggregate_sum() {
    given().add("m", T0, 1.5).add("m", T0, -4, "k", "v").add("m", T0 + 1, 8);
    assertRows(given().ask("m").rows(Aggregation.SUM), row(5.5, 3));
  }

  @Test
  default void aggregate_avg_dividesByPointsNotBySeries() {
    given().add("m", T0, 1).add("m", T0 + 1, 1).add("m", T0 + 2, 1).add("m", T0, 9, "k", "v");
    assertRows(given().ask("m").rows(Aggregation.AVG), row(3, 4));
  }

  @Test
  default void aggregate_count() {
    given().add("m", T0, 0).add("m", T0, -1).add("m", T0 + 1, 5, "k", "v");
    assertRows(given().ask("m").rows(Aggregation.COUNT), row(3, 3));
  }

  @Test
  default void aggregate_minAndMax() {
    given().add("m", T0, 3).add("m", T0 + 1, -2.5).add("m", T0 + 2, 7);
    assertRows(given().ask("m").rows(Aggregation.MIN), row(-2.5, 3));
    assertRows(given().ask("m").rows(Aggregation.MAX), row(7, 3));
  }

  @Test
  default void aggregate_bothEndsOfTheRange_areIncluded() {
    given().add("m", T0 - 1, 1).add("m", T0, 2).add("m", T0 + 5, 4).add("m", T0 + 6, 8);
    assertRows(given().ask("m").between(T0, T0 + 5).rows(Aggregation.SUM), row(6, 2));
  }

  @Test
  default void aggregate_noMatch_isEmpty() {
    given().add("m", T0, 1);
    for (Aggregation aggregation : Aggregation.values()) {
      AggregateResult none = given().ask("m").between(T0 + 1, T0 + 2).aggregate(aggregation);
      assertThat(none.rows()).isEmpty();
      assertThat(none.totalGroups()).isZero();
      assertThat(given().ask("other").rows(aggregation)).isEmpty();
      assertThat(given().ask("m").by("k").where("k", "x").rows(aggregation)).isEmpty();
    }
  }

  @Test
  default void percentile_betweenRanks_isLinear() {
    for (int i = 20; i >= 1; i--) {
      given().add("m", T0 + i, i, "k", "v" + i % 3);
    }
    assertRows(given().ask("m").rows(Aggregation.P50), row(10.5, 20));
    assertRows(given().ask("m").rows(Aggregation.P95), row(19.05, 20));
    assertRows(given().ask("m").rows(Aggregation.P99), row(19.81, 20));
  }

  @Test
  default void percentile_onARank_isThatValue() {
    for (int i = 0; i <= 100; i++) {
      given().add("m", T0 + i * 37 % 101, i * 3);
    }
    assertRows(given().ask("m").rows(Aggregation.P50), row(150, 101));
    assertRows(given().ask("m").rows(Aggregation.P95), row(285, 101));
    assertRows(given().ask("m").rows(Aggregation.P99), row(297, 101));
  }

  @Test
  default void percentile_onePoint_isItsValue() {
    given().add("m", T0, -3.25);
    assertRows(given().ask("m").rows(Aggregation.P99), row(-3.25, 1));
  }

  @Test
  default void percentile_isExactNotApproximate() {
    given().add("m", T0, 1);
    assertThat(given().ask("m").aggregate(Aggregation.P95).rankError()).isEmpty();
  }

  @Test
  default void integral_isTheTrapezoidInValueSeconds() {
    given().add("m", T0, 1).add("m", T0 + SECOND, 3).add("m", T0 + 3 * SECOND, 5);
    assertRows(given().ask("m").rows(Aggregation.INTEGRAL), row(10, 3));
  }

  @Test
  default void integral_millisecondsCountAsFractions() {
    given().add("m", T0, 2).add("m", T0 + 250, 4);
    assertRows(given().ask("m").rows(Aggregation.INTEGRAL), row(0.75, 2));
  }

  @Test
  default void integral_arrivalOrder_doesNotMatter() {
    given().add("m", T0 + 3 * SECOND, 5).store();
    given().add("m", T0, 1).add("m", T0 + SECOND, 3);
    assertRows(given().ask("m").rows(Aggregation.INTEGRAL), row(10, 3));
  }

  @Test
  default void integral_tiedTimestamps_ascendByValue() {
    given().add("m", T0, 0).add("m", T0 + SECOND, 10).add("m", T0 + SECOND, 4);
    given().add("m", T0 + 3 * SECOND, 0);
    assertRows(given().ask("m").rows(Aggregation.INTEGRAL), row(12, 4));
  }

  @Test
  default void integral_ofSeveralSeries_isTheSumOfEach() {
    given().add("m", T0, 1, "k", "a").add("m", T0 + 2 * SECOND, 1, "k", "a");
    given().add("m", T0 + SECOND, 100, "k", "b").add("m", T0 + 2 * SECOND, 100, "k", "b");
    assertRows(given().ask("m").rows(Aggregation.INTEGRAL), row(102, 4));
  }

  @Test
  default void integral_onePoint_isZero() {
    given().add("m", T0, 5);
    assertRows(given().ask("m").rows(Aggregation.INTEGRAL), row(0, 1));
  }

  @Test
  default void integral_pointsOutsideTheRange_doNotReachIn() {
    given().add("m", T0 - SECOND, 100).add("m", T0, 1).add("m", T0 + SECOND, 1);
    given().add("m", T0 + 2 * SECOND, 100);
    assertRows(given().ask("m").between(T0, T0 + SECOND).rows(Aggregation.INTEGRAL), row(1, 2));
  }

  @Test
  default void stats_countSeriesAndPointsThatEntered() {
    given().add("m", T0, 1, "k", "a").add("m", T0 + 1, 1, "k", "a").add("m", T0 + 9, 1, "k", "b");
    given().add("m", T0, 1, "k", "c");
    var stats =
        given()
            .ask("m")
            .between(T0, T0 + 5)
            .where("k", "a", "b")
            .aggregate(Aggregation.SUM)
            .stats();
    assertThat(stats.series()).hasValue(1);
    assertThat(stats.points()).isEqualTo(2);
  }
}
