// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import static io.luminate.store.testkit.Answers.assertRows;
import static io.luminate.store.testkit.Answers.row;
import static io.luminate.store.testkit.StoreFixture.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.store.AggregateResult;
import io.luminate.store.Aggregation;
import org.junit.jupiter.api.Test;

/** Groups, their order, and the top N of them. */
interface GroupCases extends ContractCases {

  @Test
  default void groupBy_oneKey_sortsByValueDescending() {
    given().add("m", T0, 1, "k", "a").add("m", T0, 5, "k", "b").add("m", T0, 2, "k", "c");
    given().add("m", T0 + 1, 2, "k", "a", "x", "y");
    assertRows(
        given().ask("m").by("k").rows(Aggregation.SUM),
        row(5, 1, "b"),
        row(3, 2, "a"),
        row(2, 1, "c"));
  }

  @Test
  default void groupBy_tiedValues_sortByGroupKeyInUtf8() {
    for (String value : new String[] {"\uD83D\uDE00", "\uFF5E", "z", "é", "a", "aa", "Z"}) {
      given().add("m", T0, 1, "k", value);
    }
    given().add("m", T0, 1);
    assertRows(
        given().ask("m").by("k").rows(Aggregation.COUNT),
        row(1, 1, ""),
        row(1, 1, "Z"),
        row(1, 1, "a"),
        row(1, 1, "aa"),
        row(1, 1, "z"),
        row(1, 1, "é"),
        row(1, 1, "\uFF5E"),
        row(1, 1, "\uD83D\uDE00"));
  }

  @Test
  default void groupBy_tiesUnderALimit_keepTheSmallestKeys() {
    for (String value : new String[] {"d", "b", "\uD83D\uDE00", "a", "c"}) {
      given().add("m", T0, 4, "k", value);
    }
    assertRows(
        given().ask("m").by("k").limit(2).rows(Aggregation.MAX), row(4, 1, "a"), row(4, 1, "b"));
  }

  @Test
  default void groupBy_missingKey_groupsUnderEmptyText() {
    given().add("m", T0, 1, "k", "a").add("m", T0, 5).add("m", T0, 2, "other", "x");
    assertRows(given().ask("m").by("k").rows(Aggregation.SUM), row(7, 2, ""), row(1, 1, "a"));
  }

  @Test
  default void groupBy_keyThatNobodyHas_isOneGroup() {
    given().add("m", T0, 1, "k", "a").add("m", T0, 5);
    assertRows(given().ask("m").by("nothing").rows(Aggregation.SUM), row(6, 2, ""));
  }

  @Test
  default void groupBy_severalKeys_followsTheirOrder() {
    given().add("m", T0, 1, "a", "1", "b", "2").add("m", T0, 1, "a", "2", "b", "1");
    given().add("m", T0, 1, "b", "3").add("m", T0, 4, "a", "1", "b", "2", "c", "x");
    assertRows(
        given().ask("m").by("b", "a").rows(Aggregation.SUM),
        row(5, 2, "2", "1"),
        row(1, 1, "1", "2"),
        row(1, 1, "3", ""));
    assertRows(
        given().ask("m").by("a", "b", "c").limit(2).rows(Aggregation.SUM),
        row(4, 1, "1", "2", "x"),
        row(1, 1, "", "3", ""));
  }

  @Test
  default void limit_fewerThanGroups_totalGroupsCountsAll() {
    for (int i = 0; i < 50; i++) {
      given().add("m", T0, i, "k", "v" + i);
    }
    AggregateResult top = given().ask("m").by("k").limit(2).aggregate(Aggregation.AVG);
    assertRows(top.rows(), row(49, 1, "v49"), row(48, 1, "v48"));
    assertThat(top.totalGroups()).isEqualTo(50);
  }

  @Test
  default void totalGroups_withoutGroupBy_isOne() {
    given().add("m", T0, 1, "k", "a").add("m", T0, 5, "k", "b");
    assertThat(given().ask("m").aggregate(Aggregation.SUM).totalGroups()).isEqualTo(1);
  }

  @Test
  default void groupBy_everyAggregation_keepsGroupsApart() {
    given().add("m", T0, 1, "k", "a").add("m", T0 + 1_000, 3, "k", "a");
    given().add("m", T0, 10, "k", "b").add("m", T0 + 4_000, 20, "k", "b");
    assertRows(given().ask("m").by("k").rows(Aggregation.AVG), row(15, 2, "b"), row(2, 2, "a"));
    assertRows(given().ask("m").by("k").rows(Aggregation.MIN), row(10, 2, "b"), row(1, 2, "a"));
    assertRows(given().ask("m").by("k").rows(Aggregation.MAX), row(20, 2, "b"), row(3, 2, "a"));
    assertRows(given().ask("m").by("k").rows(Aggregation.P50), row(15, 2, "b"), row(2, 2, "a"));
    assertRows(
        given().ask("m").by("k").rows(Aggregation.INTEGRAL), row(60, 2, "b"), row(2, 2, "a"));
  }
}
