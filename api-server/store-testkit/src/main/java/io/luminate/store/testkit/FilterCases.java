// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import static io.luminate.store.testkit.Answers.assertRows;
import static io.luminate.store.testkit.Answers.row;
import static io.luminate.store.testkit.StoreFixture.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.store.Aggregation;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Filters: each point has its own power of two, so that a sum names the points in it. */
interface FilterCases extends ContractCases {

  private Question asked() {
    given().add("m", T0, 1, "region", "eu", "tier", "gold");
    given().add("m", T0, 2, "region", "us", "tier", "gold");
    given().add("m", T0, 4, "region", "us");
    given().add("m", T0, 8, "tier", "gold");
    given().add("m", T0, 16);
    return given().ask("m");
  }

  @Test
  default void filter_equality() {
    assertRows(asked().where("region", "us").rows(Aggregation.SUM), row(6, 2));
  }

  @Test
  default void filter_list_meansAnyOfThem() {
    assertRows(asked().where("region", "us", "eu", "xx").rows(Aggregation.SUM), row(7, 3));
  }

  @Test
  default void filter_emptyText_matchesAMissingKey() {
    assertRows(asked().where("region", "").rows(Aggregation.SUM), row(24, 2));
  }

  @Test
  default void filter_emptyTextInAList_addsTheMissing() {
    assertRows(asked().where("region", "eu", "").rows(Aggregation.SUM), row(25, 3));
  }

  @Test
  default void filter_several_mustAllMatch() {
    assertRows(
        asked().where("region", "us").where("tier", "gold").rows(Aggregation.SUM), row(2, 1));
    assertRows(asked().where("region", "").where("tier", "").rows(Aggregation.COUNT), row(2, 2));
  }

  @Test
  default void filter_sameKeyTwice_intersects() {
    assertRows(
        asked().where("region", "us", "eu").where("region", "eu", "").rows(Aggregation.SUM),
        row(1, 1));
  }

  @Test
  default void filter_unknownValueOrKey_matchesNothing() {
    assertThat(asked().where("region", "mars").rows(Aggregation.SUM)).isEmpty();
    assertThat(given().ask("m").where("planet", "mars").rows(Aggregation.SUM)).isEmpty();
  }

  @Test
  default void filter_emptyTextOfAnUnknownKey_matchesAll() {
    assertRows(asked().where("planet", "").rows(Aggregation.SUM), row(31, 5));
  }

  @Test
  default void filter_aThousandValues_isAllowed() {
    String[] values = IntStream.range(0, 1_000).mapToObj(i -> "v" + i).toArray(String[]::new);
    values[999] = "eu";
    assertRows(asked().where("region", values).rows(Aggregation.SUM), row(1, 1));
  }

  @Test
  default void filter_onTheGroupedKey_keepsItsGroups() {
    assertRows(
        asked().where("region", "us", "").by("region").rows(Aggregation.SUM),
        row(24, 2, ""),
        row(6, 2, "us"));
  }

  @Test
  default void filter_comparesWholeTextByCodePoints() {
    given().add("m", T0, 1, "k", "é").add("m", T0, 2, "k", "e\u0301").add("m", T0, 4, "k", "E");
    assertRows(given().ask("m").where("k", "é").rows(Aggregation.SUM), row(1, 1));
    assertThat(given().ask("m").where("k", "e").rows(Aggregation.SUM)).isEmpty();
  }
}
