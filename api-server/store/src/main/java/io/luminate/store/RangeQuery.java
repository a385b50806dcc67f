// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import io.luminate.model.Filter;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import java.util.List;
import java.util.Optional;

/** Raw points, ascending by (timestamp, series hash, value in {@link Double#compare} order). */
public record RangeQuery(
    TenantId tenant,
    String metricName,
    TimeRange range,
    List<Filter> filters,
    int limit,
    Optional<RangeCursor> after) {
  public RangeQuery {
    filters = List.copyOf(filters);
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1, got " + limit);
    }
  }
}
