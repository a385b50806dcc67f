// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import io.luminate.model.Filter;
import io.luminate.model.TenantId;
import java.util.List;

/**
 * Points to remove: those of the metric with {@code timestamp < beforeMillis} whose dimensions pass
 * all filters.
 */
public record DeleteRequest(
    TenantId tenant, String metricName, long beforeMillis, List<Filter> filters) {
  public DeleteRequest {
    filters = List.copyOf(filters);
  }

  /** All of the metric's points below the instant. */
  public static DeleteRequest of(TenantId tenant, String metricName, long beforeMillis) {
    return new DeleteRequest(tenant, metricName, beforeMillis, List.of());
  }
}
