// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import static io.luminate.store.testkit.Answers.assertRows;
import static io.luminate.store.testkit.Answers.assertValues;
import static io.luminate.store.testkit.Answers.row;
import static io.luminate.store.testkit.Answers.value;
import static io.luminate.store.testkit.StoreFixture.ACME;
import static io.luminate.store.testkit.StoreFixture.DAY;
import static io.luminate.store.testkit.StoreFixture.HOUR;
import static io.luminate.store.testkit.StoreFixture.NOW;
import static io.luminate.store.testkit.StoreFixture.RETENTION;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.MetricScope;
import io.luminate.model.RetentionHold;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.RetentionPolicy;
import io.luminate.model.RetentionRules;
import io.luminate.store.Aggregation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Retention clips queries to the millisecond; discovery counts whole days. */
interface RetentionCases extends ContractCases {
  Duration TWO_DAYS = Duration.ofDays(2);

  private static RetentionRules keepFor(Duration retention) {
    return RetentionRules.configured(RetentionPolicies.keepFor(retention));
  }

  private static RetentionRules document(Duration retention, RetentionHold... holds) {
    return RetentionRules.ofDocument(
        RetentionPolicies.keepFor(retention), 1, Optional.of(List.of(holds)));
  }

  @Test
  default void applyRetention_clipsToTheMillisecond() {
    given().add("m", NOW - 2 * DAY - 1, 1).add("m", NOW - 2 * DAY, 2).add("m", NOW, 4);
    given().store().applyRetention(keepFor(TWO_DAYS));
    assertValues(given().ask("m").points(), 2, 4);
    assertRows(given().ask("m").rows(Aggregation.SUM), row(6, 2));
    assertThat(given().ask("m").every(DAY).rows(Aggregation.SUM)).hasSize(2);
  }

  @Test
  default void applyRetention_longerAgain_showsWhatWasNotFreed() {
    given().add("m", NOW - 3 * DAY, 1);
    given().store().applyRetention(keepFor(TWO_DAYS));
    assertThat(given().ask("m").points().points()).isEmpty();
    given().store().applyRetention(keepFor(RETENTION));
    assertValues(given().ask("m").points(), 1);
  }

  @Test
  default void applyRetention_policiesByPattern_reachTheirMetricsOnly() {
    given().add("api_calls", NOW - 3 * DAY, 1).add("db_calls", NOW - 3 * DAY, 2);
    RetentionPolicy policy = new RetentionPolicy("short", Optional.of(ACME), "api_*", TWO_DAYS);
    given()
        .store()
        .applyRetention(
            RetentionRules.configured(new RetentionPolicies(RETENTION, List.of(policy))));
    assertThat(given().ask("api_calls").points().points()).isEmpty();
    assertValues(given().ask("db_calls").points(), 2);
  }

  @Test
  default void setRetention_winsOverPoliciesAndSurvives() {
    given().add("m", NOW - 3 * DAY, 1).add("m", NOW, 2).add("n", NOW - 3 * DAY, 4);
    given().store().applyRetention(keepFor(Duration.ofDays(10)));
    Instant effective = given().store().setRetention(ACME, "m", TWO_DAYS);
    assertThat(effective).isEqualTo(Instant.ofEpochMilli(NOW));
    assertValues(given().ask("m").points(), 2);
    assertValues(given().ask("n").points(), 4);
    given().settle(Stage.REOPENED);
    assertValues(given().ask("m").points(), 2);
  }

  @Test
  default void setRetention_longerThanThePolicy_keepsMore() {
    given().add("m", NOW - 3 * DAY, 1).add("n", NOW - 3 * DAY, 1);
    given().store().setRetention(ACME, "m", RETENTION);
    given().store().applyRetention(keepFor(TWO_DAYS));
    assertValues(given().ask("m").points(), 1);
    assertThat(given().ask("n").points().points()).isEmpty();
  }

  @Test
  default void clock_movingOn_hidesWhatGrewTooOld() {
    given().add("m", NOW - HOUR, 1).add("m", NOW, 2);
    given().store().applyRetention(keepFor(TWO_DAYS));
    given().clock().advance(TWO_DAYS);
    assertValues(given().ask("m").points(), 2);
  }

