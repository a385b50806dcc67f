// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.query;

/**
 * The first run, and the median of those after it if there were any; or what was answered instead.
 */
public record QueryTiming(
    QueryName name, double coldMillis, double medianMillis, int runs, String failure) {
  static QueryTiming failed(QueryName name, String failure) {
    return new QueryTiming(name, Double.NaN, Double.NaN, 0, failure);
  }

  public boolean ok() {
    return failure.isEmpty();
  }

  /** Whether it stays below its floor, if it has one. */
  public boolean withinFloor() {
    return ok()
        && (name.floorMillis().isEmpty() || medianMillis <= name.floorMillis().orElseThrow());
  }
}
