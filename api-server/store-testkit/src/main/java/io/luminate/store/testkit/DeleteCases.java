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
import static io.luminate.store.testkit.StoreFixture.GLOBEX;
import static io.luminate.store.testkit.StoreFixture.MINUTE;
import static io.luminate.store.testkit.StoreFixture.NOW;
import static io.luminate.store.testkit.StoreFixture.SECOND;
import static io.luminate.store.testkit.StoreFixture.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.Filter;
import io.luminate.store.Aggregation;
import io.luminate.store.DeleteReceipt;
import io.luminate.store.DeleteRequest;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Deletes remove the older points that were acknowledged before. */
interface DeleteCases extends ContractCases {

  @Test
  default void deleteBefore_removesWhatIsOlder() {
    given().add("m", T0 - DAY, 1).add("m", T0 - 1, 2).add("m", T0, 4).add("m", T0 + 1, 8);
    assertThat(given().store().deleteBefore(DeleteRequest.of(ACME, "m", T0)).operationId())
        .isNotEmpty();
    assertValues(given().ask("m").points(), 4, 8);
    assertRows(given().ask("m").rows(Aggregation.SUM), row(12, 2));
  }

  @Test
  default void deleteBefore_laterWrites_stay() {
    given().add("m", T0 - 1, 1).store().deleteBefore(DeleteRequest.of(ACME, "m", T0));
    given().add("m", T0 - 1, 2).add("m", T0 - 2, 4);
    assertRows(given().ask("m").rows(Aggregation.SUM), row(6, 2));
  }

  @Test
  default void deleteBefore_twice_theLaterCutHolds() {
    given().add("m", T0, 1).add("m", T0 + 10, 2).add("m", T0 + 20, 4);
    given().store().deleteBefore(DeleteRequest.of(ACME, "m", T0 + 15));
    given().store().deleteBefore(DeleteRequest.of(ACME, "m", T0 + 5));
    assertRows(given().ask("m").rows(Aggregation.SUM), row(4, 1));
  }

  @Test
  default void deleteBefore_otherMetrics_stay() {
    given().add("m", T0, 1).add("mm", T0, 2);
    given().store().deleteBefore(DeleteRequest.of(ACME, "m", T0 + 1));
    given().store().deleteBefore(DeleteRequest.of(ACME, "unknown", T0 + 1));
    assertThat(given().ask("m").rows(Aggregation.SUM)).isEmpty();
    assertRows(given().ask("mm").rows(Aggregation.SUM), row(2, 1));
  }

  @Test
  default void deleteBefore_correctsDiscovery() {
    given().add("m", T0 - 1, 1, "k", "a", "old", "x").add("m", T0, 1, "k", "a");
    given().add("m", T0 - 1, 1, "k", "b").add("gone", T0 - 1, 1);
    given().store().deleteBefore(DeleteRequest.of(ACME, "m", T0));
    given().store().deleteBefore(DeleteRequest.of(ACME, "gone", T0));
    assertThat(given().ask("m").metrics()).containsExactly("m");
    assertThat(given().ask("m").keys()).containsExactly("k");
    assertThat(given().ask("m").values("k", "").values()).containsExactly(value("a", 1));
    assertThat(given().ask("m").values("old", "").values()).isEmpty();
  }

  @Test
  default void deleteBefore_rateAndIntegral_doNotReachBack() {
    given().add("m", T0 - SECOND, 0).add("m", T0, 6).add("m", T0 + SECOND, 12);
    given().store().deleteBefore(DeleteRequest.of(ACME, "m", T0));
    assertRates(given().ask("m").every(MINUTE).rate().rows(), rateAt(T0, 0.1));
    assertRows(given().ask("m").rows(Aggregation.INTEGRAL), row(9, 2));
  }

  @Test
  default void deleteBefore_moved_staysInForce() {
    given().add("m", T0, 1).add("m", T0 + 9, 2);
    given().store().deleteBefore(DeleteRequest.of(ACME, "m", T0 + 5));
    for (Stage stage : Stage.values()) {
      given().settle(stage);
      assertRows(given().ask("m").rows(Aggregation.SUM), row(2, 1));
    }
    given().add("m", T0, 4);
    assertRows(given().ask("m").rows(Aggregation.SUM), row(6, 2));
  }

