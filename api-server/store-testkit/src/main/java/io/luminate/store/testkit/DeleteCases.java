// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import static io.luminate.store.testkit.Answers.assertRates;
import static io.luminate.store.testkit.Answers.assertRows;
import static io.luminate.store.testkit.Answers.assertValues;
import static io.luminate.store.testkit.Answers.rateAt;
import static io.luminate.store.testkit.Answers.row;
import static io.luminate.store.testkit.Answers.value;
import static io.luminate.store.testkit.StoreFixture.ACME;
import static io.luminate.store.testkit.StoreFixture.DAY;
import static io.luminate.store.testkit.StoreFixture.MINUTE;
import static io.luminate.store.testkit.StoreFixture.SECOND;
import static io.luminate.store.testkit.StoreFixture.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.store.Aggregation;
import org.junit.jupiter.api.Test;

/** Deletes remove the older points that were acknowledged before. */
interface DeleteCases extends ContractCases {

  @Test
  default void deleteBefore_removesWhatIsOlder() {
    given().add("m", T0 - DAY, 1).add("m", T0 - 1, 2).add("m", T0, 4).add("m", T0 + 1, 8);
    assertThat(given().store().deleteBefore(ACME, "m", T0).operationId()).isNotEmpty();
    assertValues(given().ask("m").points(), 4, 8);
    assertRows(given().ask("m").rows(Aggregation.SUM), row(12, 2));
  }

  @Test
  default void deleteBefore_laterWrites_stay() {
    given().add("m", T0 - 1, 1).store().deleteBefore(ACME, "m", T0);
    given().add("m", T0 - 1, 2).add("m", T0 - 2, 4);
    assertRows(given().ask("m").rows(Aggregation.SUM), row(6, 2));
  }

  @Test
  default void deleteBefore_twice_theLaterCutHolds() {
    given().add("m", T0, 1).add("m", T0 + 10, 2).add("m", T0 + 20, 4);
    given().store().deleteBefore(ACME, "m", T0 + 15);
    given().store().deleteBefore(ACME, "m", T0 + 5);
    assertRows(given().ask("m").rows(Aggregation.SUM), row(4, 1));
  }

  @Test
  default void deleteBefore_otherMetrics_stay() {
    given().add("m", T0, 1).add("mm", T0, 2);
    given().store().deleteBefore(ACME, "m", T0 + 1);
    given().store().deleteBefore(ACME, "unknown", T0 + 1);
    assertThat(given().ask("m").rows(Aggregation.SUM)).isEmpty();
    assertRows(given().ask("mm").rows(Aggregation.SUM), row(2, 1));
  }

  @Test
  default void deleteBefore_correctsDiscovery() {
    given().add("m", T0 - 1, 1, "k", "a", "old", "x").add("m", T0, 1, "k", "a");
    given().add("m", T0 - 1, 1, "k", "b").add("gone", T0 - 1, 1);
    given().store().deleteBefore(ACME, "m", T0);
    given().store().deleteBefore(ACME, "gone", T0);
    assertThat(given().ask("m").metrics()).containsExactly("m");
    assertThat(given().ask("m").keys()).containsExactly("k");
    assertThat(given().ask("m").values("k", "").values()).containsExactly(value("a", 1));
    assertThat(given().ask("m").values("old", "").values()).isEmpty();
  }

  @Test
  default void deleteBefore_rateAndIntegral_doNotReachBack() {
    given().add("m", T0 - SECOND, 0).add("m", T0, 6).add("m", T0 + SECOND, 12);
    given().store().deleteBefore(ACME, "m", T0);
    assertRates(given().ask("m").every(MINUTE).rate().rows(), rateAt(T0, 0.1));
    assertRows(given().ask("m").rows(Aggregation.INTEGRAL), row(9, 2));
  }

  @Test
  default void deleteBefore_moved_staysInForce() {
    given().add("m", T0, 1).add("m", T0 + 9, 2);
    given().store().deleteBefore(ACME, "m", T0 + 5);
    for (Stage stage : Stage.values()) {
      given().settle(stage);
      assertRows(given().ask("m").rows(Aggregation.SUM), row(2, 1));
    }
    given().add("m", T0, 4);
    assertRows(given().ask("m").rows(Aggregation.SUM), row(6, 2));
  }

  @Test
  default void deleteBefore_laterWritesMergedWithOlderPoints_stay() {
    given().add("m", T0, 1).add("m", T0 + 9, 2).store().deleteBefore(ACME, "m", T0 + 5);
    given().add("m", T0, 4).store();
    for (Stage stage : Stage.values()) {
      given().settle(stage);
      assertRows(given().ask("m").rows(Aggregation.SUM), row(6, 2));
      assertThat(given().ask("m").metrics()).containsExactly("m");
    }
  }
}
