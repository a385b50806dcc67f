// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.document;

import java.util.Optional;

/**
 * Some metrics: those whose name matches the pattern, of one tenant or of every tenant.
 *
 * @param metricPattern the only wildcard is {@code *}, any number of any characters
 */
record RetentionScope(Optional<String> tenant, String metricPattern) {
  /** Every metric of everybody. */
  static final RetentionScope ALL = new RetentionScope(Optional.empty(), "*");

  /**
   * Whether every metric of the other is one of this. What stands for {@code *} in the other can be
   * anything, so only a {@code *} of this one takes it.
   */
  boolean contains(RetentionScope other) {
    return (tenant.isEmpty() || tenant.equals(other.tenant)) && matches(other.metricPattern);
  }

  /** False only if no metric can be in both. */
  boolean mayMeet(RetentionScope other) {
    boolean sameTenant = tenant.isEmpty() || other.tenant.isEmpty() || tenant.equals(other.tenant);
    return sameTenant && mayShareNames(other);
  }

  /** All metrics that are in both, and maybe more of one of them; the two may meet. */
  RetentionScope meet(RetentionScope other) {
    boolean otherHasFewer =
        new RetentionScope(Optional.empty(), metricPattern)
            .contains(new RetentionScope(Optional.empty(), other.metricPattern));
    return new RetentionScope(
        tenant.or(other::tenant), otherHasFewer ? other.metricPattern : metricPattern);
  }

  private boolean mayShareNames(RetentionScope other) {
    if (isExact()) {
      return other.matches(metricPattern);
    }
    if (other.isExact()) {
      return matches(other.metricPattern);
    }
    return sameStart(other) && sameEnd(other);
  }

  private boolean sameStart(RetentionScope other) {
    int common = Math.min(literalPrefixLength(), other.literalPrefixLength());
    return metricPattern.regionMatches(0, other.metricPattern, 0, common);
  }

  private boolean sameEnd(RetentionScope other) {
    int common = Math.min(literalSuffixLength(), other.literalSuffixLength());
    return metricPattern.regionMatches(
        metricPattern.length() - common,
        other.metricPattern,
        other.metricPattern.length() - common,
        common);
  }

  boolean isExact() {
    return metricPattern.indexOf('*') < 0;
  }

  int literalPrefixLength() {
    int star = metricPattern.indexOf('*');
    return star < 0 ? metricPattern.length() : star;
  }

  /** Of a pattern that is not exact. */
  private int literalSuffixLength() {
    return metricPattern.length() - metricPattern.lastIndexOf('*') - 1;
  }

  long literalCharacters() {
    return metricPattern.chars().filter(c -> c != '*').count();
  }

  private boolean matches(String name) {
    if (isExact()) {
      return metricPattern.equals(name);
    }
    int prefix = literalPrefixLength();
    int suffix = literalSuffixLength();
    int end = name.length() - suffix;
    return prefix <= end
        && name.regionMatches(0, metricPattern, 0, prefix)
        && name.regionMatches(end, metricPattern, metricPattern.length() - suffix, suffix)
        && middleIsIn(name, prefix, end);
  }

  /** Each part between two stars where it first occurs, which leaves most room for the next one. */
  private boolean middleIsIn(String name, int start, int end) {
    int at = start;
    int star = start;
    for (int next = nextStar(star); next >= 0; next = nextStar(star)) {
      String part = metricPattern.substring(star + 1, next);
      at = name.indexOf(part, at);
      if (at < 0 || at + part.length() > end) {
        return false;
      }
      at += part.length();
      star = next;
    }
    return true;
  }

  private int nextStar(int star) {
    return metricPattern.indexOf('*', star + 1);
  }
}
