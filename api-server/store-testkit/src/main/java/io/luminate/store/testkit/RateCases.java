// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import static io.luminate.store.testkit.Answers.assertRates;
import static io.luminate.store.testkit.Answers.rateAt;
import static io.luminate.store.testkit.Answers.rateOverflow;
import static io.luminate.store.testkit.OverflowCases.HUGE;
import static io.luminate.store.testkit.StoreFixture.HOUR;
import static io.luminate.store.testkit.StoreFixture.MINUTE;
import static io.luminate.store.testkit.StoreFixture.NOW;
import static io.luminate.store.testkit.StoreFixture.SECOND;
import static io.luminate.store.testkit.StoreFixture.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.store.RateResult;
import org.junit.jupiter.api.Test;

/** Increase per second of counters. */
interface RateCases extends ContractCases {

  @Test
  default void rate_increase_countsInTheLaterPointsBucketPerSecond() {
    given().add("m", T0, 10).add("m", T0 + 30 * SECOND, 40).add("m", T0 + 90 * SECOND, 100);
    assertRates(
        given().ask("m").between(T0, T0 + 2 * MINUTE).every(MINUTE).rate().rows(),
        rateAt(T0, 0.5),
        rateAt(T0 + MINUTE, 1));
  }

  @Test
  default void rate_reset_countsZero() {
    given().add("m", T0, 10).add("m", T0 + SECOND, 4).add("m", T0 + 2 * SECOND, 10);
    assertRates(given().ask("m").every(MINUTE).rate().rows(), rateAt(T0, 0.1));
  }

  @Test
  default void rate_earlierPoint_mayLieFiveMinutesBeforeTheFirstBucket() {
    given().add("m", T0 - 5 * MINUTE, 10).add("m", T0 + SECOND, 40);
    assertRates(
        given().ask("m").between(T0, T0 + MINUTE).every(MINUTE).rate().rows(), rateAt(T0, 0.5));
  }

  @Test
  default void rate_earlierPointFurtherBack_isNotSeen() {
    given().add("m", T0 - 5 * MINUTE - 1, 10).add("m", T0 + SECOND, 40);
    RateResult result = given().ask("m").between(T0, T0 + MINUTE).every(MINUTE).rate();
    assertThat(result.rows()).isEmpty();
    assertThat(result.totalGroups()).isZero();
  }

  @Test
  default void rate_longInterval_looksBackByTheInterval() {
    given().add("m", T0 - HOUR, 10).add("m", T0 + SECOND, 46);
    given().add("m", T0 - HOUR - 1, 10, "k", "v").add("m", T0 + SECOND, 90, "k", "v");
    assertRates(
        given().ask("m").between(T0, T0 + HOUR).every(HOUR).rate().rows(), rateAt(T0, 0.01));
  }

  @Test
  default void rate_gap_countsWholeInTheLaterPointsBucket() {
    given().add("m", T0, 10).add("m", T0 + 20 * MINUTE, 40);
    assertRates(
        given().ask("m").between(T0, T0 + HOUR).every(MINUTE).rate().rows(),
        rateAt(T0 + 20 * MINUTE, 0.5));
  }

  @Test
  default void rate_laterPointWithoutIncrease_hasARowOfZero() {
    given().add("m", T0, 10).add("m", T0 + SECOND, 10);
    assertRates(given().ask("m").every(MINUTE).rate().rows(), rateAt(T0, 0));
  }

  @Test
  default void rate_onePointOrNone_hasNoRow() {
    given().add("m", T0, 10);
    assertThat(given().ask("m").every(MINUTE).rate().rows()).isEmpty();
    assertThat(given().ask("other").by("k").every(MINUTE).rate().rows()).isEmpty();
  }

  @Test
  default void rate_bucketNotOverYet_isDividedByTheWholeInterval() {
    given().add("m", NOW, 0).add("m", NOW + 36 * SECOND, 36);
    assertRates(
        given().ask("m").between(NOW, NOW + MINUTE).every(HOUR).rate().rows(), rateAt(NOW, 0.01));
  }

  @Test
  default void rate_bucketsThatMeetTheRange_areCoveredWhole() {
    given().add("m", T0 + SECOND, 0).add("m", T0 + 50 * SECOND, 6).add("m", T0 + MINUTE, 600);
    assertRates(
        given().ask("m").between(T0 + 20 * SECOND, T0 + 20 * SECOND).every(MINUTE).rate().rows(),
        rateAt(T0, 0.1));
  }

  @Test
  default void rate_tiedTimestamps_ascendByValue() {
    given().add("m", T0, 5).add("m", T0 + SECOND, 9).add("m", T0 + SECOND, 7);
    given().add("m", T0 + 2 * SECOND, 8);
    assertRates(given().ask("m").every(4 * SECOND).rate().rows(), rateAt(T0, 1));
  }

  @Test
  default void rate_series_areSummed() {
    given().add("m", T0, 10, "k", "a").add("m", T0 + SECOND, 40, "k", "a");
    given().add("m", T0, 1_000, "k", "b").add("m", T0 + 2 * SECOND, 1_030, "k", "b");
    assertRates(given().ask("m").every(MINUTE).rate().rows(), rateAt(T0, 1));
  }

