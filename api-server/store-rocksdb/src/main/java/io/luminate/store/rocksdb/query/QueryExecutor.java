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

  /**
   * @param threads platform threads shared by all queries, usually one per core
   * @param memoryBytesMax per query
   */
  public QueryExecutor(ChunkStore store, int threads, long memoryBytesMax) {
    throw new UnsupportedOperationException("not yet " + store + threads + memoryBytesMax);
  }

  public RangeResult range(RangeQuery query, MetricSnapshot snapshot, QueryControl control) {
    throw new UnsupportedOperationException("not yet " + query + snapshot + control);
  }

  public AggregateResult aggregate(
      AggregateQuery query, MetricSnapshot snapshot, QueryControl control) {
    throw new UnsupportedOperationException("not yet " + query + snapshot + control);
  }

  public RateResult rate(RateQuery query, MetricSnapshot snapshot, QueryControl control) {
    throw new UnsupportedOperationException("not yet " + query + snapshot + control);
  }

  /** Looks at every visible point, whenever it is. */
  public ValuesResult values(ValuesQuery query, MetricSnapshot snapshot, QueryControl control) {
    throw new UnsupportedOperationException("not yet " + query + snapshot + control);
  }

  /** Keys of the series that match and have a visible point, by UTF-8 bytes. */
  public List<String> keys(List<Filter> filters, MetricSnapshot snapshot, QueryControl control) {
    throw new UnsupportedOperationException("not yet " + filters + snapshot + control);
  }

  /** Whether any visible point matches. */
  public boolean hasPoints(List<Filter> filters, MetricSnapshot snapshot, QueryControl control) {
    throw new UnsupportedOperationException("not yet " + filters + snapshot + control);
  }

  /** Queries that are still running fail. */
  @Override
  public void close() {}
}
