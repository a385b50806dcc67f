// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import io.luminate.store.PointBatch;
import io.luminate.store.StoreException;
import io.luminate.store.clickhouse.write.block.PointBlock;
import io.luminate.store.clickhouse.write.series.SeriesCursor;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A request's points on their way into a batch. */
final class PendingWrite {
  private final PointBatch points;
  private final Optional<SeriesCursor> held;
  private final long queuedNanos = System.nanoTime();

  /** Why they are not stored, or nothing when they are. */
  private final CompletableFuture<Optional<StoreException>> fate = new CompletableFuture<>();

  PendingWrite(PointBatch points) {
    this(points, Optional.empty());
  }

  private PendingWrite(PointBatch points, Optional<SeriesCursor> held) {
    this.points = points;
    this.held = held;
  }

  /**
   * Points that nobody can be told about any more: their series stay at hand, even if the table
   * forgets them.
   *
   * @param series has all of them at hand
   */
  static PendingWrite holding(PointBatch points, SeriesCursor series) {
    return new PendingWrite(points, Optional.of(series));
  }

  /** False if a series is forgotten, so that nothing was added. */
  boolean addTo(PointBlock block, SeriesCursor cursor) {
    held.ifPresent(series -> block.addHeld(points, series));
    return held.isPresent() || block.add(points, cursor);
  }

  PointBatch points() {
    return points;
  }

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
