// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import static io.luminate.store.testkit.Answers.assertValues;
import static io.luminate.store.testkit.StoreFixture.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.Dimensions;
import io.luminate.model.MetricPoint;
import io.luminate.store.RangeCursor;
import io.luminate.store.RangeResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Raw points, ascending by (timestamp, series, value), page by page. */
interface RangeCases extends ContractCases {

  @Test
  default void range_bothEnds_areIncluded() {
    given().add("m", T0 - 1, 1).add("m", T0, 2).add("m", T0 + 5, 3).add("m", T0 + 6, 4);
    assertValues(given().ask("m").between(T0, T0 + 5).points(), 2, 3);
    assertValues(given().ask("m").between(T0, T0).points(), 2);
  }

  @Test
  default void range_noMatch_isEmpty() {
    given().add("m", T0, 1, "k", "v");
    assertThat(given().ask("m").between(T0 + 1, T0 + 9).points().points()).isEmpty();
    assertThat(given().ask("m").where("k", "w").points().points()).isEmpty();
    assertThat(given().ask("other").points().points()).isEmpty();
    assertThat(given().ask("other").points().next()).isEmpty();
  }

  @Test
  default void range_sameMillisecond_ordersBySeriesHash() {
    List<Dimensions> all =
        IntStream.range(0, 20).mapToObj(i -> Dimensions.of("k", "v" + i)).toList();
    all.forEach(d -> given().add("m", T0, 1, "k", d.value(0)));
    assertThat(given().ask("m").points().points())
        .extracting(MetricPoint::dimensions)
        .containsExactlyElementsOf(
            all.stream().sorted(java.util.Comparator.comparing(Dimensions::hash)).toList());
  }

  @Test
  default void range_timestampBeforeSeriesBeforeValue() {
    Dimensions[] bySeries =
        Stream.of(Dimensions.of("k", "a"), Dimensions.of("k", "b"))
            .sorted(java.util.Comparator.comparing(Dimensions::hash))
            .toArray(Dimensions[]::new);
    String first = bySeries[0].value(0);
    String second = bySeries[1].value(0);
    given().add("m", T0 + 1, -5, "k", first);
    given().add("m", T0, 1, "k", second).add("m", T0, 9, "k", first).add("m", T0, 3, "k", first);
    assertThat(given().ask("m").points().points())
        .containsExactly(
            new MetricPoint(T0, 3, bySeries[0]),
            new MetricPoint(T0, 9, bySeries[0]),
            new MetricPoint(T0, 1, bySeries[1]),
            new MetricPoint(T0 + 1, -5, bySeries[0]));
  }

  @Test
  default void range_tiedValues_ascendWithNegativeZeroBeforeZero() {
    given().add("m", T0, 0.0).add("m", T0, 1).add("m", T0, -0.0).add("m", T0, -1);
    assertValues(given().ask("m").points(), -1, -0.0, 0.0, 1);
  }

  @Test
  default void range_moreThanLimit_hasCursor() {
    given().add("m", T0, 1).add("m", T0 + 1, 2).add("m", T0 + 2, 3);
    RangeResult page = given().ask("m").limit(2).points();
    assertValues(page, 1, 2);
    assertThat(page.next()).contains(new RangeCursor(T0 + 1, Dimensions.EMPTY.hash(), 2, 1));
    RangeResult rest = given().ask("m").limit(2).points(page.next());
    assertValues(rest, 3);
    assertThat(rest.next()).isEmpty();
  }

  @Test
  default void range_exactlyLimit_hasNoCursor() {
    given().add("m", T0, 1).add("m", T0 + 1, 2);
    assertThat(given().ask("m").limit(2).points().next()).isEmpty();
  }

  @Test
  default void range_cursorAmongIdenticalPoints_returnsEachOnce() {
    for (int i = 0; i < 5; i++) {
      given().add("m", T0, 7, "k", "v");
    }
    given().add("m", T0, 8, "k", "v");
    RangeResult first = given().ask("m").limit(2).points();
    RangeResult second = given().ask("m").limit(2).points(first.next());
    RangeResult third = given().ask("m").limit(2).points(second.next());
    assertValues(first, 7, 7);
    assertValues(second, 7, 7);
    assertValues(third, 7, 8);
    assertThat(second.next().orElseThrow().repeats()).isEqualTo(4);
    assertThat(third.next()).isEmpty();
  }

  @Test
  default void range_pagesOfOne_giveWhatOnePageGives() {
    for (int i = 0; i < 12; i++) {
      given().add("m", T0 + i / 5, i % 3 - 1, "k", "v" + i % 2);
    }
    List<MetricPoint> collected = new ArrayList<>();
    Optional<RangeCursor> after = Optional.empty();
    do {
      RangeResult page = given().ask("m").limit(1).points(after);
      collected.addAll(page.points());
      after = page.next();
    } while (after.isPresent());
    assertThat(collected).isEqualTo(given().ask("m").points().points()).hasSize(12);
  }

  @Test
  default void range_filtered_keepsOnlyMatches() {
    given().add("m", T0, 1, "k", "a").add("m", T0 + 1, 2, "k", "b").add("m", T0 + 2, 3);
    assertValues(given().ask("m").where("k", "b").points(), 2);
  }

  /**
   * Each of the most and longest values that a point may have; more than there may be on a page.
   */
  @Test
  default void range_longDimensions_endAPageBeforeItsLimit() {
    int points = 1_000;
    for (int i = 0; i < points; i++) {
      String[] dimensions = new String[40];
      for (int key = 0; key < 20; key++) {
        dimensions[2 * key] = "k" + key;
        dimensions[2 * key + 1] = "%04d".formatted(i).repeat(64);
      }
      given().add("m", T0 + i, i, dimensions);
    }
    List<Double> collected = new ArrayList<>();
    Optional<RangeCursor> after = Optional.empty();
    int pages = 0;
    do {
      RangeResult page = given().ask("m").limit(10_000).points(after);
      page.points().forEach(point -> collected.add(point.value()));
      after = page.next();
      pages++;
    } while (after.isPresent());
    assertThat(pages).isEqualTo(2);
    assertThat(collected).isEqualTo(IntStream.range(0, points).mapToObj(i -> (double) i).toList());
  }
}