  @Test
  default void rate_groups_rankByTotalIncrease() {
    given().add("m", T0, 0, "k", "burst").add("m", T0 + SECOND, 60, "k", "burst");
    given().add("m", T0, 0, "k", "steady").add("m", T0 + SECOND, 36, "k", "steady");
    given().add("m", T0 + MINUTE, 72, "k", "steady").add("m", T0, 1, "k", "alone");
    given().add("m", T0, 0).add("m", T0 + SECOND, 6);
    RateResult top = given().ask("m").by("k").every(MINUTE).limit(2).rate();
    assertRates(
        top.rows(),
        rateAt(T0, 0.6, "steady"),
        rateAt(T0 + MINUTE, 0.6, "steady"),
        rateAt(T0, 1, "burst"));
    assertThat(top.totalGroups()).isEqualTo(3);
  }

  @Test
  default void rate_tiedGroups_sortByKeyWithTheMissingFirst() {
    for (String value : new String[] {"b", "\uD83D\uDE00", "\uFF5E"}) {
      given().add("m", T0, 1, "k", value).add("m", T0 + 1, 7, "k", value);
    }
    given().add("m", T0, 1).add("m", T0 + 1, 7);
    assertThat(given().ask("m").by("k").every(MINUTE).rate().rows())
        .extracting(r -> r.groupKey().getFirst())
        .containsExactly("", "b", "\uFF5E", "\uD83D\uDE00");
  }

  @Test
  default void rate_increasesBeforeTheFirstBucket_doNotCount() {
    given().add("m", T0 - 2 * MINUTE, 0).add("m", T0 - MINUTE, 900).add("m", T0 + 1, 906);
    assertRates(
        given().ask("m").between(T0, T0 + MINUTE).every(MINUTE).rate().rows(), rateAt(T0, 0.1));
  }

  @Test
  default void rate_filtered() {
    given().add("m", T0, 0, "k", "a").add("m", T0 + 1, 6, "k", "a");
    given().add("m", T0, 0, "k", "b").add("m", T0 + 1, 600, "k", "b");
    assertRates(given().ask("m").where("k", "a").every(MINUTE).rate().rows(), rateAt(T0, 0.1));
  }

  /** Whose points a store may find by another way than those of a whole metric. */
  @Test
  default void rate_ofOneCustomer_hasTiesResetsAndWhatLiesBefore() {
    given().add("m", T0 - 30 * SECOND, 1, "customer_id", "a", "k", "x");
    given().add("m", T0 + SECOND, 7, "customer_id", "a", "k", "x");
    given().add("m", T0 + 2 * SECOND, 2, "customer_id", "a", "k", "x");
    given().add("m", T0 + MINUTE, 9, "customer_id", "a", "k", "y");
    given().add("m", T0, 3, "customer_id", "a", "k", "y");
    given().add("m", T0 + MINUTE, 5, "customer_id", "a", "k", "y");
    given().add("m", T0, 0, "customer_id", "b", "k", "x");
    given().add("m", T0 + SECOND, 6_000, "customer_id", "b", "k", "x");
    RateResult result =
        given()
            .ask("m")
            .between(T0, T0 + 2 * MINUTE)
            .where("customer_id", "a")
            .every(MINUTE)
            .rate();
    assertRates(result.rows(), rateAt(T0, 0.1), rateAt(T0 + MINUTE, 0.1));
    assertThat(result.totalGroups()).isEqualTo(1);
    assertThat(result.stats().series()).hasValue(2);
    assertThat(result.stats().points()).isEqualTo(6);
  }

  @Test
  default void rate_ofCustomersWithOnePointEach_hasNoRow() {
    given().add("m", T0, 1, "customer_id", "a").add("m", T0 + SECOND, 2, "customer_id", "b");
    RateResult result = given().ask("m").where("customer_id", "a", "b").every(MINUTE).rate();
    assertThat(result.rows()).isEmpty();
    assertThat(result.totalGroups()).isZero();
    assertThat(result.stats().points()).isEqualTo(2);
  }

  @Test
  default void rate_ofOneCustomer_overflow_isEmptyOnlyInTruth() {
    long thousandSeconds = 1_000 * SECOND;
    long start = T0 - T0 % thousandSeconds;
    given()
        .add("m", start, -HUGE, "customer_id", "a")
        .add("m", start + 1, HUGE, "customer_id", "a");
    Question one = given().ask("m").where("customer_id", "a");
    assertRates(one.every(SECOND).rate().rows(), rateOverflow(start));
    assertRates(one.every(thousandSeconds).rate().rows(), rateAt(start, HUGE / 500));
  }

  @Test
  default void rate_overflow_isEmptyOnlyInTruth() {
    long thousandSeconds = 1_000 * SECOND;
    long start = T0 - T0 % thousandSeconds;
    given().add("m", start, -HUGE).add("m", start + 1, HUGE);
    assertRates(given().ask("m").every(SECOND).rate().rows(), rateOverflow(start));
    assertRates(given().ask("m").every(thousandSeconds).rate().rows(), rateAt(start, HUGE / 500));
  }
}
