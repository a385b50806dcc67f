// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.faults;

import io.luminate.model.Dimensions;
import io.luminate.model.TenantId;
import io.luminate.store.BodyHash;
import io.luminate.store.IdempotencyClaim;
import io.luminate.store.MetricsStore;
import io.luminate.store.QueryControl;
import io.luminate.store.WriteRequest;
import io.luminate.store.clickhouse.write.PointWriter;

/** What requests are sent to: a store, or the writing half of one. */
interface Target {
  long seriesHandle(TenantId tenant, String metric, Dimensions dimensions);

  IdempotencyClaim claim(TenantId tenant, String key, BodyHash body, QueryControl control);

  void write(WriteRequest request);

  static Target of(MetricsStore store) {
    return new Target() {
      @Override
      public long seriesHandle(TenantId tenant, String metric, Dimensions dimensions) {
        return store.seriesHandle(tenant, metric, dimensions);
      }

      @Override
      public IdempotencyClaim claim(
          TenantId tenant, String key, BodyHash body, QueryControl control) {
        return store.claim(tenant, key, body, control);
      }

      @Override
      public void write(WriteRequest request) {
        store.write(request);
      }
    };
  }

  static Target of(PointWriter writer) {
    return new Target() {
      @Override
      public long seriesHandle(TenantId tenant, String metric, Dimensions dimensions) {
        return writer.seriesHandle(tenant, metric, dimensions);
      }

      @Override
      public IdempotencyClaim claim(
          TenantId tenant, String key, BodyHash body, QueryControl control) {
        return writer.claim(tenant, key, body, control);
      }

      @Override
      public void write(WriteRequest request) {
        writer.write(request);
      }
    };
  }
}
