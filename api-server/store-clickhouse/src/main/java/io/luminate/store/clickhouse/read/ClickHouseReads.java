// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.model.EntityKeys;
import io.luminate.model.Filter;
import io.luminate.model.TenantId;
import io.luminate.store.AggregateQuery;
import io.luminate.store.AggregateResult;
import io.luminate.store.KeysResult;
import io.luminate.store.MetricNamesQuery;
import io.luminate.store.MetricNamesResult;
import io.luminate.store.QueryControl;
import io.luminate.store.QueryMemory;
import io.luminate.store.RangeQuery;
import io.luminate.store.RangeResult;
import io.luminate.store.RateQuery;
import io.luminate.store.RateResult;
import io.luminate.store.SeriesBreakdown;
import io.luminate.store.StoreStats;
import io.luminate.store.ValuesQuery;
import io.luminate.store.ValuesResult;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.TenantShares;
import io.luminate.store.clickhouse.schema.Slots;
import io.luminate.store.clickhouse.schema.Tables;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

/**
 * Every question that the store answers. How long points are kept is the caller's to know: he says
 * from which instant on they are retained.
 */
public final class ClickHouseReads {
  private final RangeReads range;
  private final AggregateReads aggregates;
  private final DiscoveryReads discovery;
  private final BreakdownReads breakdowns;
  private final TenantShares shares;
  private final long memoryBytesMax;

  /**
   * @param connections that the client has
   */
  public ClickHouseReads(
      ClickHouseClient client,
      int connections,
      Tables tables,
      Slots slots,
      EntityKeys entityKeys,
      ReadLimits limits) {
    StatementRunner runner = new StatementRunner(client, limits.memoryBytesMax());
    MetricScans scans = new MetricScans(tables, slots, entityKeys, runner);
    this.range = new RangeReads(runner, scans);
    this.aggregates = new AggregateReads(runner, scans, limits);
    this.discovery = new DiscoveryReads(runner, scans, tables);
    this.breakdowns = new BreakdownReads(runner, scans);
    this.shares = new TenantShares(connections);
    this.memoryBytesMax = limits.memoryBytesMax();
  }

  /** A question is one statement at a time; how much one takes is ClickHouse's to know. */
  public QueryMemory memory() {
    return new QueryMemory(
        memoryBytesMax, shares.questionsMax() * memoryBytesMax, OptionalLong.empty());
  }

  public RangeResult queryRange(RangeQuery query, long retainedFromMillis, QueryControl control) {
    return shares.within(
        query.tenant(), control, () -> range.queryRange(query, retainedFromMillis, control));
  }

  public AggregateResult aggregate(
      AggregateQuery query, long retainedFromMillis, QueryControl control) {
    return shares.within(
        query.tenant(), control, () -> aggregates.aggregate(query, retainedFromMillis, control));
  }

  public RateResult rate(RateQuery query, long retainedFromMillis, QueryControl control) {
    return shares.within(
        query.tenant(), control, () -> aggregates.rate(query, retainedFromMillis, control));
  }

  /**
   * @param retainedFromMillis of the metric by that name
   */
  public MetricNamesResult listMetrics(
      MetricNamesQuery query, ToLongFunction<String> retainedFromMillis, QueryControl control) {
    return shares.within(
        query.tenant(), control, () -> discovery.listMetrics(query, retainedFromMillis, control));
  }

  public KeysResult listDimensionKeys(
      TenantId tenant,
      String metricName,
      List<Filter> filters,
      long retainedFromMillis,
      int limit,
      QueryControl control) {
    return shares.within(
        tenant,
        control,
        () ->
            discovery.listDimensionKeys(
                tenant, metricName, filters, retainedFromMillis, limit, control));
  }

  public ValuesResult listDimensionValues(
      ValuesQuery query, long retainedFromMillis, QueryControl control) {
    return shares.within(
        query.tenant(),
        control,
        () -> discovery.listDimensionValues(query, retainedFromMillis, control));
  }

  public SeriesBreakdown seriesBreakdown(
      TenantId tenant,
      String metricName,
      List<Filter> filters,
      long retainedFromMillis,
      QueryControl control) {
    return shares.within(
        tenant,
        control,
        () -> breakdowns.of(tenant, metricName, filters, retainedFromMillis, control));
  }

  /** Of all that is stored, retained or not. */
  public StoreStats stats(TenantId tenant, QueryControl control) {
    return shares.within(tenant, control, () -> discovery.stats(tenant, control));
  }
}
