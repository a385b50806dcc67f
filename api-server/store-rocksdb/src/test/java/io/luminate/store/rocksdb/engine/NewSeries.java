// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.model.Dimensions;
import io.luminate.model.TenantId;
import io.luminate.store.rocksdb.index.MetricIndex;

/** Series in an engine, whatever limits there are. */
final class NewSeries {
  private NewSeries() {}

  static long handle(Engine engine, TenantId tenant, String metric, Dimensions dimensions) {
    return handle(engine.registry(), engine.epochs().current(), tenant, metric, dimensions);
  }

  static long handle(
      SeriesRegistry registry, int epoch, TenantId tenant, String metric, Dimensions dimensions) {
    MetricIndex index = registry.resolve(tenant, metric);
    return HandleEpochs.handle(epoch, index, index.resolve(dimensions));
  }
}
