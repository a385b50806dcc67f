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

import io.luminate.model.RetentionPolicies;
import io.luminate.model.RetentionPolicy;
import io.luminate.store.Aggregation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Retention clips queries to the millisecond; discovery counts whole days. */
interface RetentionCases extends ContractCases {
  Duration TWO_DAYS = Duration.ofDays(2);

  @Test
  default void applyRetention_clipsToTheMillisecond() {
    given().add("m", NOW - 2 * DAY - 1, 1).add("m", NOW - 2 * DAY, 2).add("m", NOW, 4);
    given().store().applyRetention(RetentionPolicies.keepFor(TWO_DAYS));
    assertValues(given().ask("m").points(), 2, 4);
    assertRows(given().ask("m").rows(Aggregation.SUM), row(6, 2));
    assertThat(given().ask("m").every(DAY).rows(Aggregation.SUM)).hasSize(2);
  }

  @Test
  default void applyRetention_longerAgain_showsWhatWasNotFreed() {
    given().add("m", NOW - 3 * DAY, 1);
    given().store().applyRetention(RetentionPolicies.keepFor(TWO_DAYS));
    assertThat(given().ask("m").points().points()).isEmpty();
    given().store().applyRetention(RetentionPolicies.keepFor(RETENTION));
    assertValues(given().ask("m").points(), 1);
  }

  @Test
  default void applyRetention_policiesByPattern_reachTheirMetricsOnly() {
    given().add("api_calls", NOW - 3 * DAY, 1).add("db_calls", NOW - 3 * DAY, 2);
    RetentionPolicy policy = new RetentionPolicy("short", Optional.of(ACME), "api_*", TWO_DAYS);
    given().store().applyRetention(new RetentionPolicies(RETENTION, List.of(policy)));
    assertThat(given().ask("api_calls").points().points()).isEmpty();
    assertValues(given().ask("db_calls").points(), 2);
  }

  @Test
  default void setRetention_winsOverPoliciesAndSurvives() {
    given().add("m", NOW - 3 * DAY, 1).add("m", NOW, 2).add("n", NOW - 3 * DAY, 4);
    given().store().applyRetention(RetentionPolicies.keepFor(Duration.ofDays(10)));
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
    given().store().applyRetention(RetentionPolicies.keepFor(TWO_DAYS));
    assertValues(given().ask("m").points(), 1);
    assertThat(given().ask("n").points().points()).isEmpty();
  }

  @Test
  default void clock_movingOn_hidesWhatGrewTooOld() {
    given().add("m", NOW - HOUR, 1).add("m", NOW, 2);
    given().store().applyRetention(RetentionPolicies.keepFor(TWO_DAYS));
    given().clock().advance(TWO_DAYS);
    assertValues(given().ask("m").points(), 2);
  }

  @Test
  default void discovery_countsWholeDaysAnyPartOfWhichIsRetained() {
    long dayStart = NOW - 2 * DAY - 12 * HOUR;
    given().add("m", dayStart - 1, 1, "k", "gone").add("m", dayStart, 1, "k", "counted");
    given().add("m", NOW - DAY, 1, "k", "counted").add("old", dayStart - 1, 1);
    given().store().applyRetention(RetentionPolicies.keepFor(TWO_DAYS));
    assertThat(given().ask("m").values("k", "").values()).containsExactly(value("counted", 2));
    assertThat(given().ask("m").metrics()).containsExactly("m");
    assertRows(given().ask("m").rows(Aggregation.COUNT), row(1, 1));
  }

  @Test
  default void enforceRetention_changesNoAnswer() {
    long dayStart = NOW - 2 * DAY - 12 * HOUR;
    given().add("m", dayStart - 1, 1, "k", "gone").add("m", dayStart, 1, "k", "clipped");
    given().add("m", NOW - 2 * DAY, 2, "k", "kept").add("old", dayStart - 1, 1);
    given().store().applyRetention(RetentionPolicies.keepFor(TWO_DAYS));
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
}
