// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import io.luminate.model.TenantId;
import java.util.List;
import java.util.Set;

/**
 * Series that a request of a tenant has points of.
 *
 * @param unfoldable dimension keys whose values are stored as they are, or not at all
 */
public record SeriesRequest(
    TenantId tenant, List<SeriesName> series, SeriesLimits limits, Set<String> unfoldable) {
  public SeriesRequest {
    series = List.copyOf(series);
    unfoldable = Set.copyOf(unfoldable);
  }

  public SeriesRequest(TenantId tenant, List<SeriesName> series, SeriesLimits limits) {
    this(tenant, series, limits, Set.of());
  }
}
