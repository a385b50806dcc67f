// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import io.luminate.model.Filter;
import io.luminate.model.Interval;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import java.util.List;
import java.util.Optional;

/**
 * One aggregation over the points in the range, per group and, with an interval, per bucket. With
 * an interval the range grows to {@link Interval#cover whole buckets}.
 *
 * @param limit the number of groups returned: those with the greatest value over the whole range,
 *     ties by group key ascending
 */
public record AggregateQuery(
    TenantId tenant,
    String metricName,
    TimeRange range,
    List<Filter> filters,
    Aggregation aggregation,
    List<String> groupBy,
    Optional<Interval> interval,
    int limit) {
  public AggregateQuery {
    filters = List.copyOf(filters);
    groupBy = List.copyOf(groupBy);
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1, got " + limit);
    }
  }

  /** The range whose points count. */
  public TimeRange effectiveRange() {
    return interval.map(i -> i.cover(range)).orElse(range);
  }
}
