// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.series;

import io.luminate.model.TenantId;
import io.luminate.store.clickhouse.schema.MetricSlots;
import java.util.Collection;

/** Gives a metric's keys their slots before any row has a value in one. */
@FunctionalInterface
public interface SlotAssignment {
  MetricSlots assign(TenantId tenant, String metric, Collection<String> keys);

  /** Those that are known here, without giving any. */
  default MetricSlots known(TenantId tenant, String metric) {
    return MetricSlots.NONE;
  }
}
