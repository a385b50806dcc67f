// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import static io.luminate.store.testkit.Answers.assertRows;
import static io.luminate.store.testkit.Answers.row;
import static io.luminate.store.testkit.Answers.rowAt;
import static io.luminate.store.testkit.StoreFixture.DAY;
import static io.luminate.store.testkit.StoreFixture.MINUTE;
import static io.luminate.store.testkit.StoreFixture.SECOND;
import static io.luminate.store.testkit.StoreFixture.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.store.AggregateResult;
import io.luminate.store.Aggregation;
import org.junit.jupiter.api.Test;

/** Buckets of time. */
interface BucketCases extends ContractCases {

  @Test
  default void interval_buckets_areMultiplesSinceTheEpoch() {
    long oddMillis = 433_337;
    long start = T0 - T0 % oddMillis;
    given().add("m", start - 1, 1).add("m", start, 2).add("m", start + oddMillis - 1, 4);
    assertRows(
        given().ask("m").every(oddMillis).rows(Aggregation.SUM),
        rowAt(start - oddMillis, 1, 1),
        rowAt(start, 6, 2));
  }

  @Test
  default void interval_wholeWeek_startsOnTheEpochsWeekday() {
    // 2026-03-05 is a Thursday, as 1970-01-01 was.
    long thursday = 1_772_668_800_000L;
    given().add("m", T0, 1);
    assertRows(given().ask("m").every(7 * DAY).rows(Aggregation.COUNT), rowAt(thursday, 1, 1));
  }

  @Test
  default void interval_bucketThatMeetsTheRange_isCoveredWhole() {
    given().add("m", T0 - 1, 100).add("m", T0, 1).add("m", T0 + 30 * SECOND, 2);
    given().add("m", T0 + MINUTE - 1, 4).add("m", T0 + MINUTE, 100);
    assertRows(
        given()
            .ask("m")
            .between(T0 + 10 * SECOND, T0 + 20 * SECOND)
            .every(MINUTE)
            .rows(Aggregation.SUM),
        rowAt(T0, 7, 3));
  }

  @Test
  default void interval_rangeEndOnABoundary_leavesThatBucketOut() {
    given().add("m", T0, 1).add("m", T0 + MINUTE, 2);
    assertRows(
        given().ask("m").between(T0, T0 + MINUTE).every(MINUTE).rows(Aggregation.SUM),
        rowAt(T0, 1, 1));
    assertRows(
        given().ask("m").between(T0, T0 + MINUTE + 1).every(MINUTE).rows(Aggregation.SUM),
        rowAt(T0, 1, 1),
        rowAt(T0 + MINUTE, 2, 1));
  }

  @Test
  default void interval_startIsEnd_coversItsBucket() {
    given().add("m", T0, 1).add("m", T0 + MINUTE, 2).add("m", T0 + MINUTE + 9, 4);
    long instant = T0 + MINUTE;
    assertRows(
        given().ask("m").between(instant, instant).every(MINUTE).rows(Aggregation.SUM),
        rowAt(T0 + MINUTE, 6, 2));
  }

  @Test
  default void interval_emptyBuckets_areLeftOut() {
    given().add("m", T0, 1).add("m", T0 + 5 * MINUTE, 2);
    assertRows(
        given().ask("m").every(MINUTE).rows(Aggregation.AVG),
        rowAt(T0, 1, 1),
        rowAt(T0 + 5 * MINUTE, 2, 1));
  }

  @Test
  default void interval_topN_isOverTheWholeRangeAndRowsFollowRankThenTime() {
    given().add("m", T0, 10, "k", "a").add("m", T0 + MINUTE, 2, "k", "a");
    given().add("m", T0, 1, "k", "b").add("m", T0 + MINUTE, 20, "k", "b");
    given().add("m", T0, 11, "k", "c");
    AggregateResult top =
        given().ask("m").by("k").every(MINUTE).limit(2).aggregate(Aggregation.SUM);
    assertRows(
        top.rows(),
        rowAt(T0, 1, 1, "b"),
        rowAt(T0 + MINUTE, 20, 1, "b"),
        rowAt(T0, 10, 1, "a"),
        rowAt(T0 + MINUTE, 2, 1, "a"));
    assertThat(top.totalGroups()).isEqualTo(3);
  }

