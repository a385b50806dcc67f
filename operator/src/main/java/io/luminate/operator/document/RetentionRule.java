// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.document;

import java.time.Duration;
import java.util.Comparator;

/** How long points of some metrics are seen, unless a rule that comes before says otherwise. */
record RetentionRule(String name, RetentionScope scope, Duration retention) {
  /**
   * Servers' own order: a tenant's own before everyone's; exact before glob; longer literal prefix;
   * more literal characters; longer retention; name. Names have ASCII alone.
   */
  static final Comparator<RetentionRule> PRECEDENCE =
      Comparator.<RetentionRule, Boolean>comparing(rule -> rule.scope().tenant().isEmpty())
          .thenComparing(rule -> !rule.scope().isExact())
          .thenComparing(rule -> -rule.scope().literalPrefixLength())
          .thenComparing(rule -> -rule.scope().literalCharacters())
          .thenComparing(RetentionRule::retention, Comparator.reverseOrder())
          .thenComparing(RetentionRule::name);

  /** It comes after all policies, those included that are for everything. */
  static RetentionRule ofDefault(Duration retention) {
    return new RetentionRule("", RetentionScope.ALL, retention);
  }

  boolean isDefault() {
    return name.isEmpty();
  }

  boolean isLongerThan(Duration other) {
    return retention.compareTo(other) > 0;
  }
}
