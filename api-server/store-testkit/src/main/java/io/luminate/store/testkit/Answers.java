// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.store.AggregateRow;
import io.luminate.store.RangeResult;
import io.luminate.store.RateRow;
import io.luminate.store.ValuesResult.ValueCount;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Expected rows, and their comparison with what a store answered. */
final class Answers {
  /**
   * Of the expected value. Literal cases have no cancellation, so the result measures the terms.
   */
  private static final double RELATIVE_TOLERANCE = 1e-9;

  private Answers() {}

  static AggregateRow row(double value, long count, String... groupKey) {
    return new AggregateRow(
        OptionalLong.empty(), List.of(groupKey), OptionalDouble.of(value), count);
  }

  static AggregateRow rowAt(long bucketStart, double value, long count, String... groupKey) {
    return new AggregateRow(
        OptionalLong.of(bucketStart), List.of(groupKey), OptionalDouble.of(value), count);
  }

  static AggregateRow overflow(long count, String... groupKey) {
    return new AggregateRow(OptionalLong.empty(), List.of(groupKey), OptionalDouble.empty(), count);
  }

  static RateRow rateAt(long bucketStart, double rate, String... groupKey) {
    return new RateRow(bucketStart, List.of(groupKey), OptionalDouble.of(rate));
  }

  static RateRow rateOverflow(long bucketStart) {
    return new RateRow(bucketStart, List.of(), OptionalDouble.empty());
  }

  static ValueCount value(String value, long points) {
    return new ValueCount(value, points);
  }

  static void assertRows(List<AggregateRow> actual, AggregateRow... expected) {
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      AggregateRow row = actual.get(i);
      assertThat(row.groupKey()).as("group of row %d", i).isEqualTo(expected[i].groupKey());
      assertThat(row.bucketStartMillis())
          .as("bucket of row %d", i)
          .isEqualTo(expected[i].bucketStartMillis());
      assertThat(row.count()).as("count of row %d", i).isEqualTo(expected[i].count());
      assertClose(i, row.value(), expected[i].value());
    }
  }

  static void assertRates(List<RateRow> actual, RateRow... expected) {
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      RateRow row = actual.get(i);
      assertThat(row.groupKey()).as("group of row %d", i).isEqualTo(expected[i].groupKey());
      assertThat(row.bucketStartMillis())
          .as("bucket of row %d", i)
          .isEqualTo(expected[i].bucketStartMillis());
      assertClose(i, row.rate(), expected[i].rate());
    }
  }

  private static void assertClose(int row, OptionalDouble actual, OptionalDouble expected) {
    if (actual.isEmpty() || expected.isEmpty()) {
      assertThat(actual).as("value of row %d", row).isEqualTo(expected);
      return;
    }
    double error = Math.abs(actual.getAsDouble() - expected.getAsDouble());
    assertThat(error)
        .as("value of row %d: %s instead of %s", row, actual, expected)
        .isLessThanOrEqualTo(RELATIVE_TOLERANCE * Math.abs(expected.getAsDouble()));
  }

  static void assertValues(RangeResult actual, double... expected) {
    assertThat(actual.points().stream().mapToDouble(p -> p.value()).toArray())
        .containsExactly(expected);
  }
}
