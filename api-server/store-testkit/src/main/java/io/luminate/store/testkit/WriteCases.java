// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import static io.luminate.store.testkit.Answers.assertRows;
import static io.luminate.store.testkit.Answers.row;
import static io.luminate.store.testkit.StoreFixture.ACME;
import static io.luminate.store.testkit.StoreFixture.DAY;
import static io.luminate.store.testkit.StoreFixture.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.Dimensions;
import io.luminate.model.MetricPoint;
import io.luminate.store.Aggregation;
import io.luminate.store.MetricCardinality;
import io.luminate.store.StoreHealth;
import io.luminate.store.StoreStats;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A tenant's data is a multiset of points, kept to the last bit. */
interface WriteCases extends ContractCases {

  @Test
  default void write_identicalPointTwice_countsTwo() {
    given().add("m", T0, 7, "k", "v").add("m", T0, 7, "k", "v");
    assertRows(given().ask("m").rows(Aggregation.COUNT), row(2, 2));
    assertThat(given().ask("m").points().points()).hasSize(2);
  }

  @Test
  default void write_identicalPointInAnotherRequest_countsTwo() {
    given().add("m", T0, 7, "k", "v").store();
    given().add("m", T0, 7, "k", "v").store();
    assertRows(given().ask("m").rows(Aggregation.SUM), row(14, 2));
  }

  @Test
  default void write_twoValuesInOneMillisecond_keepsBoth() {
    given().add("m", T0, 8).add("m", T0, 7);
    Answers.assertValues(given().ask("m").points(), 7, 8);
  }

  @Test
  default void write_extremeValues_keepsEveryBit() {
    double[] values = {
      -Double.MAX_VALUE,
      -1e300,
      -1.5,
      -Double.MIN_VALUE,
      -0.0,
      0.0,
      Double.MIN_VALUE,
      Double.MIN_NORMAL / 2,
      0.1,
      1.0 / 3,
      12.34,
      9_007_199_254_740_993.0,
      1e300,
      Double.MAX_VALUE
    };
    for (double value : values) {
      given().add("m", T0, value);
    }
    assertThat(given().ask("m").points().points())
        .extracting(p -> Double.doubleToRawLongBits(p.value()))
        .containsExactlyElementsOf(bits(values));
  }

  private static List<Long> bits(double... values) {
    return java.util.Arrays.stream(values).mapToObj(Double::doubleToRawLongBits).toList();
  }

  @Test
  default void write_unicode_keepsEveryCharacter() {
    String text = "é e\u0301 日本 \uFF5E \uD83D\uDE00 " + "x".repeat(240);
    given().add("m", T0, 1, "city", text, "\uD83D\uDE00key", "\uD800\uDC00");
    Dimensions dimensions = Dimensions.of("city", text, "\uD83D\uDE00key", "\uD800\uDC00");
    assertThat(given().ask("m").points().points())
        .containsExactly(new MetricPoint(T0, 1, dimensions));
    assertRows(given().ask("m").by("city").rows(Aggregation.SUM), row(1, 1, text));
  }

  @Test
  default void write_twentyDimensions_keepsAll() {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (int i = 0; i < 20; i++) {
      pairs.put("key_" + i, "value_" + i);
    }
    String[] flat =
        pairs.entrySet().stream()
            .flatMap(e -> List.of(e.getKey(), e.getValue()).stream())
            .toArray(String[]::new);
    given().add("m", T0, 1, flat);
    assertThat(given().ask("m").points().points())
        .containsExactly(new MetricPoint(T0, 1, Dimensions.of(pairs)));
  }

  @Test
  default void write_noDimensions_isASeriesToo() {
    given().add("m", T0, 1).add("m", T0, 2, "k", "v");
    assertThat(given().ask("m").where("k", "").points().points())
        .containsExactly(new MetricPoint(T0, 1, Dimensions.EMPTY));
  }

  @Test
  default void write_lateAndOutOfOrder_answersInOrder() {
    given().add("m", T0, 3).store();
    given().add("m", T0 - 5 * DAY, 1).add("m", T0 + 1, 4).add("m", T0 - 1, 2).store();
    Answers.assertValues(given().ask("m").points(), 1, 2, 3, 4);
  }

  @Test
  default void seriesHandle_alone_storesNothing() {
    given().store().seriesHandle(ACME, "m", Dimensions.of("k", "v"));
    assertThat(given().ask("m").metrics()).isEmpty();
    assertThat(given().store().stats(ACME).series()).isZero();
  }

  @Test
  default void seriesHandle_equalSeries_sameNumber() {
    long first = given().store().seriesHandle(ACME, "m", Dimensions.of("a", "1", "b", "2"));
    long again = given().store().seriesHandle(ACME, "m", Dimensions.of("b", "2", "a", "1"));
    long other = given().store().seriesHandle(ACME, "m", Dimensions.of("a", "1", "b", "3"));
    assertThat(again).isEqualTo(first);
    assertThat(other).isNotEqualTo(first);
  }

  @Test
  default void seriesHandle_pairsThatConcatenateAlike_differ() {
    given().add("m", T0, 1, "a", "bc").add("m", T0, 2, "ab", "c");
    assertRows(given().ask("m").where("a", "bc").rows(Aggregation.SUM), row(1, 1));
    assertRows(given().ask("m").where("ab", "c").rows(Aggregation.SUM), row(2, 1));
  }

  @Test
  default void stats_countsSeriesAndPoints() {
    given().add("m", T0, 1).add("m", T0 + 1, 1).add("m", T0, 1, "k", "v").add("n", T0, 1);
    StoreStats stats = given().store().stats();
    assertThat(stats.series()).isEqualTo(3);
    assertThat(stats.points()).isEqualTo(4);
    assertThat(given().store().stats(ACME)).isEqualTo(new StoreStats(3, 4, 0));
  }

  @Test
  default void largestMetrics_mostSeriesFirst() {
    given().add("one", T0, 1, "k", "a");
    given().add("two", T0, 1, "k", "a").add("two", T0, 1, "k", "b");
    given().add("three", T0, 1, "k", "a").add("three", T0, 1, "k", "b").add("three", T0, 1);
    assertThat(given().store().largestMetrics(2))
        .containsExactly(
            new MetricCardinality(ACME, "three", 3), new MetricCardinality(ACME, "two", 2));
  }

  @Test
  default void health_open_isHealthy() {
    assertThat(given().store().health()).isInstanceOf(StoreHealth.Healthy.class);
  }
}
