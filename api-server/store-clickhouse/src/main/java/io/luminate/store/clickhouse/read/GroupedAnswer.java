// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.store.ScanStats;
import io.luminate.store.clickhouse.client.Answer;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Groups, how they were found and what that took.
 *
 * @param rankError as {@link io.luminate.store.AggregateResult} has it
 */
record GroupedAnswer(Groups groups, OptionalLong series, OptionalDouble rankError, long readBytes) {
  /** By groups, of no points: ClickHouse need not be asked. */
  static final GroupedAnswer NOTHING =
      counted(new Answer<>(new Groups(List.of(), 0, 0, 0, 0, 0), 0, 0));

  private GroupedAnswer(Answer<Groups> answer, OptionalLong series) {
    this(answer.value(), series, OptionalDouble.empty(), answer.readBytes());
  }

  static GroupedAnswer counted(Answer<Groups> answer) {
    return new GroupedAnswer(answer, OptionalLong.of(answer.value().series()));
  }

  static GroupedAnswer uncounted(Answer<Groups> answer) {
    return new GroupedAnswer(answer, OptionalLong.empty());
  }

  /** The same groups with other cells. */
  GroupedAnswer with(List<Group> returned, OptionalDouble error, long moreBytes) {
    return new GroupedAnswer(
        new Groups(
            returned,
            groups.total(),
            groups.points(),
            groups.series(),
            groups.leftOut(),
            groups.beyond()),
        series,
        rankError.isPresent() ? rankError : error,
        readBytes + moreBytes);
  }

  GroupedAnswer sketched() {
    return with(groups.returned(), OptionalDouble.of(Measure.SKETCH_RANK_ERROR), 0);
  }

  ScanStats stats() {
    return new ScanStats(series, groups.points(), readBytes, 0, groups.leftOut());
  }
}
