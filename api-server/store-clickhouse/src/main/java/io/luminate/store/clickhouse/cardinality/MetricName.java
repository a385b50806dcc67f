// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.cardinality;

import io.luminate.model.TenantId;

/** A metric of a tenant. */
record MetricName(TenantId tenant, String metric) {}
