// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.model.Filter;
import io.luminate.model.TenantId;
import io.luminate.store.AggregateQuery;
import io.luminate.store.AggregateResult;
import io.luminate.store.QueryControl;
import io.luminate.store.QueryMemory;
import io.luminate.store.RangeQuery;
import io.luminate.store.RangeResult;
import io.luminate.store.RateQuery;
import io.luminate.store.RateResult;
import io.luminate.store.SeriesBreakdown;
import io.luminate.store.ValuesQuery;
import io.luminate.store.ValuesResult;
import io.luminate.store.rocksdb.segment.ChunkStore;
import java.util.List;
import java.util.function.Function;

/**
 * Runs queries over snapshots of metrics. Thread safe; callers wait while the shared threads work.
 * What storage throws passes through as it is.
 */
public final class QueryExecutor implements AutoCloseable {
  /** Keeps a few queries at once within a small heap. */
  private final WorkerPool pool;

  private final long memoryBytesMax;
  private final MemoryBudget.Shared shared;

  /**
   * @param threads platform threads shared by all queries, usually one per core
   * @param memoryBytesMax per query
   * @param memoryBytesTogether of all queries at once; those of one tenant have three quarters, or
   *     as much as one query
   */
  public QueryExecutor(
      ChunkStore store, int threads, long memoryBytesMax, long memoryBytesTogether) {
    this.pool = new WorkerPool(store, threads);
    this.memoryBytesMax = memoryBytesMax;
    this.shared = MemoryBudget.Shared.of(memoryBytesTogether, memoryBytesMax);
  }

  public RangeResult range(RangeQuery query, MetricSnapshot snapshot, QueryControl control) {
    return execute(snapshot, control, execution -> RangeOperation.run(execution, query));
  }

  public AggregateResult aggregate(
      AggregateQuery query, MetricSnapshot snapshot, QueryControl control) {
    return execute(snapshot, control, execution -> AggregateOperation.run(execution, query));
  }

  public RateResult rate(RateQuery query, MetricSnapshot snapshot, QueryControl control) {
    return execute(snapshot, control, execution -> RateOperation.run(execution, query));
  }

  /** Looks at every visible point, whenever it is. */
  public ValuesResult values(ValuesQuery query, MetricSnapshot snapshot, QueryControl control) {
    return execute(snapshot, control, execution -> ValuesOperation.run(execution, query));
  }

  /** Keys of the series that match and have a visible point, by UTF-8 bytes. */
  public List<String> keys(List<Filter> filters, MetricSnapshot snapshot, QueryControl control) {
    return execute(
        snapshot, control, execution -> new DiscoveryOperation(execution, filters).keys());
  }

  /**
   * How many series have a visible point.
   *
   * @param enough how many there are at most
   */
  public long series(long enough, MetricSnapshot snapshot, QueryControl control) {
    return execute(snapshot, control, execution -> SeriesCountOperation.count(execution, enough));
  }

  /** Counts the series of every visible point that matches, whenever it is. */
  public SeriesBreakdown breakdown(
      List<Filter> filters, MetricSnapshot snapshot, QueryControl control) {
    return execute(
        snapshot, control, execution -> new BreakdownOperation(execution, filters).run());
  }

  /** Whether any visible point matches. */
  public boolean hasPoints(List<Filter> filters, MetricSnapshot snapshot, QueryControl control) {
    return execute(
        snapshot, control, execution -> new DiscoveryOperation(execution, filters).hasPoints());
  }

  /** Takes a series with the last UTC day, since the epoch, on which it has a visible point. */
  @FunctionalInterface
  public interface LastDay {
    void series(int ordinal, int day);
  }

  /** Names every series that has a visible point once. */
  public void lastDays(MetricSnapshot snapshot, QueryControl control, LastDay out) {
    execute(
        snapshot,
        control,
        execution -> {
          LastDaysOperation.series(execution, out);
          return true;
        });
  }

  private <T> T execute(
      MetricSnapshot snapshot, QueryControl control, Function<Execution, T> operation) {
    control.checkpoint();
    try (MemoryBudget memory = new MemoryBudget(memoryBytesMax, shared, snapshot.tenant())) {
      return operation.apply(new Execution(pool, snapshot, control, memory));
    }
  }

  /** What the tenant's queries take and may take. */
  public QueryMemory memory(TenantId tenant) {
    return shared.of(tenant, memoryBytesMax);
  }

  /** Queries that are still running fail. */
  @Override
  public void close() {
    pool.close();
  }
}
