// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.document;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All that counts for queries: of the policies that fit a metric the first, without any the
 * default.
 *
 * @param policies in the order of precedence
 */
record RetentionRules(Duration defaultRetention, List<RetentionRule> policies) {
  RetentionRules {
    policies = policies.stream().sorted(RetentionRule.PRECEDENCE).toList();
  }

  /** The policies, and the default as one more that fits everything. */
  List<RetentionRule> all() {
    List<RetentionRule> all = new ArrayList<>(policies);
    all.add(RetentionRule.ofDefault(defaultRetention));
    return all;
  }

  /** Those that are the first for some metric, as far as one other alone can tell. */
  List<RetentionRule> counting() {
    return all().stream().filter(rule -> instead(rule).isEmpty()).toList();
  }

  /** The rule that comes before this one for all of its metrics. */
  Optional<RetentionRule> instead(RetentionRule rule) {
    return policies.stream()
        .takeWhile(before -> !before.equals(rule))
        .filter(before -> before.scope().contains(rule.scope()))
        .findFirst();
  }

  /** Those that may be the first for some metric of the scope. */
  List<RetentionRule> reaching(RetentionScope scope) {
    List<RetentionRule> reaching = new ArrayList<>();
    for (RetentionRule rule : all()) {
      if (rule.scope().mayMeet(scope)) {
        reaching.add(rule);
      }
      if (rule.scope().contains(scope)) {
        break;
      }
    }
    return reaching;
  }

  /** No metric of the scope has less. */
  Duration shortest(RetentionScope scope) {
    return reaching(scope).stream()
        .map(RetentionRule::retention)
        .min(Duration::compareTo)
        .orElseThrow();
  }

  /** What a rule in place of this one says, of just its scope; of several the first counts. */
  Optional<Duration> said(RetentionRule rule) {
    return all().stream()
        .filter(other -> other.isDefault() == rule.isDefault())
        .filter(other -> other.scope().equals(rule.scope()))
        .map(RetentionRule::retention)
        .findFirst();
  }
}
