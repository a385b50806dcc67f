// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

/** Default limits on names and series; lengths count Unicode code points. */
public record CardinalityLimits(
    int maxDimensionsPerMetric,
    int maxDimensionKeyLength,
    int maxDimensionValueLength,
    long maxUniqueSeriesPerMetric,
    long maxMetricsPerTenant,
    Overflow overflow) {

  /** What becomes of a new series past the limit of its metric. */
  public enum Overflow {
    REJECT,
    /** Stored under a reserved value in place of those that grow fast. */
    FOLD
  }
}
