// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.model.Filter;
import io.luminate.store.AggregateQuery;
import io.luminate.store.AggregateResult;
import io.luminate.store.QueryControl;
import io.luminate.store.RangeQuery;
import io.luminate.store.RangeResult;
import io.luminate.store.RateQuery;
import io.luminate.store.RateResult;
import io.luminate.store.ValuesQuery;
import io.luminate.store.ValuesResult;
import io.luminate.store.rocksdb.segment.ChunkStore;
import java.util.List;

/**
 * Runs queries over snapshots of metrics. Thread safe; callers wait while the shared threads work.
 * What storage throws passes through as it is.
 */
public final class QueryExecutor implements AutoCloseable {
  /** Keeps a few queries at once within a small heap. */
  public static final long DEFAULT_MEMORY_BYTES_MAX = 192L << 20;

  private final WorkerPool pool;
  private final long memoryBytesMax;

  /**
   * @param threads platform threads shared by all queries, usually one per core
   * @param memoryBytesMax per query
   */
  public QueryExecutor(ChunkStore store, int threads, long memoryBytesMax) {
    this.pool = new WorkerPool(store, threads);
    this.memoryBytesMax = memoryBytesMax;
  }

  public RangeResult range(RangeQuery query, MetricSnapshot snapshot, QueryControl control) {
    return RangeOperation.run(execution(snapshot, control), query);
  }

  public AggregateResult aggregate(
      AggregateQuery query, MetricSnapshot snapshot, QueryControl control) {
    return AggregateOperation.run(execution(snapshot, control), query);
  }

  public RateResult rate(RateQuery query, MetricSnapshot snapshot, QueryControl control) {
    return RateOperation.run(execution(snapshot, control), query);
  }

  /** Looks at every visible point, whenever it is. */
  public ValuesResult values(ValuesQuery query, MetricSnapshot snapshot, QueryControl control) {
    return ValuesOperation.run(execution(snapshot, control), query);
  }

  /** Keys of the series that match and have a visible point, by UTF-8 bytes. */
  public List<String> keys(List<Filter> filters, MetricSnapshot snapshot, QueryControl control) {
    return new DiscoveryOperation(execution(snapshot, control), filters).keys();
  }

  /** Whether any visible point matches. */
  public boolean hasPoints(List<Filter> filters, MetricSnapshot snapshot, QueryControl control) {
    return new DiscoveryOperation(execution(snapshot, control), filters).hasPoints();
  }

  private Execution execution(MetricSnapshot snapshot, QueryControl control) {
    control.checkpoint();
    return new Execution(pool, snapshot, control, new MemoryBudget(memoryBytesMax));
  }

  /** Queries that are still running fail. */
  @Override
  public void close() {
    pool.close();
  }
}
