// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import io.luminate.model.Dimensions;
import io.luminate.model.Filter;
import io.luminate.model.RetentionRules;
import io.luminate.model.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Holds a multiset of points per tenant and answers exact questions about them. Everything is
 * scoped by a tenant: no request can name, count or read another tenant's data.
 *
 * <p>Points older than their metric's retention are never visible. All methods are safe for
 * concurrent use and throw {@link StoreException}, which carries a code.
 */
public interface MetricsStore extends AutoCloseable {
  /**
   * Protects the heap: names and counts of so many metrics take some ten megabytes. One more than a
   * hundred thousand, by which who shows so many sees that there are more.
   */
  int LARGEST_METRICS_MAX = 100_001;

  /**
   * Lets series in, within the tenant's limits, and gives each a handle: a number that stands for
   * it in {@link PointBatch}es of the same tenant, until {@link #lowestHandle} rises above it.
   * Asking again for an equal series returns the same number until then. Asking alone stores
   * nothing; but a series that was let in counts, as its points may be under way.
   *
   * @return one answer for each series, in their order
   */
  List<SeriesAdmission> admit(SeriesRequest request);

  /**
   * How many series were let in near a limit although nobody could tell in time whether they are
   * there already; since the start.
   */
  default long unansweredSeries() {
    return 0;
  }

  /**
   * The handle of one series, whatever the tenant's limits are.
   *
   * @throws StoreException CARDINALITY_EXCEEDED when the series is new and the store is full
   */
  default long seriesHandle(TenantId tenant, String metricName, Dimensions dimensions) {
    List<SeriesName> series = List.of(new SeriesName(metricName, dimensions));
    return switch (admit(new SeriesRequest(tenant, series, SeriesLimits.NONE)).getFirst()) {
      case SeriesAdmission.Admitted admitted -> admitted.handle();
      case SeriesAdmission.Folded folded -> folded.handle();
      case SeriesAdmission.Refused refused ->
          throw new StoreException(
              ErrorCode.CARDINALITY_EXCEEDED, refused.message(), refused.details());
    };
  }

  /**
   * Handles below this number are about to be forgotten, to keep memory bounded: their series must
   * be asked for again. Numbers are given out upwards. Those that were good when a request began
   * stay good for as long as it ordinarily takes; a write that comes later is OVERLOADED.
   */
  default long lowestHandle() {
    return 0;
  }

  /**
   * Of a tenant's handles from {@link #lowestHandle} on, those below this number are to be looked
   * at with {@link #isGood}, each: after a delete some series must be asked for again.
   */
  default long lowestSureHandle(TenantId tenant) {
    return lowestHandle();
  }

  /** Whether the series behind a handle need not be asked for again. */
  default boolean isGood(long handle) {
    return handle >= lowestHandle();
  }

  /**
   * Claims an idempotency key before its request is decoded. Waits, up to the control's deadline,
   * while another request holds the same key.
   *
   * @throws StoreException IDEMPOTENCY_KEY_REUSED when the key came with another body before
   */
  IdempotencyClaim claim(TenantId tenant, String key, BodyHash body, QueryControl control);

  /**
   * Stores all points of the batch or none. When it returns, the points are visible to queries and
   * durable as configured.
   */
  void write(WriteRequest request);

  RangeResult queryRange(RangeQuery query, QueryControl control);

  AggregateResult aggregate(AggregateQuery query, QueryControl control);

  RateResult rate(RateQuery query, QueryControl control);

  /**
   * Names of the tenant's metrics that have a point matching all filters, ascending by UTF-8 bytes;
   * the first ones. Like all discovery it looks at whole UTC days any part of which is retained.
   */
  MetricNamesResult listMetrics(MetricNamesQuery query, QueryControl control);

  /** Dimension keys of the metric's matching points, ascending by UTF-8 bytes; the first ones. */
  KeysResult listDimensionKeys(
      TenantId tenant, String metricName, List<Filter> filters, int limit, QueryControl control);

  /** Values of one key by number of points, descending; ties by UTF-8 bytes ascending. */
  ValuesResult listDimensionValues(ValuesQuery query, QueryControl control);

  /**
   * How many series the metric's matching points are of, and which keys and days make them many.
   * Counts may be estimates where there are many thousands.
   */
  SeriesBreakdown seriesBreakdown(
      TenantId tenant, String metricName, List<Filter> filters, QueryControl control);

  /**
   * Removes the points that were acknowledged before this call. They are invisible when it returns.
   *
   * @throws StoreException OVERLOADED while too many earlier deletes are not carried out yet
   */
  DeleteReceipt deleteBefore(DeleteRequest request);

  /** The delete of this id, if it is the tenant's and not one of too long ago. */
  Optional<DeleteReceipt> findDelete(TenantId tenant, String operationId);

  /**
   * Keeps a retention for one metric of the tenant, durably; it wins over all {@link
   * #applyRetention policies} but those of a document. Bytes that it hides stay for the grace.
   *
   * @return when it took effect
   */
  Instant setRetention(TenantId tenant, String metricName, Duration retention);

  /**
   * For how many metrics the tenant has set one, of {@link OwnRetentions#OF_TENANT_MAX}; empty
   * while nobody knows.
   */
  OptionalLong ownRetentions(TenantId tenant);

  /**
   * Replaces what was given from outside. It takes effect on queries at once; what they lose by it
   * stays on the disk while a hold of the rules says so, or for the grace where they say nothing.
   * That is kept durably: neither a restart nor the same rules again change when the grace ends.
   */
  void applyRetention(RetentionRules rules);

  /** Frees what is past its retention and not held. Visible answers do not change. */
  RetentionReport enforceRetention();

  RetentionStatus retentionStatus();

  /**
   * @throws StoreException STORAGE_UNAVAILABLE also as long as nothing has been counted yet
   */
  StoreStats stats();

  /** The tenant's own figures; {@code diskBytes} is 0, as files are shared. */
  StoreStats stats(TenantId tenant);

  /**
   * The metrics with most series, descending, of those that have any: series count as limits count
   * them, while they have a point in a UTC day any part of which is retained.
   *
   * @param limit at most {@link #LARGEST_METRICS_MAX}
   * @throws StoreException STORAGE_UNAVAILABLE also as long as nothing has been counted yet
   */
  List<MetricCardinality> largestMetrics(int limit);

  /**
   * The metric's dimension keys, the one that brings most new values first, as far as that is known
   * without looking at what is stored.
   */
  default List<String> keysByGrowth(TenantId tenant, String metricName) {
    return List.of();
  }

  /**
   * Lets other processes know that a query found points of the metric. Costs nothing to speak of,
   * and is not to be called more often than once an hour for each metric.
   */
  default void noteRead(TenantId tenant, String metricName) {}

  /** What was noted of the metric, by this and other processes; empty where there is one alone. */
  default Optional<SharedReads> reads(TenantId tenant, String metricName) {
    return Optional.empty();
  }

  /** What the tenant's queries may take; empty where nothing bounds it. */
  default Optional<QueryMemory> queryMemory(TenantId tenant) {
    return Optional.empty();
  }

  /** What the index of the tenant's series takes; empty where it is not in this process. */
  default Optional<SeriesMemory> seriesMemory(TenantId tenant) {
    return Optional.empty();
  }

  StoreHealth health();

  @Override
  void close();
}
