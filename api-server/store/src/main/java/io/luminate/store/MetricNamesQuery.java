// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import io.luminate.model.Filter;
import io.luminate.model.TenantId;
import java.util.List;

/** Names that start with {@code prefix} of metrics with a point that matches all filters. */
public record MetricNamesQuery(TenantId tenant, String prefix, int limit, List<Filter> filters) {
  public MetricNamesQuery {
    filters = List.copyOf(filters);
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1, got " + limit);
    }
  }
}
