// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

/** How the points of a group become one value; see the query language in {@code docs/}. */
public enum Aggregation {
  AVG,
  SUM,
  COUNT,
  MIN,
  MAX,
  P50,
  P95,
  P99,
  INTEGRAL;

  public boolean isPercentile() {
    return this == P50 || this == P95 || this == P99;
  }

  /** The fraction of a percentile in (0, 1). */
  public double fraction() {
    return switch (this) {
      case P50 -> 0.50;
      case P95 -> 0.95;
      case P99 -> 0.99;
      case AVG, SUM, COUNT, MIN, MAX, INTEGRAL ->
          throw new IllegalStateException(this + " is not a percentile");
    };
  }
}
