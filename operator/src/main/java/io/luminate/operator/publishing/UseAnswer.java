// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import java.util.Collections;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which tenants a pod says are near a limit.
 *
 * @param isWhole whether all others are not
 */
record UseAnswer(Map<String, NavigableSet<NearLimit>> near, boolean isWhole) {
  /** Of one tenant; one more than anybody is told, so that whoever tells it knows of others. */
  static final int LIMITS_MAX = 4;

  UseAnswer {
    near = Collections.unmodifiableMap(new TreeMap<>(near));
  }

  /** What two say together. */
  UseAnswer and(UseAnswer other) {
    Map<String, NavigableSet<NearLimit>> both = new TreeMap<>(near);
    other.near.forEach((tenant, limits) -> both.merge(tenant, limits, UseAnswer::union));
    return new UseAnswer(both, isWhole || other.isWhole);
  }

  private static NavigableSet<NearLimit> union(
      NavigableSet<NearLimit> one, NavigableSet<NearLimit> other) {
    NavigableSet<NearLimit> both = new TreeSet<>(one);
    both.addAll(other);
    return both;
  }
}
