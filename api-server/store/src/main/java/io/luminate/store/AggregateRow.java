// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * @param bucketStartMillis present exactly when the query has an interval
 * @param groupKey a value per grouped dimension, {@code ""} where the points have none
 * @param value empty when the result exceeds the range of a double
 * @param count points in the row
 */
public record AggregateRow(
    OptionalLong bucketStartMillis, List<String> groupKey, OptionalDouble value, long count) {
  public AggregateRow {
    groupKey = List.copyOf(groupKey);
  }
}
