// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import io.luminate.model.TenantId;

/** How many series one metric of a tenant has. */
public record MetricCardinality(TenantId tenant, String metricName, long series) {}