  @Test
  default void deleteBefore_laterWritesMergedWithOlderPoints_stay() {
    given()
        .add("m", T0, 1)
        .add("m", T0 + 9, 2)
        .store()
        .deleteBefore(DeleteRequest.of(ACME, "m", T0 + 5));
    given().add("m", T0, 4).store();
    for (Stage stage : Stage.values()) {
      given().settle(stage);
      assertRows(given().ask("m").rows(Aggregation.SUM), row(6, 2));
      assertThat(given().ask("m").metrics()).containsExactly("m");
    }
  }

  private static DeleteRequest where(long before, String key, String... anyOf) {
    return new DeleteRequest(ACME, "m", before, List.of(new Filter(key, List.of(anyOf))));
  }

  @Test
  default void deleteBefore_withFilter_removesThoseSeriesOnly() {
    for (String customer : List.of("a", "b", "c")) {
      given().add("m", T0, 1, "customer_id", customer, "k", "v" + customer);
      given().add("m", T0 + 10, 2, "customer_id", customer, "k", "v" + customer);
    }
    given().add("m", T0, 8, "k", "none");
    DeleteReceipt receipt =
        given().store().deleteBefore(where(T0 + 10, "customer_id", "a", "c", "x"));
    assertThat(receipt.points()).hasValue(2);
    given().store().deleteBefore(where(T0 + 10, "unknown", "x"));
    for (Stage stage : Stage.values()) {
      assertRows(given().ask("m").rows(Aggregation.SUM), row(15, 5));
      assertRows(given().ask("m").where("customer_id", "a").rows(Aggregation.SUM), row(2, 1));
      assertRows(given().ask("m").where("customer_id", "b").rows(Aggregation.MAX), row(2, 2));
      assertValues(given().ask("m").where("customer_id", "").points(), 8);
      assertThat(given().ask("m").values("customer_id", "").values())
          .containsExactly(value("b", 2), value("a", 1), value("c", 1));
      given().settle(stage);
    }
  }

  @Test
  default void deleteBefore_seriesWithoutTheKey_areMatchedByTheEmptyText() {
    given().add("m", T0, 1).add("m", T0, 2, "k", "a").add("m", T0, 4, "other", "a");
    given().store().deleteBefore(where(T0 + 1, "k", ""));
    assertRows(given().ask("m").rows(Aggregation.SUM), row(2, 1));
    assertThat(given().ask("m").keys()).containsExactly("k");
    given().store().deleteBefore(where(T0 + 1, "absent", ""));
    assertThat(given().ask("m").metrics()).isEmpty();
  }

  @Test
  default void deleteBefore_withFilterTwiceAndWritesBetween_eachTakesWhatWasThere() {
    given().add("m", T0, 1, "k", "a").add("m", T0, 2, "k", "b");
    given().store().deleteBefore(where(T0 + 5, "k", "a"));
    given().add("m", T0 + 1, 4, "k", "a").add("m", T0 + 9, 8, "k", "a").store();
    given().settle(Stage.SEALED);
    given().store().deleteBefore(where(T0 + 5, "k", "a", "b"));
    given().add("m", T0 + 2, 16, "k", "b");
    for (Stage stage : Stage.values()) {
      assertRows(given().ask("m").by("k").rows(Aggregation.SUM), row(16, 1, "b"), row(8, 1, "a"));
      given().settle(stage);
    }
  }

  @Test
  default void findDelete_tellsWhatWasDoneAndOnlyToItsTenant() {
    given().add("m", T0, 1, "k", "a").add("m", T0, 2, "k", "b").add("m", T0 + 5, 4, "k", "a");
    DeleteRequest request = where(T0 + 5, "k", "a");
    DeleteReceipt given = given().store().deleteBefore(request);
    given().settle(Stage.REOPENED);
    DeleteReceipt found = given().store().findDelete(ACME, given.operationId()).orElseThrow();
    assertThat(found.request()).isEqualTo(request);
    assertThat(found.points()).hasValue(1);
    assertThat(found.requestedAt()).isEqualTo(Instant.ofEpochMilli(NOW));
    assertThat(given().store().findDelete(GLOBEX, given.operationId())).isEmpty();
    assertThat(given().store().findDelete(ACME, "delete-no-such")).isEmpty();
  }

  @Test
  default void findDelete_ofNothing_isDone() {
    DeleteRequest request = DeleteRequest.of(ACME, "unknown", T0);
    DeleteReceipt receipt = given().store().deleteBefore(request);
    assertThat(receipt.points()).hasValue(0);
    assertThat(given().store().findDelete(ACME, receipt.operationId()).orElseThrow().status())
        .isEqualTo(DeleteReceipt.Status.DONE);
  }
}
