// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.model.TimeRange;
import io.luminate.store.AggregateQuery;
import io.luminate.store.AggregateRow;
import io.luminate.store.Aggregation;
import io.luminate.store.DeleteRequest;
import io.luminate.store.QueryControl;
import io.luminate.store.StoreException;
import io.luminate.store.rocksdb.index.MetricIndex;
import io.luminate.store.rocksdb.query.QueryExecutor;
import io.luminate.store.rocksdb.segment.CorruptSegmentException;
import io.luminate.store.rocksdb.segment.StorageUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Counts what a delete takes: the points are held at its very place in the journal, and counted
 * when it is in force. One thread holds, another one counts after it.
 */
final class DeletedPoints {
  /** As long as a query may take; the delete is in force meanwhile. */
  private static final Duration COUNT_WITHIN = Duration.ofSeconds(30);

  private static final System.Logger LOG = System.getLogger(DeletedPoints.class.getName());

  private final DeleteRequest request;
  private final Snapshots snapshots;
  private final QueryExecutor executor;
  private volatile Optional<Snapshots.Held> held = Optional.empty();

  DeletedPoints(DeleteRequest request, Snapshots snapshots, QueryExecutor executor) {
    this.request = request;
    this.snapshots = snapshots;
    this.executor = executor;
  }

  void hold(MetricIndex index) {
    try {
      held = Optional.of(snapshots.visibleBefore(index, request.beforeMillis()));
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "the points of a delete cannot be counted", e);
    }
  }

  /** Empty if that takes too much time or memory, or some of it cannot be read. */
  OptionalLong count() {
    return held.map(this::count).orElse(OptionalLong.empty());
  }

  private OptionalLong count(Snapshots.Held points) {
    try (Snapshots.Lease lease = snapshots.lease(points)) {
      long from = points.cutOffMillis();
      long last = request.beforeMillis() - 1;
      return OptionalLong.of(from > last ? 0 : count(lease, new TimeRange(from, last)));
    } catch (StoreException | CorruptSegmentException | StorageUnavailableException e) {
      LOG.log(System.Logger.Level.WARNING, "the points of a delete were not counted", e);
      return OptionalLong.empty();
    }
  }

  private long count(Snapshots.Lease lease, TimeRange range) {
    AggregateQuery everything =
        new AggregateQuery(
            request.tenant(),
            request.metricName(),
            range,
            request.filters(),
            Aggregation.COUNT,
            List.of(),
            Optional.empty(),
            1);
    return executor
        .aggregate(everything, lease.snapshot(), QueryControl.withTimeout(COUNT_WITHIN))
        .rows()
        .stream()
        .mapToLong(AggregateRow::count)
        .sum();
  }
}
