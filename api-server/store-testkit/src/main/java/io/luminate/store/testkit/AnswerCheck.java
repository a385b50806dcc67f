// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.store.AggregateQuery;
import io.luminate.store.AggregateResult;
import io.luminate.store.AggregateRow;
import io.luminate.store.RateQuery;
import io.luminate.store.RateResult;
import io.luminate.store.RateRow;
import io.luminate.store.ScanStats;
import io.luminate.store.reference.ExactAnswer;
import io.luminate.store.reference.ExactGroup;
import io.luminate.store.reference.ExactValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Compares a store's answer with the exact one. Values may be off by their tolerance, and groups
 * whose values are closer than their tolerances may swap places, also across the end of a top N.
 */
public final class AnswerCheck {
  /** A row of either kind of query; a rate has no count. */
  private record Row(
      OptionalLong bucketStart, List<String> groupKey, OptionalDouble value, OptionalLong count) {
    static Row of(AggregateRow row) {
      return new Row(
          row.bucketStartMillis(), row.groupKey(), row.value(), OptionalLong.of(row.count()));
    }

    static Row of(RateRow row) {
      return new Row(
          OptionalLong.of(row.bucketStartMillis()),
          row.groupKey(),
          row.rate(),
          OptionalLong.empty());
    }
  }

  /** The rows of one group, which follow each other. */
  private record Group(List<String> key, List<Row> rows) {}

  private final String question;
  private final ExactAnswer expected;

  private AnswerCheck(String question, ExactAnswer expected) {
    this.question = question;
    this.expected = expected;
  }

  public static void check(
      String context, AggregateQuery query, ExactAnswer expected, AggregateResult actual) {
    AnswerCheck check = new AnswerCheck(context + ": " + query, expected);
    assertThat(actual.totalGroups()).as(check.question).isEqualTo(expected.groups().size());
    assertThat(actual.rankError()).as(check.question).isEmpty();
    check.stats(actual.stats());
    check.rows(actual.rows().stream().map(Row::of).toList(), query.limit());
  }

  public static void check(
      String context, RateQuery query, ExactAnswer expected, RateResult actual) {
    AnswerCheck check = new AnswerCheck(context + ": " + query, expected);
    assertThat(actual.totalGroups()).as(check.question).isEqualTo(expected.groups().size());
    check.stats(actual.stats());
    check.rows(actual.rows().stream().map(Row::of).toList(), query.limit());
  }

  private void stats(ScanStats actual) {
    assertThat(actual.series()).as("series of %s", question).isEqualTo(expected.stats().series());
    assertThat(actual.points()).as("points of %s", question).isEqualTo(expected.stats().points());
    assertThat(actual.overflowSeriesLeftOut())
        .as("series left out of %s", question)
        .isEqualTo(expected.stats().overflowSeriesLeftOut());
    assertThat(actual.preAggregatedPoints())
        .as("pre-aggregated points of %s", question)
        .isBetween(0L, actual.points());
  }

  private void rows(List<Row> rows, int limit) {
    Map<List<String>, ExactGroup> byKey = new HashMap<>();
    expected.groups().forEach(g -> byKey.put(g.groupKey(), g));
    List<ExactGroup> returned = new ArrayList<>();
    for (Group group : groups(rows)) {
      assertThat(byKey).as("groups of %s", question).containsKey(group.key());
      ExactGroup exact = Objects.requireNonNull(byKey.get(group.key()), question);
      assertThat(returned).as("groups of %s come once", question).doesNotContain(exact);
      returned.add(exact);
      group(group, exact);
    }
    assertThat(returned)
        .as("groups returned of %s", question)
        .hasSize(Math.min(limit, expected.groups().size()));
    if (!returned.isEmpty()) {
      order(returned);
    }
  }

  private static List<Group> groups(List<Row> rows) {
    List<Group> groups = new ArrayList<>();
    for (Row row : rows) {
      if (groups.isEmpty() || !groups.getLast().key().equals(row.groupKey())) {
        groups.add(new Group(row.groupKey(), new ArrayList<>()));
      }
      groups.getLast().rows().add(row);
    }
    return groups;
  }

  private void group(Group actual, ExactGroup exact) {
    if (exact.buckets().isEmpty()) {
      assertThat(actual.rows()).as("rows of %s", question).hasSize(1);
      row(actual.rows().getFirst(), exact.total());
      return;
    }
    assertThat(actual.rows().stream().map(r -> r.bucketStart().orElse(-1)).toList())
        .as("buckets of group %s of %s", actual.key(), question)
        .isEqualTo(List.copyOf(exact.buckets().keySet()));
    for (Row row : actual.rows()) {
      Optional.ofNullable(exact.buckets().get(row.bucketStart().orElseThrow()))
          .ifPresent(value -> row(row, value));
    }
  }

  private void row(Row actual, ExactValue exact) {
    assertThat(actual.count().orElse(exact.count()))
        .as("count of %s of %s", actual, question)
        .isEqualTo(exact.count());
    assertThat(exact.admits(actual.value()))
        .as("%s should be %s in %s", actual, exact, question)
        .isTrue();
  }

  /** No group stands before one that is greater beyond doubt, be that returned or left out. */
  private void order(List<ExactGroup> returned) {
    List<ExactGroup> inOrder = new ArrayList<>(returned);
    expected.groups().stream().filter(g -> !returned.contains(g)).forEach(inOrder::add);
    ExactGroup greatest = inOrder.getLast();
    for (int i = inOrder.size() - 2; i >= 0; i--) {
      ExactGroup group = inOrder.get(i);
      if (i < returned.size()) {
        assertThat(upper(group))
            .as("%s stands before %s in %s", group, greatest, question)
            .isGreaterThanOrEqualTo(lower(greatest));
      }
      greatest = lower(group) > lower(greatest) ? group : greatest;
    }
    if (isExact()) {
      assertThat(returned)
          .as("order of counts in %s", question)
          .isEqualTo(expected.groups().subList(0, returned.size()));
    }
  }

  /** Counts have no tolerance, so that even their ties have one order. */
  private boolean isExact() {
    return expected.groups().stream().allMatch(g -> g.total().tolerance() == 0);
  }

  private static double upper(ExactGroup group) {
    return group.total().value() + group.total().tolerance();
  }

  private static double lower(ExactGroup group) {
    return group.total().value() - group.total().tolerance();
  }
}
