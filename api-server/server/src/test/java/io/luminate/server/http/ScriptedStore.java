// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.model.Filter;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.RetentionRules;
import io.luminate.model.TenantId;
import io.luminate.store.AggregateQuery;
import io.luminate.store.AggregateResult;
import io.luminate.store.BodyHash;
import io.luminate.store.DeleteReceipt;
import io.luminate.store.DeleteRequest;
import io.luminate.store.IdempotencyClaim;
import io.luminate.store.KeysResult;
import io.luminate.store.MetricCardinality;
import io.luminate.store.MetricNamesQuery;
import io.luminate.store.MetricNamesResult;
import io.luminate.store.MetricsStore;
import io.luminate.store.QueryControl;
import io.luminate.store.RangeQuery;
import io.luminate.store.RangeResult;
import io.luminate.store.RateQuery;
import io.luminate.store.RateResult;
import io.luminate.store.RetentionReport;
import io.luminate.store.RetentionStatus;
import io.luminate.store.SeriesAdmission;
import io.luminate.store.SeriesBreakdown;
import io.luminate.store.SeriesRequest;
import io.luminate.store.StoreHealth;
import io.luminate.store.StoreStats;
import io.luminate.store.ValuesQuery;
import io.luminate.store.ValuesResult;
import io.luminate.store.WriteRequest;
import io.luminate.store.reference.ReferenceStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** The reference store, with something that happens before a write and before a query. */
final class ScriptedStore implements MetricsStore {
  private final MetricsStore inner =
      new ReferenceStore(InstantSource.system(), RetentionPolicies.keepFor(Duration.ofDays(30)));

  volatile Runnable beforeWrite = () -> {};
  volatile Runnable beforeDelete = () -> {};
  volatile Runnable beforeHandle = () -> {};

  /** Of whatever series is asked for. */
  volatile Optional<SeriesAdmission> refusal = Optional.empty();

  volatile Runnable beforeFigures = () -> {};
  volatile Consumer<QueryControl> beforeQuery = control -> {};
  volatile StoreHealth health = new StoreHealth.Healthy(7);

  @Override
  public List<SeriesAdmission> admit(SeriesRequest request) {
    beforeHandle.run();
    return refusal
        .map(refused -> Collections.nCopies(request.series().size(), refused))
        .orElseGet(() -> inner.admit(request));
  }

  @Override
  public IdempotencyClaim claim(TenantId tenant, String key, BodyHash body, QueryControl control) {
    return inner.claim(tenant, key, body, control);
  }

  @Override
  public void write(WriteRequest request) {
    beforeWrite.run();
    inner.write(request);
  }

  @Override
  public RangeResult queryRange(RangeQuery query, QueryControl control) {
    beforeQuery.accept(control);
    return inner.queryRange(query, control);
  }

  @Override
  public AggregateResult aggregate(AggregateQuery query, QueryControl control) {
    beforeQuery.accept(control);
    return inner.aggregate(query, control);
  }

  @Override
  public RateResult rate(RateQuery query, QueryControl control) {
    beforeQuery.accept(control);
    return inner.rate(query, control);
  }

  @Override
  public MetricNamesResult listMetrics(MetricNamesQuery query, QueryControl control) {
    beforeQuery.accept(control);
    return inner.listMetrics(query, control);
  }

  @Override
  public KeysResult listDimensionKeys(
      TenantId tenant, String metricName, List<Filter> filters, int limit, QueryControl control) {
    beforeQuery.accept(control);
    return inner.listDimensionKeys(tenant, metricName, filters, limit, control);
  }

  @Override
  public SeriesBreakdown seriesBreakdown(
      TenantId tenant, String metricName, List<Filter> filters, QueryControl control) {
    beforeQuery.accept(control);
    return inner.seriesBreakdown(tenant, metricName, filters, control);
  }

  @Override
  public ValuesResult listDimensionValues(ValuesQuery query, QueryControl control) {
    beforeQuery.accept(control);
    return inner.listDimensionValues(query, control);
  }

  @Override
  public DeleteReceipt deleteBefore(DeleteRequest request) {
    beforeDelete.run();
    return inner.deleteBefore(request);
  }

  @Override
  public Optional<DeleteReceipt> findDelete(TenantId tenant, String operationId) {
    return inner.findDelete(tenant, operationId);
  }

  @Override
  public Instant setRetention(TenantId tenant, String metricName, Duration retention) {
    return inner.setRetention(tenant, metricName, retention);
  }

  @Override
  public OptionalLong ownRetentions(TenantId tenant) {
    return inner.ownRetentions(tenant);
  }

  @Override
  public void applyRetention(RetentionRules rules) {
    inner.applyRetention(rules);
  }

  @Override
  public RetentionStatus retentionStatus() {
    return inner.retentionStatus();
  }

  @Override
  public RetentionReport enforceRetention() {
    return inner.enforceRetention();
  }

  @Override
  public StoreStats stats() {
    beforeFigures.run();
    return inner.stats();
  }

  @Override
  public StoreStats stats(TenantId tenant) {
    return inner.stats(tenant);
  }

  @Override
  public List<MetricCardinality> largestMetrics(int limit) {
    beforeFigures.run();
    return inner.largestMetrics(limit);
  }

  @Override
  public StoreHealth health() {
    return health;
  }

  @Override
  public void close() {
    inner.close();
  }
}
