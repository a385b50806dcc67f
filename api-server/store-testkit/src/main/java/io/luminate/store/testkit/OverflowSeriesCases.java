// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import static io.luminate.store.SeriesLimits.OVERFLOW_VALUE;
import static io.luminate.store.testkit.Answers.assertRates;
import static io.luminate.store.testkit.Answers.assertRows;
import static io.luminate.store.testkit.Answers.rateAt;
import static io.luminate.store.testkit.Answers.row;
import static io.luminate.store.testkit.Answers.rowAt;
import static io.luminate.store.testkit.StoreFixture.DAY;
import static io.luminate.store.testkit.StoreFixture.HOUR;
import static io.luminate.store.testkit.StoreFixture.MINUTE;
import static io.luminate.store.testkit.StoreFixture.SECOND;
import static io.luminate.store.testkit.StoreFixture.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.store.AggregateResult;
import io.luminate.store.AggregateRow;
import io.luminate.store.Aggregation;
import io.luminate.store.RateResult;
import io.luminate.store.RateRow;
import io.luminate.store.ScanStats;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A series that stands for several has points of all of them: they count, but what lies between two
 * of them means nothing.
 */
interface OverflowSeriesCases extends ContractCases {

  /** Two series, and two that stand for others; by k there is a group of the latter alone. */
  private StoreFixture folded() {
    return given()
        .add("m", T0, 10, "customer", "a", "k", "x")
        .add("m", T0 + SECOND, 40, "customer", "a", "k", "x")
        .add("m", T0, 1, "customer", "b", "k", "y")
        .add("m", T0 + 2 * SECOND, 7, "customer", "b", "k", "y")
        .add("m", T0, 1_000, "customer", OVERFLOW_VALUE, "k", "x")
        .add("m", T0 + SECOND, 9_000, "customer", OVERFLOW_VALUE, "k", "x")
        .add("m", T0, 2_000, "customer", OVERFLOW_VALUE, "k", OVERFLOW_VALUE)
        .add("m", T0 + SECOND, 8_000, "customer", OVERFLOW_VALUE, "k", OVERFLOW_VALUE);
  }

  private static void assertLeftOut(ScanStats stats, long series, long points, long leftOut) {
    assertThat(stats.series()).hasValue(series);
    assertThat(stats.points()).isEqualTo(points);
    assertThat(stats.overflowSeriesLeftOut()).isEqualTo(leftOut);
  }

  @Test
  default void rate_overflowSeries_areLeftOutAndCounted() {
    RateResult result = folded().ask("m").every(MINUTE).rate();
    assertRates(result.rows(), rateAt(T0, 36 / 60.0));
    assertLeftOut(result.stats(), 2, 4, 2);
  }

  @Test
  default void rate_grouped_aGroupOfOverflowSeriesAlone_isNone() {
    RateResult result = folded().ask("m").by("k").every(MINUTE).rate();
    assertRates(result.rows(), rateAt(T0, 0.5, "x"), rateAt(T0, 0.1, "y"));
    assertThat(result.totalGroups()).isEqualTo(2);
    assertLeftOut(result.stats(), 2, 4, 2);
  }

  @Test
  default void rate_nothingButOverflowSeries_isEmptyAndSaysSo() {
    RateResult result = folded().ask("m").where("customer", OVERFLOW_VALUE).every(MINUTE).rate();
    assertThat(result.rows()).isEmpty();
    assertThat(result.totalGroups()).isZero();
    assertLeftOut(result.stats(), 0, 0, 2);
  }

  @Test
  default void rate_ofOneCustomer_overflowSeriesAreLeftOutAndCounted() {
    given().add("m", T0, 10, "customer_id", "a", "k", "x");
    given().add("m", T0 + SECOND, 40, "customer_id", "a", "k", "x");
    given().add("m", T0, 1_000, "customer_id", "a", "k", OVERFLOW_VALUE);
    given().add("m", T0 + SECOND, 9_000, "customer_id", "a", "k", OVERFLOW_VALUE);
    RateResult result = given().ask("m").where("customer_id", "a").every(MINUTE).rate();
    assertRates(result.rows(), rateAt(T0, 0.5));
    assertLeftOut(result.stats(), 1, 2, 1);
  }

  @Test
  default void rate_leftOut_countsThoseThatMatchAndHaveAPointInTheRange() {
    given().add("m", T0 - DAY, 5, "customer", OVERFLOW_VALUE, "k", "x", "old", "yes");
    assertThat(folded().ask("m").where("k", "x").every(MINUTE).rate().stats())
        .returns(2L, ScanStats::overflowSeriesLeftOut);
    assertThat(
            given()
                .ask("m")
                .between(T0 - HOUR, T0 + HOUR)
                .where("k", "x")
                .every(MINUTE)
                .rate()
                .stats())
        .returns(1L, ScanStats::overflowSeriesLeftOut);
    assertThat(given().ask("m").where("k", "y").every(MINUTE).rate().stats())
        .returns(0L, ScanStats::overflowSeriesLeftOut);
  }

  @Test
  default void integral_overflowSeries_areLeftOutAndCounted() {
    AggregateResult result = folded().ask("m").aggregate(Aggregation.INTEGRAL);
    assertRows(result.rows(), row(25 + 8, 4));
    assertLeftOut(result.stats(), 2, 4, 2);
  }

