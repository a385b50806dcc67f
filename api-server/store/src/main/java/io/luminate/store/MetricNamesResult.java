// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import java.util.List;

/** {@code truncated} says that there are more names than were returned. */
public record MetricNamesResult(List<String> names, boolean truncated) {
  public MetricNamesResult {
    names = List.copyOf(names);
  }

  /** The first so many of what may be more. */
  public static MetricNamesResult ofFirst(int limit, List<String> names) {
    return names.size() > limit
        ? new MetricNamesResult(names.subList(0, limit), true)
        : new MetricNamesResult(names, false);
  }
}
