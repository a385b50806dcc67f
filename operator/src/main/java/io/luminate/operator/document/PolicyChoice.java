// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.document;

import io.luminate.crd.RetentionPolicy;
import io.luminate.crd.RetentionPolicySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * As many policies as a document may have: those that were in the one before, then the oldest, so
 * that a new one never throws out one that counted.
 *
 * @param verdicts by the resource's name
 */
record PolicyChoice(RetentionRules rules, Map<String, Verdict> verdicts) {
  /** As many as servers take, who look through all of them in each statement on ClickHouse. */
  static final int POLICIES_MAX = 256;

  static PolicyChoice of(
      Duration defaultRetention, List<RetentionPolicy> policies, Set<String> namesBefore) {
    Map<String, Verdict> verdicts = new TreeMap<>();
    List<RetentionRule> chosen = new ArrayList<>();
    for (RetentionPolicy policy : inOrder(policies, namesBefore)) {
      verdicts.put(Seniority.name(policy), choose(policy, chosen));
    }
    RetentionRules rules = new RetentionRules(defaultRetention, chosen);
    for (RetentionRule rule : chosen) {
      rules
          .instead(rule)
          .ifPresent(by -> verdicts.put(rule.name(), new Verdict.Superseded(by.name())));
    }
    return new PolicyChoice(rules, verdicts);
  }

  private static List<RetentionPolicy> inOrder(
      List<RetentionPolicy> policies, Set<String> namesBefore) {
    return policies.stream()
        .sorted(
            Comparator.<RetentionPolicy, Boolean>comparing(
                    policy -> !namesBefore.contains(Seniority.name(policy)))
                .thenComparing(Seniority.OLDEST_FIRST))
        .toList();
  }

  private static Verdict choose(RetentionPolicy policy, List<RetentionRule> chosen) {
    try {
      RetentionRule rule = rule(Seniority.name(policy), policy.getSpec());
      if (chosen.size() == POLICIES_MAX) {
        return new Verdict.TooManyPolicies(POLICIES_MAX);
      }
      chosen.add(rule);
      return new Verdict.Accepted();
    } catch (IllegalArgumentException fault) {
      return new Verdict.Invalid("retention " + fault.getMessage());
    }
  }

  private static RetentionRule rule(String name, RetentionPolicySpec spec) {
    RetentionScope scope =
        new RetentionScope(Optional.ofNullable(spec.tenantId()), spec.metricPattern());
    return new RetentionRule(name, scope, Spans.retention(spec.retention()));
  }
}
