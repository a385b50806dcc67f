// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import static io.luminate.store.testkit.StoreFixture.ACME;
import static io.luminate.store.testkit.StoreFixture.DAY;
import static io.luminate.store.testkit.StoreFixture.GLOBEX;
import static io.luminate.store.testkit.StoreFixture.NOW;
import static io.luminate.store.testkit.StoreFixture.T0;
import static io.luminate.store.testkit.StoreFixture.control;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.Filter;
import io.luminate.model.TenantId;
import io.luminate.store.DeleteRequest;
import io.luminate.store.SeriesBreakdown;
import io.luminate.store.SeriesBreakdown.Day;
import io.luminate.store.SeriesBreakdown.KeyShare;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which keys make a metric's series many, and when they came. */
interface BreakdownCases extends ContractCases {
  private SeriesBreakdown ask(TenantId tenant, String metric, Filter... filters) {
    return given().store().seriesBreakdown(tenant, metric, List.of(filters), control());
  }

  private static Day day(long daysAgo, long series, long newSeries) {
    return new Day(LocalDate.parse("2026-03-11").minusDays(daysAgo), series, newSeries);
  }

  @Test
  default void breakdown_keys_haveValuesAndWhatIsLeftWithoutThem() {
    for (int customer = 0; customer < 6; customer++) {
      for (String path : List.of("/a", "/b")) {
        given().add("m", T0, 1, "customer", "c" + customer, "path", path, "region", "eu");
      }
    }
    given().add("m", T0, 1, "region", "us");
    SeriesBreakdown breakdown = ask(ACME, "m");
    assertThat(breakdown.series()).isEqualTo(13);
    assertThat(breakdown.keys())
        .containsExactly(
            new KeyShare("customer", 6, 3),
            new KeyShare("path", 2, 7),
            new KeyShare("region", 2, 13));
    assertThat(breakdown.moreKeys()).isFalse();
  }

  /** Two series may differ in nothing but that one of them lacks a key. */
  @Test
  default void breakdown_keyThatSomeLack_countsItsAbsence() {
    given().add("m", T0, 1, "k", "v").add("m", T0, 1).add("m", T0, 1, "other", "v");
    SeriesBreakdown breakdown = ask(ACME, "m");
    assertThat(breakdown.series()).isEqualTo(3);
    assertThat(breakdown.keys())
        .containsExactly(new KeyShare("k", 1, 2), new KeyShare("other", 1, 2));
  }

  /** The same value under another key is another series. */
  @Test
  default void breakdown_valuesChangePlaces_areApart() {
    given().add("m", T0, 1, "a", "x", "b", "y", "c", "1");
    given().add("m", T0, 1, "a", "y", "b", "x", "c", "2");
    assertThat(ask(ACME, "m").keys())
        .containsExactly(new KeyShare("a", 2, 2), new KeyShare("b", 2, 2), new KeyShare("c", 2, 2));
  }

  @Test
  default void breakdown_days_haveAllAndNewSeries() {
    given().add("m", NOW - 3 * DAY, 1, "k", "a").add("m", NOW - 3 * DAY + 1, 1, "k", "b");
    given().add("m", NOW - DAY, 1, "k", "b").add("m", NOW - DAY, 1, "k", "c");
    given().add("m", NOW, 1, "k", "c").add("m", NOW, 2, "k", "c");
    assertThat(ask(ACME, "m").days()).containsExactly(day(3, 2, 2), day(1, 2, 1), day(0, 1, 0));
  }

  @Test
  default void breakdown_filtered_isOfWhatMatches() {
    given().add("m", T0, 1, "k", "a", "n", "1").add("m", T0, 1, "k", "a", "n", "2");
    given().add("m", T0, 1, "k", "b", "n", "3");
    SeriesBreakdown breakdown = ask(ACME, "m", Filter.equal("k", "a"));
    assertThat(breakdown.series()).isEqualTo(2);
    assertThat(breakdown.keys()).containsExactly(new KeyShare("n", 2, 1), new KeyShare("k", 1, 2));
    assertThat(breakdown.days()).containsExactly(day(0, 2, 2));
  }

  @Test
  default void breakdown_ofTwoTenants_isApart() {
    given().addFor(ACME, "m", T0, 1, "k", "a").addFor(ACME, "m", T0, 1, "k", "b");
    given().addFor(GLOBEX, "m", T0, 1, "k", "c", "secret", "s");
    assertThat(ask(ACME, "m").keys()).containsExactly(new KeyShare("k", 2, 1));
    assertThat(ask(GLOBEX, "m").keys())
        .containsExactly(new KeyShare("k", 1, 1), new KeyShare("secret", 1, 1));
    assertThat(ask(new TenantId("third"), "m")).isEqualTo(SeriesBreakdown.NONE);
  }

  @Test
  default void breakdown_unknownMetric_isNothing() {
    given().add("m", T0, 1, "k", "a");
    assertThat(ask(ACME, "other")).isEqualTo(SeriesBreakdown.NONE);
    assertThat(ask(ACME, "m", Filter.equal("k", "none"))).isEqualTo(SeriesBreakdown.NONE);
  }

  @Test
  default void breakdown_withoutDimensions_isOneSeries() {
    given().add("m", T0, 1).add("m", T0 + 1, 1);
    SeriesBreakdown breakdown = ask(ACME, "m");
    assertThat(breakdown.series()).isEqualTo(1);
    assertThat(breakdown.keys()).isEmpty();
  }

  @Test
  default void breakdown_deletedAndExpired_doNotCount() {
    given().add("m", NOW - 2 * DAY, 1, "k", "a", "old", "1").add("m", T0, 1, "k", "b");
    given().store().deleteBefore(DeleteRequest.of(ACME, "m", NOW - DAY));
    assertThat(ask(ACME, "m").keys()).containsExactly(new KeyShare("k", 1, 1));
    assertThat(ask(ACME, "m").days()).containsExactly(day(0, 1, 1));
    given().clock().advance(Duration.ofDays(32));
    assertThat(ask(ACME, "m")).isEqualTo(SeriesBreakdown.NONE);
  }

  /** More keys than a row has columns for. */
  @Test
  default void breakdown_manyKeys_haveThoseWithMostValues() {
    for (int i = 0; i < 120; i++) {
      given().add("m", T0, 1, "k" + i, "v");
    }
    IntStream.range(0, 3).forEach(i -> given().add("m", T0, 1, "k119", "w" + i));
    SeriesBreakdown breakdown = ask(ACME, "m");
    assertThat(breakdown.series()).isEqualTo(123);
    assertThat(breakdown.keys())
        .hasSize(SeriesBreakdown.KEYS_MAX)
        .contains(new KeyShare("k119", 4, 120));
    assertThat(breakdown.moreKeys()).isTrue();
  }
}
