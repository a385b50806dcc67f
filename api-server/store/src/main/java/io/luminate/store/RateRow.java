// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import java.util.List;
import java.util.OptionalDouble;

/** A bucket that holds a later point; {@code rate} is per second, empty when it overflows. */
public record RateRow(long bucketStartMillis, List<String> groupKey, OptionalDouble rate) {
  public RateRow {
    groupKey = List.copyOf(groupKey);
  }
}
