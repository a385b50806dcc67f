// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.model;

import java.time.Duration;
import java.util.Optional;

/**
 * How long points live: those of metrics whose name matches the pattern (its only wildcard is
 * {@code *}), of one tenant or of every tenant.
 */
public record RetentionPolicy(
    String name, Optional<TenantId> tenant, String metricPattern, Duration retention) {
  public RetentionPolicy {
    if (retention.isNegative() || retention.isZero()) {
      throw new IllegalArgumentException(
          "retention of " + metricPattern + " must be positive, got " + retention);
    }
  }

  boolean appliesTo(TenantId candidate, String metricName) {
    return tenant.map(candidate::equals).orElse(true) && matches(metricName);
  }

  boolean exact() {
    return metricPattern.indexOf('*') < 0;
  }

  int literalPrefixLength() {
    int star = metricPattern.indexOf('*');
    return star < 0 ? metricPattern.length() : star;
  }

  long literalCharacters() {
    return metricPattern.chars().filter(c -> c != '*').count();
  }

  /** Greedy matching with one point to fall back to, linear for any pattern that people write. */
  private boolean matches(String metricName) {
    int p = 0;
    int n = 0;
    int starAt = -1;
    int resumeAt = 0;
    while (n < metricName.length()) {
      if (p < metricPattern.length() && metricPattern.charAt(p) == '*') {
        starAt = p++;
        resumeAt = n;
      } else if (p < metricPattern.length() && metricPattern.charAt(p) == metricName.charAt(n)) {
        p++;
        n++;
      } else if (starAt >= 0) {
        p = starAt + 1;
        n = ++resumeAt;
      } else {
        return false;
      }
    }
    return metricPattern.substring(p).chars().allMatch(c -> c == '*');
  }
}
