// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.model;

/** Unix milliseconds, both ends inclusive; {@code startMillis <= endMillis}. */
public record TimeRange(long startMillis, long endMillis) {
  public TimeRange {
    if (startMillis > endMillis) {
      throw new IllegalArgumentException(
          "time range starts at " + startMillis + " after its end " + endMillis);
    }
  }

  public boolean contains(long timestampMillis) {
    return timestampMillis >= startMillis && timestampMillis <= endMillis;
  }

  public boolean overlaps(long firstMillis, long lastMillis) {
    return firstMillis <= endMillis && lastMillis >= startMillis;
  }
}
