// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.model;

import java.util.Optional;

/**
 * Some metrics: those whose name matches the pattern, of one tenant or of every tenant.
 *
 * @param metricPattern the only wildcard is {@code *}, any number of any characters
 */
public record MetricScope(Optional<TenantId> tenant, String metricPattern) {
  /** Every metric of everybody. */
  public static final MetricScope ALL = new MetricScope(Optional.empty(), "*");

  public boolean covers(TenantId candidate, String metricName) {
    return tenant.map(candidate::equals).orElse(true) && matches(metricName);
  }

  /** False only if no metric can be in both. */
  public boolean mayMeet(MetricScope other) {
    boolean sameTenant = tenant.isEmpty() || other.tenant.isEmpty() || tenant.equals(other.tenant);
    return sameTenant && mayShareNames(other);
  }

  private boolean mayShareNames(MetricScope other) {
    if (isExact()) {
      return other.matches(metricPattern);
    }
    if (other.isExact()) {
      return matches(other.metricPattern);
    }
    int common = Math.min(literalPrefixLength(), other.literalPrefixLength());
    return metricPattern.regionMatches(0, other.metricPattern, 0, common);
  }

  boolean isExact() {
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
