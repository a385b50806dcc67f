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
import java.util.function.Consumer;

/** What requests are sent to: a store, or the writing half of one. */
record Target(Handles handles, Claims claims, Consumer<WriteRequest> writes) {
  @FunctionalInterface
  interface Handles {
    long seriesHandle(TenantId tenant, String metric, Dimensions dimensions);
  }

  @FunctionalInterface
  interface Claims {
    IdempotencyClaim claim(TenantId tenant, String key, BodyHash body, QueryControl control);
  }

  static Target of(MetricsStore store) {
    return new Target(store::seriesHandle, store::claim, store::write);
  }

  static Target of(PointWriter writer) {
    return new Target(writer::seriesHandle, writer::claim, writer::write);
  }

  long seriesHandle(TenantId tenant, String metric, Dimensions dimensions) {
    return handles.seriesHandle(tenant, metric, dimensions);
  }

  IdempotencyClaim claim(TenantId tenant, String key, BodyHash body, QueryControl control) {
    return claims.claim(tenant, key, body, control);
  }

  void write(WriteRequest request) {
    writes.accept(request);
  }
}
