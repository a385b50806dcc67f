// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.document;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What has to be held when other rules begin to count. Holds may keep more than was seen, never
 * less: too much costs disk for a day, too little cannot be brought back.
 *
 * @param until how long what is shortened by this change is held
 */
record Shortening(RetentionRules before, RetentionRules after, Instant until) {
  /** As long as a retention can be. */
  private static final Duration EVERYTHING = Duration.ofDays(Spans.RETENTION_DAYS_MAX);

  /**
   * What the next document holds: what the last one does, unchanged, and what this change shortens;
   * but nothing that has passed, or that is seen for as long again.
   *
   * @param last empty: nobody knows what counted before, so everything is held. Bytes of a cluster
   *     that is made anew over the same database, its policies a moment after it, are not freed.
   */
  static List<RetentionHold> held(
      Optional<RetentionSection> last, RetentionRules next, Instant now, Duration grace) {
    List<RetentionHold> held = new ArrayList<>();
    last.ifPresent(section -> held.addAll(section.held()));
    if (!grace.isZero()) {
      held.addAll(shortened(last, next, now.plus(grace)));
    }
    held.removeIf(hold -> !hold.holdsAt(now) || isSeen(hold, next));
    return FewerHolds.of(held);
  }

  private static List<RetentionHold> shortened(
      Optional<RetentionSection> last, RetentionRules next, Instant until) {
    return last.map(section -> new Shortening(section.rules(), next, until).holds())
        .orElseGet(() -> List.of(new RetentionHold(RetentionScope.ALL, EVERYTHING, until)));
  }

  /** Whether queries see all of its metrics for as long anyway. */
  private static boolean isSeen(RetentionHold hold, RetentionRules next) {
    return next.shortest(hold.scope()).compareTo(hold.retention()) >= 0;
  }

  private List<RetentionHold> holds() {
    // Of most passes, which is why it is asked first: the rest looks at all pairs of policies.
    return before.equals(after)
        ? List.of()
        : before.counting().stream().flatMap(rule -> holds(rule).stream()).toList();
  }

  /**
   * A metric that has had its retention by this rule, and gets less, gets that since the rule is
   * gone or shorter, or else by a rule of a new scope that comes before it: of two rules that were
   * there, the one that comes to be before the other is the longer one.
   */
  private List<RetentionHold> holds(RetentionRule rule) {
    Optional<Duration> now = after.said(rule);
    if (now.isEmpty() || rule.isLongerThan(now.get())) {
      return List.of(new RetentionHold(rule.scope(), rule.retention(), until));
    }
    return after.reaching(rule.scope()).stream()
        .filter(first -> rule.isLongerThan(first.retention()))
        .filter(first -> before.said(first).isEmpty())
        .map(first -> first.scope().meet(rule.scope()))
        .map(both -> new RetentionHold(both, rule.retention(), until))
        .toList();
  }
}
