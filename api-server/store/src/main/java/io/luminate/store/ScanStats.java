// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import java.util.OptionalLong;

/**
 * What a query cost.
 *
 * @param series that had a point in the answer's range; absent where counting them would have made
 *     the answer markedly slower
 * @param points that entered the answer, decoded or pre-aggregated
 * @param bytes of stored, encoded data read
 * @param preAggregatedPoints those of {@code points} that were never decoded
 * @param overflowSeriesLeftOut series that matched and had a point in the range, and are not among
 *     {@code series}: rates and integrals {@link SeriesLimits#isOverflow leave them out}
 */
public record ScanStats(
    OptionalLong series,
    long points,
    long bytes,
    long preAggregatedPoints,
    long overflowSeriesLeftOut) {
  public ScanStats(OptionalLong series, long points, long bytes, long preAggregatedPoints) {
    this(series, points, bytes, preAggregatedPoints, 0);
  }

  public ScanStats(long series, long points, long bytes, long preAggregatedPoints) {
    this(OptionalLong.of(series), points, bytes, preAggregatedPoints);
  }

  /**
   * The same of a query that left series out.
   *
   * @param moreBytes that were read to count them
   */
  public ScanStats leavingOut(long overflowSeries, long moreBytes) {
    return new ScanStats(series, points, bytes + moreBytes, preAggregatedPoints, overflowSeries);
  }
}
