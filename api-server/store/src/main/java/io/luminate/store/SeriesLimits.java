// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import io.luminate.model.Dimensions;

/**
 * How many series a tenant may have at the moment of a request. Only what is new is refused: a
 * series that is there stays, however far a limit is lowered.
 *
 * @param seriesPerMetricMax series that have retained points, from 0
 * @param metricsMax metrics that have any, from 0
 */
public record SeriesLimits(long seriesPerMetricMax, long metricsMax, Overflow overflow) {
  /** Stands for all values of a dimension that are folded; no client may send it. */
  public static final String OVERFLOW_VALUE = "__overflow__";

  /** Of a metric past its limit: with more, a series that has a new one is not folded. */
  public static final int FOLDED_KEYS_MAX = 64;

  private static final long FOLDED_SERIES_MAX = 1_000;

  public static final SeriesLimits NONE =
      new SeriesLimits(Long.MAX_VALUE, Long.MAX_VALUE, Overflow.REJECT);

  /** What becomes of a new series past the limit of its metric. */
  public enum Overflow {
    REJECT,
    /** It is stored under {@link #OVERFLOW_VALUE} in place of values that grow fast. */
    FOLD
  }

  public SeriesLimits {
    if (seriesPerMetricMax < 0 || metricsMax < 0) {
      throw new IllegalArgumentException(
          "limits of series are not negative, got " + seriesPerMetricMax + " and " + metricsMax);
    }
  }

  /**
   * Whether such a series stands for several. What lies between two of its points means nothing, so
   * rates and integrals leave it out.
   */
  public static boolean isOverflow(Dimensions dimensions) {
    for (int i = 0; i < dimensions.size(); i++) {
      if (dimensions.value(i).equals(OVERFLOW_VALUE)) {
        return true;
      }
    }
    return false;
  }

  /** With room for folded series: as many as there may be others, but for large limits. */
  public long seriesAndFoldedMax() {
    long folded = Math.min(seriesPerMetricMax, FOLDED_SERIES_MAX);
    return seriesPerMetricMax > Long.MAX_VALUE - folded
        ? Long.MAX_VALUE
        : seriesPerMetricMax + folded;
  }
}
