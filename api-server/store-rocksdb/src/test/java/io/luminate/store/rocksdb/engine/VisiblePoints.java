// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.store.QueryControl;
import io.luminate.store.RangeQuery;
import io.luminate.store.rocksdb.engine.ExpectedPoints.Point;
import io.luminate.store.rocksdb.index.MetricIndex;
import io.luminate.store.rocksdb.query.QueryExecutor;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What queries find in an engine. */
final class VisiblePoints {
  private static final int LIMIT = 100_000;

  private VisiblePoints() {}

  /** Points of a tenant's metrics, each with the number of its copies. */
  static Map<Point, Integer> of(
      Engine engine, TenantId tenant, List<String> metrics, TimeRange range) {
    Map<Point, Integer> counts = new HashMap<>();
    Snapshots snapshots = new Snapshots(engine, new Upkeep(engine));
    try (QueryExecutor executor =
        new QueryExecutor(engine.chunks(), 1, 64L << 20, Long.MAX_VALUE)) {
      for (String metric : metrics) {
        RangeQuery query =
            new RangeQuery(tenant, metric, range, List.of(), LIMIT, Optional.empty());
        Optional<MetricIndex> index = engine.registry().find(tenant, metric);
        index.ifPresent(i -> add(snapshots.visible(i, range), executor, query, counts));
      }
    }
    return counts;
  }

  private static void add(
      Snapshots.Lease lease, QueryExecutor executor, RangeQuery query, Map<Point, Integer> counts) {
    try (lease) {
      executor
          .range(query, lease.snapshot(), QueryControl.withTimeout(Duration.ofMinutes(10)))
          .points()
          .forEach(
              p ->
                  counts.merge(
                      new Point(query.metricName(), p.dimensions(), p.timestampMillis(), p.value()),
                      1,
                      Integer::sum));
    }
  }
}
