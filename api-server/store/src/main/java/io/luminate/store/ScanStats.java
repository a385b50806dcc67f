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
 */
public record ScanStats(OptionalLong series, long points, long bytes, long preAggregatedPoints) {
  public ScanStats(long series, long points, long bytes, long preAggregatedPoints) {
    this(OptionalLong.of(series), points, bytes, preAggregatedPoints);
  }
}