  @Test
  default void integral_groupedByBucket_overflowSeriesAreLeftOut() {
    AggregateResult result =
        folded().ask("m").by("k").every(MINUTE).aggregate(Aggregation.INTEGRAL);
    assertRows(result.rows(), rowAt(T0, 25, 2, "x"), rowAt(T0, 8, 2, "y"));
    assertThat(result.totalGroups()).isEqualTo(2);
    assertLeftOut(result.stats(), 2, 4, 2);
  }

  /**
   * Three series, one of which lies below zero and one of which has a single point, and by k three
   * groups that have nothing but one that stands for others; each would rank before some of them.
   */
  private StoreFixture mostlyFolded() {
    StoreFixture given =
        given()
            .add("m", T0, 10, "customer", "a", "k", "x")
            .add("m", T0 + SECOND, 40, "customer", "a", "k", "x")
            .add("m", T0, -7, "customer", "b", "k", "y")
            .add("m", T0 + 2 * SECOND, -1, "customer", "b", "k", "y")
            .add("m", T0, -3, "customer", "c", "k", "z");
    for (String group : List.of("1", "2", "~")) {
      given
          .add("m", T0, 1, "customer", OVERFLOW_VALUE, "k", group)
          .add("m", T0 + SECOND, 9, "customer", OVERFLOW_VALUE, "k", group);
    }
    return given;
  }

  @Test
  default void rate_limit_isOfGroupsThatAreNotOfOverflowSeriesAlone() {
    StoreFixture given = mostlyFolded();
    List<RateRow> rows = List.of(rateAt(T0, 0.5, "x"), rateAt(T0, 0.1, "y"));
    for (int limit = 1; limit <= 4; limit++) {
      RateResult result = given.ask("m").by("k").every(MINUTE).limit(limit).rate();
      assertRates(result.rows(), rows.subList(0, Math.min(limit, 2)).toArray(RateRow[]::new));
      assertThat(result.totalGroups()).isEqualTo(2);
      assertLeftOut(result.stats(), 3, 5, 3);
    }
  }

  @Test
  default void integral_limit_isOfGroupsThatAreNotOfOverflowSeriesAlone() {
    StoreFixture given = mostlyFolded();
    for (int limit = 1; limit <= 4; limit++) {
      AggregateResult all = given.ask("m").by("k").limit(limit).aggregate(Aggregation.INTEGRAL);
      assertIntegrals(all, limit, row(25, 2, "x"), row(0, 1, "z"), row(-8, 2, "y"));
      AggregateResult byBucket =
          given.ask("m").by("k").every(MINUTE).limit(limit).aggregate(Aggregation.INTEGRAL);
      assertIntegrals(
          byBucket, limit, rowAt(T0, 25, 2, "x"), rowAt(T0, 0, 1, "z"), rowAt(T0, -8, 2, "y"));
    }
  }

  private static void assertIntegrals(AggregateResult result, int limit, AggregateRow... rows) {
    assertRows(result.rows(), Arrays.copyOf(rows, Math.min(limit, rows.length)));
    assertThat(result.totalGroups()).isEqualTo(rows.length);
    assertLeftOut(result.stats(), 3, 5, 3);
  }

  @Test
  default void grouped_nothingButOverflowSeries_isEmptyAndSaysSo() {
    StoreFixture given = mostlyFolded();
    RateResult rate = given.ask("m").where("k", "1", "2").by("k").every(MINUTE).limit(1).rate();
    assertThat(rate.rows()).isEmpty();
    assertThat(rate.totalGroups()).isZero();
    assertLeftOut(rate.stats(), 0, 0, 2);
    for (AggregateResult integral :
        List.of(
            given.ask("m").where("k", "1", "2").limit(1).aggregate(Aggregation.INTEGRAL),
            given.ask("m").where("k", "1", "2").by("k").limit(1).aggregate(Aggregation.INTEGRAL),
            given
                .ask("m")
                .where("k", "1", "2")
                .by("k")
                .every(MINUTE)
                .limit(1)
                .aggregate(Aggregation.INTEGRAL))) {
      assertThat(integral.rows()).isEmpty();
      assertThat(integral.totalGroups()).isZero();
      assertLeftOut(integral.stats(), 0, 0, 2);
    }
  }

  /** Values and numbers of points are whoever's they are. */
  @Test
  default void others_overflowSeries_belongToThem() {
    StoreFixture given = folded();
    assertRows(given.ask("m").rows(Aggregation.SUM), row(20_058, 8));
    assertRows(given.ask("m").rows(Aggregation.COUNT), row(8, 8));
    assertRows(given.ask("m").rows(Aggregation.MIN), row(1, 8));
    assertRows(given.ask("m").rows(Aggregation.MAX), row(9_000, 8));
    assertRows(given.ask("m").rows(Aggregation.AVG), row(20_058 / 8.0, 8));
    assertRows(given.ask("m").rows(Aggregation.P50), row(520, 8));
    assertThat(given.ask("m").aggregate(Aggregation.SUM).stats())
        .returns(0L, ScanStats::overflowSeriesLeftOut);
    assertThat(given.ask("m").points().points()).hasSize(8);
  }
}