  @Test
  default void interval_rank_countsTheWholeCoveredBuckets() {
    given().add("m", T0 + SECOND, 3, "k", "a").add("m", T0 + 50 * SECOND, 9, "k", "b");
    given().add("m", T0 + SECOND, 1, "k", "b");
    assertRows(
        given()
            .ask("m")
            .between(T0, T0 + 2 * SECOND)
            .by("k")
            .every(MINUTE)
            .limit(1)
            .rows(Aggregation.SUM),
        rowAt(T0, 10, 2, "b"));
  }

  @Test
  default void interval_rankByAverage_isOfAllPointsNotOfBuckets() {
    given().add("m", T0, 10, "k", "a").add("m", T0 + MINUTE, 1, "k", "a");
    given().add("m", T0 + MINUTE + 1, 1, "k", "a").add("m", T0, 5, "k", "b");
    assertRows(
        given().ask("m").by("k").every(MINUTE).limit(1).rows(Aggregation.AVG),
        rowAt(T0, 5, 1, "b"));
  }

  @Test
  default void interval_percentiles_arePerBucket() {
    given().add("m", T0, 1).add("m", T0 + 1, 2).add("m", T0 + 2, 4);
    given().add("m", T0 + MINUTE, 10).add("m", T0 + MINUTE + 1, 20);
    assertRows(
        given().ask("m").every(MINUTE).rows(Aggregation.P50),
        rowAt(T0, 2, 3),
        rowAt(T0 + MINUTE, 15, 2));
  }

  @Test
  default void interval_integral_belongsToTheLaterPointsBucketAndAddsUp() {
    given().add("m", T0, 2).add("m", T0 + 50 * SECOND, 2).add("m", T0 + 70 * SECOND, 4);
    given().add("m", T0 + 130 * SECOND, 0);
    assertRows(
        given().ask("m").every(MINUTE).rows(Aggregation.INTEGRAL),
        rowAt(T0, 100, 2),
        rowAt(T0 + MINUTE, 60, 1),
        rowAt(T0 + 2 * MINUTE, 120, 1));
    assertRows(given().ask("m").rows(Aggregation.INTEGRAL), row(280, 4));
  }

  @Test
  default void interval_integralOfABucketWithoutTrapezoid_isZero() {
    given().add("m", T0 + 59 * SECOND, 3).add("m", T0 + 61 * SECOND, 5);
    assertRows(
        given().ask("m").every(MINUTE).rows(Aggregation.INTEGRAL),
        rowAt(T0, 0, 1),
        rowAt(T0 + MINUTE, 8, 1));
  }

  @Test
  default void interval_integral_startsInsideTheCoveredRange() {
    given().add("m", T0 - SECOND, 9).add("m", T0 + SECOND, 1).add("m", T0 + 3 * SECOND, 2);
    assertRows(
        given().ask("m").between(T0, T0 + MINUTE).every(MINUTE).rows(Aggregation.INTEGRAL),
        rowAt(T0, 3, 2));
  }

  @Test
  default void interval_acrossMidnight_keepsDaysTogether() {
    long midnight = T0 - T0 % DAY;
    given().add("m", midnight - 1, 1).add("m", midnight, 2).add("m", midnight + 1, 4);
    long fiveHours = 5 * StoreFixture.HOUR;
    long bucket = midnight - midnight % fiveHours;
    assertRows(
        given().ask("m").between(bucket, bucket).every(fiveHours).rows(Aggregation.SUM),
        rowAt(bucket, 7, 3));
  }
}
