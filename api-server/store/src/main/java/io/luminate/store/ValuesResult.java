// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import java.util.List;

/** {@code truncated} says that more values match than were returned. */
public record ValuesResult(List<ValueCount> values, boolean truncated) {
  public ValuesResult {
    values = List.copyOf(values);
  }

  /** A dimension value and the number of points that carry it. */
  public record ValueCount(String value, long points) {}
}
