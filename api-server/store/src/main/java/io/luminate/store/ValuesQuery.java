// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import io.luminate.model.Filter;
import io.luminate.model.TenantId;
import java.util.List;

/** Values of one dimension key that start with {@code prefix}, most frequent first. */
public record ValuesQuery(
    TenantId tenant,
    String metricName,
    String key,
    String prefix,
    int limit,
    List<Filter> filters) {
  public ValuesQuery {
    filters = List.copyOf(filters);
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1, got " + limit);
    }
  }
}