  @Test
  default void discovery_countsWholeDaysAnyPartOfWhichIsRetained() {
    long dayStart = NOW - 2 * DAY - 12 * HOUR;
    given().add("m", dayStart - 1, 1, "k", "gone").add("m", dayStart, 1, "k", "counted");
    given().add("m", NOW - DAY, 1, "k", "counted").add("old", dayStart - 1, 1);
    given().store().applyRetention(keepFor(TWO_DAYS));
    assertThat(given().ask("m").values("k", "").values()).containsExactly(value("counted", 2));
    assertThat(given().ask("m").metrics()).containsExactly("m");
    assertRows(given().ask("m").rows(Aggregation.COUNT), row(1, 1));
  }

  @Test
  default void enforceRetention_changesNoAnswer() {
    long dayStart = NOW - 2 * DAY - 12 * HOUR;
    given().add("m", dayStart - 1, 1, "k", "gone").add("m", dayStart, 1, "k", "clipped");
    given().add("m", NOW - 2 * DAY, 2, "k", "kept").add("old", dayStart - 1, 1);
    given().store().applyRetention(keepFor(TWO_DAYS));
    given().store().enforceRetention();
    assertValues(given().ask("m").points(), 2);
    assertThat(given().ask("m").values("k", "").values())
        .containsExactly(value("clipped", 1), value("kept", 1));
    assertThat(given().ask("m").metrics()).containsExactly("m");
  }

  @Test
  default void enforceRetention_seriesThatWentAndCameBack_isWhole() {
    given().add("m", NOW - 3 * DAY, 1, "k", "v").store();
    given().store().setRetention(ACME, "m", TWO_DAYS);
    given().store().enforceRetention();
    given().add("m", NOW, 2, "k", "v");
    assertRows(given().ask("m").by("k").rows(Aggregation.SUM), row(2, 1, "v"));
    assertThat(given().ask("m").values("k", "v").values()).containsExactly(value("v", 1));
  }

  @Test
  default void enforceRetention_withinTheGrace_freesNothing() {
    given().add("m", NOW - 5 * DAY, 1).add("m", NOW - 4 * DAY, 2).add("n", NOW - 5 * DAY, 4);
    given().store().applyRetention(keepFor(TWO_DAYS));
    given().store().setRetention(ACME, "n", Duration.ofDays(1));
    assertThat(given().ask("m").points().points()).isEmpty();
    assertThat(given().store().retentionStatus().waiting())
        .extracting(RetentionHold::bytesUntil)
        .containsOnly(Instant.ofEpochMilli(NOW + DAY));
    given().clock().advance(Duration.ofHours(23));
    given().store().enforceRetention();
    given().store().applyRetention(keepFor(TWO_DAYS));
    given().store().enforceRetention();
    assertThat(given().store().retentionStatus().waiting())
        .as("the same again does not begin anew")
        .extracting(RetentionHold::bytesUntil)
        .containsOnly(Instant.ofEpochMilli(NOW + DAY));
    given().store().applyRetention(keepFor(RETENTION));
    given().store().setRetention(ACME, "n", RETENTION);
    assertValues(given().ask("m").points(), 1, 2);
    assertValues(given().ask("n").points(), 4);
  }

  @Test
  default void applyRetention_document_isTheOnlySource() {
    given().add("m", NOW - 3 * DAY, 1).add("m", NOW, 2);
    given().store().setRetention(ACME, "m", RETENTION);
    given().store().applyRetention(document(TWO_DAYS));
    assertValues(given().ask("m").points(), 2);
    assertThat(given().store().retentionStatus().waiting()).isEmpty();
    given().store().applyRetention(keepFor(TWO_DAYS));
    assertValues(given().ask("m").points(), 1, 2);
  }

  @Test
  default void enforceRetention_heldByTheDocument_freesNothing() {
    given().add("m", NOW - 5 * DAY, 1).add("m", NOW, 2);
    Instant until = Instant.ofEpochMilli(NOW + 3 * DAY);
    RetentionHold hold = new RetentionHold(MetricScope.ALL, RETENTION, until);
    given().store().applyRetention(document(TWO_DAYS, hold));
    assertValues(given().ask("m").points(), 2);
    given().clock().advance(Duration.ofDays(2));
    assertThat(given().store().enforceRetention().status().waiting()).containsExactly(hold);
    given().store().applyRetention(document(RETENTION));
    assertValues(given().ask("m").points(), 1, 2);
  }
}
