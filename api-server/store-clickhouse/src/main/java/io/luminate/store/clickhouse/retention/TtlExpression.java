// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import io.luminate.model.MetricScope;
import io.luminate.model.RetentionHold;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.RetentionPolicy;
import io.luminate.model.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Says in one expression of ClickHouse when a row may go: at the end of its UTC day, and its
 * metric's retention and a margin later. The first branch that fits a row counts, so they stand in
 * the order of precedence.
 */
final class TtlExpression {
  /**
   * Branches, each of which is tried on every row that is inserted or merged: 256 of them double or
   * triple the CPU of an insert, which 16 do not change.
   */
  static final int BRANCHES_MAX = 256;

  private static final Duration DAY = Duration.ofDays(1);

  /**
   * Points come at most seven days late, and an idempotency key, under which they may be inserted
   * once more, holds for at most one.
   */
  private static final Duration MARKS_MIN = Duration.ofDays(8);

  /** The last second that ClickHouse's DateTime can say, in the year 2106. */
  private static final long LAST_SECOND = 0xFFFF_FFFFL;

  /** ClickHouse keeps the expression as a part of the table, where there are no parameters. */
  private static final TtlExpression LITERAL = new TtlExpression(SqlText::literal);

  private final UnaryOperator<String> written;

  /**
   * @param written what stands for a text in what is made here
   */
  private TtlExpression(UnaryOperator<String> written) {
    this.written = written;
  }

  static String of(RetentionPolicies policies, List<KeptRetention> kept, Duration margin) {
    return of(policies, kept, List.of(), margin);
  }

  /**
   * @param holds that count as long as the expression does
   */
  static String of(
      RetentionPolicies policies,
      List<KeptRetention> kept,
      List<RetentionHold> holds,
      Duration margin) {
    String stay = stay(policies, kept, holds, margin);
    return "toDateTime(toUInt32(least("
        + LAST_SECOND
        + ", intDiv(timestamp, 86400000) * 86400 + "
        + (holds.isEmpty() ? stay : "greatest(" + stay + ", " + held(holds, margin) + ")")
        + ")), 'UTC')";
  }

  /**
   * @param kept the only ones beside the policies
   */
  static RetainedDays retained(
      RetentionPolicies policies, List<KeptRetention> kept, long nowMillis) {
    List<String> texts = new ArrayList<>();
    TtlExpression placing = new TtlExpression(text -> RetainedDays.place(texts, text));
    List<String> branches = new ArrayList<>();
    for (KeptRetention one : kept) {
      branches.add(placing.condition(one));
      branches.add(firstDay(one.retention(), nowMillis));
    }
    for (RetentionPolicy policy : policies.policies()) {
      branches.add(placing.condition(policy.scope()));
      branches.add(firstDay(policy.retention(), nowMillis));
    }
    branches.add(firstDay(policies.defaultRetention(), nowMillis));
    String condition = "timestamp >= " + multiIf(branches) + " * " + DAY.toMillis();
    return new RetainedDays(condition, texts);
  }

  private static String firstDay(Duration retention, long nowMillis) {
    return Long.toString(Math.floorDiv(nowMillis - retention.toMillis(), DAY.toMillis()));
  }

  /** Where several hold a row, the first is the longest. */
  private static String held(List<RetentionHold> holds, Duration margin) {
    List<String> branches = new ArrayList<>();
    holds.stream()
        .sorted(
            Comparator.comparing(RetentionHold::retention)
                .reversed()
                .thenComparing(hold -> LITERAL.condition(hold.scope())))
        .forEach(
            hold -> {
              branches.add(LITERAL.condition(hold.scope()));
              branches.add(seconds(hold.retention(), margin));
            });
    branches.add("0");
    return multiIf(branches);
  }

  private static String stay(
      RetentionPolicies policies,
      List<KeptRetention> kept,
      List<RetentionHold> holds,
      Duration margin) {
    List<String> branches = new ArrayList<>();
    Duration marks = longest(policies, kept, holds);
    if (!marks.equals(policies.defaultRetention()) || !policies.policies().isEmpty()) {
      branches.add(LITERAL.is("tenant", ""));
      branches.add(seconds(marks, margin));
    }
    for (KeptRetention one : kept) {
      branches.add(LITERAL.condition(one));
      branches.add(seconds(one.retention(), margin));
    }
    for (RetentionPolicy policy : policies.policies()) {
      branches.add(LITERAL.condition(policy.scope()));
      branches.add(seconds(policy.retention(), margin));
    }
    branches.add(seconds(policies.defaultRetention(), margin));
    return multiIf(branches);
  }

  private static String multiIf(List<String> branches) {
    return branches.size() == 1
        ? branches.getFirst()
        : "multiIf(" + String.join(", ", branches) + ")";
  }

  /**
   * Of rows that mark inserts: they go with the last points, so that no merge is for them alone.
   */
  private static Duration longest(
      RetentionPolicies policies, List<KeptRetention> kept, List<RetentionHold> holds) {
    return Stream.of(
            Stream.of(MARKS_MIN, policies.defaultRetention()),
            policies.policies().stream().map(RetentionPolicy::retention),
            kept.stream().map(KeptRetention::retention),
            holds.stream().map(RetentionHold::retention))
        .flatMap(each -> each)
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  private String condition(KeptRetention one) {
    return is("tenant", one.tenant().value()) + " AND " + is("metric", one.metric());
  }

  private String condition(MetricScope scope) {
    Optional<String> tenant = scope.tenant().map(TenantId::value).map(t -> is("tenant", t));
    String pattern = scope.metricPattern();
    String metric =
        pattern.indexOf('*') < 0
            ? is("metric", pattern)
            : "metric LIKE " + written.apply(SqlText.likePattern(pattern));
    return tenant.map(t -> t + " AND " + metric).orElse(metric);
  }

  private String is(String column, String value) {
    return column + " = " + written.apply(value);
  }

  /** From the start of a row's day, rounded up. */
  private static String seconds(Duration retention, Duration margin) {
    Duration stay = DAY.plus(retention).plus(margin).plusMillis(999);
    return Long.toString(Math.min(LAST_SECOND, stay.toSeconds()));
  }
}
