// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits.usage;

import io.luminate.model.TenantId;
import io.luminate.store.MetricCardinality;
import io.luminate.store.StoreStats;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What is stored, of whom, at one moment.
 *
 * @param whole whether all metrics were counted; otherwise a tenant may have more of them, small
 *     ones
 * @param largest of all tenants' metrics
 * @param tenants who have metrics
 */
public record SeriesReading(
    Instant at,
    StoreStats stats,
    boolean whole,
    List<MetricCardinality> largest,
    Map<TenantId, TenantSeries> tenants) {}
