// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import io.luminate.model.Filter;
import io.luminate.model.Interval;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import java.util.List;

/**
 * Increase per second of counters: per series {@code max(0, v2 - v1)} of consecutive points,
 * counted in the later point's bucket and divided by the whole interval, summed over the series of
 * a group. Covers whole buckets like an aggregate with an interval.
 *
 * @param limit groups returned: those with the greatest total increase, ties by group key
 */
public record RateQuery(
    TenantId tenant,
    String metricName,
    TimeRange range,
    List<Filter> filters,
    List<String> groupBy,
    Interval interval,
    int limit) {
  /** A scrape or two may be missing between a bucket and the point before it. */
  private static final long LOOK_BACK_MILLIS_MIN = 300_000;

  public RateQuery {
    filters = List.copyOf(filters);
    groupBy = List.copyOf(groupBy);
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1, got " + limit);
    }
  }

  /** The buckets' range: later points lie in it. */
  public TimeRange bucketRange() {
    return interval.cover(range);
  }

  /** The points to read: earlier points may lie before the first bucket. */
  public TimeRange readRange() {
    TimeRange buckets = bucketRange();
    long lookBackMillis = Math.max(interval.millis(), LOOK_BACK_MILLIS_MIN);
    return new TimeRange(buckets.startMillis() - lookBackMillis, buckets.endMillis());
  }
}
