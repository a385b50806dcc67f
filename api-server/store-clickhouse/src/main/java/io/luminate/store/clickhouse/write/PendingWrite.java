// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import io.luminate.store.PointBatch;
import io.luminate.store.StoreException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A request's points on their way into a batch. */
final class PendingWrite {
  private final PointBatch points;
  private final long queuedNanos = System.nanoTime();

  /** Why they are not stored, or nothing when they are. */
  private final CompletableFuture<Optional<StoreException>> fate = new CompletableFuture<>();

  PendingWrite(PointBatch points) {
    this.points = points;
  }

  PointBatch points() {
    return points;
  }

  /** All that it holds while it waits: its series are looked for when a batch takes it. */
  long bytes() {
    return (long) points.size() * PointBatch.POINT_BYTES;
  }

  long queuedNanos() {
    return queuedNanos;
  }

  CompletableFuture<Optional<StoreException>> fate() {
    return fate;
  }
}
