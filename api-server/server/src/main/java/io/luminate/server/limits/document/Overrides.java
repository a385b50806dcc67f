// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits.document;

import io.luminate.server.config.TenantLimit;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;

/** Some limits, in place of others. Small, as there may be one for each of 200 000 tenants. */
public final class Overrides {
  private static final int LIMITS = TenantLimit.values().length;

  /** No limit is negative. */
  private static final long ABSENT = -1;

  public static final Overrides NONE = new Overrides(Map.of());

  /** By the ordinal of the limit. */
  private final long[] values = new long[LIMITS];

  Overrides(Map<TenantLimit, Long> given) {
    Arrays.fill(values, ABSENT);
    given.forEach((limit, value) -> values[limit.ordinal()] = value);
  }

  /** Durations count milliseconds; words have the number of their place. */
  public OptionalLong get(TenantLimit limit) {
    long value = values[limit.ordinal()];
    return value == ABSENT ? OptionalLong.empty() : OptionalLong.of(value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Overrides overrides && Arrays.equals(values, overrides.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }
}
