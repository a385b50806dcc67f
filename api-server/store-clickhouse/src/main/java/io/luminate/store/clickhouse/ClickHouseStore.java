// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import io.luminate.model.Filter;
import io.luminate.model.RetentionRules;
import io.luminate.model.TenantId;
import io.luminate.store.AggregateQuery;
import io.luminate.store.AggregateResult;
import io.luminate.store.BodyHash;
import io.luminate.store.DeleteReceipt;
import io.luminate.store.DeleteRequest;
import io.luminate.store.ErrorCode;
import io.luminate.store.IdempotencyClaim;
import io.luminate.store.KeysResult;
import io.luminate.store.MetricCardinality;
import io.luminate.store.MetricNamesQuery;
import io.luminate.store.MetricNamesResult;
import io.luminate.store.MetricsStore;
import io.luminate.store.QueryControl;
import io.luminate.store.QueryMemory;
import io.luminate.store.RangeQuery;
import io.luminate.store.RangeResult;
import io.luminate.store.RateQuery;
import io.luminate.store.RateResult;
import io.luminate.store.RetentionReport;
import io.luminate.store.RetentionStatus;
import io.luminate.store.SeriesAdmission;
import io.luminate.store.SeriesBreakdown;
import io.luminate.store.SeriesRequest;
import io.luminate.store.SharedReads;
import io.luminate.store.StoreException;
import io.luminate.store.StoreHealth;
import io.luminate.store.StoreStats;
import io.luminate.store.ValuesQuery;
import io.luminate.store.ValuesResult;
import io.luminate.store.WriteRequest;
import io.luminate.store.clickhouse.client.ClickHouseFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store on ClickHouse. Holds nothing that another process on the same database would miss: any
 * number of them may come and go.
 */
public final class ClickHouseStore implements MetricsStore {
  private static final Logger LOG = LoggerFactory.getLogger(ClickHouseStore.class);

  private static final Duration STATS_WITHIN = Duration.ofSeconds(30);

  private final Clients clients;
  private final Opening opening;

  /** So that what is applied last is what came last. */
  private final Object ruling = new Object();

  private volatile RetentionRules rules;

  private ClickHouseStore(ClickHouseStoreOptions options) {
    this.rules = options.retention().rules();
    this.clients = Clients.of(options);
    try {
      this.opening =
          Opening.begin(() -> StoreParts.open(options, clients, rules), this::applyRules);
    } catch (RuntimeException e) {
      clients.close();
      throw e;
    }
  }

  /**
   * Makes database and tables where they are not there yet. If ClickHouse does not answer,
   * everything is STORAGE_UNAVAILABLE until it does.
   *
   * @throws StoreException STORAGE_UNAVAILABLE when ClickHouse refuses, or the database is a newer
   *     program's or somebody else's
   */
  public static ClickHouseStore open(ClickHouseStoreOptions options) {
    try {
      return new ClickHouseStore(options);
    } catch (ClickHouseFailure e) {
      String what = "ClickHouse refuses what the store needs: " + e.getMessage();
      throw new StoreException(ErrorCode.STORAGE_UNAVAILABLE, what, e);
    }
  }

  @Override
  public List<SeriesAdmission> admit(SeriesRequest request) {
    return parts().cardinality().admit(request);
  }

  @Override
  public long unansweredSeries() {
    return opening.parts().map(parts -> parts.cardinality().unanswered()).orElse(0L);
  }

  @Override
  public long lowestHandle() {
    return opening.parts().map(parts -> parts.writer().lowestHandle()).orElse(0L);
  }

  @Override
  public long lowestSureHandle(TenantId tenant) {
    return opening
        .parts()
        .map(parts -> parts.writer().series().lowestSureHandle(tenant))
        .orElse(0L);
  }

  @Override
  public boolean isGood(long handle) {
    return opening.parts().map(parts -> parts.writer().series().isGood(handle)).orElse(false);
  }

  @Override
  public IdempotencyClaim claim(TenantId tenant, String key, BodyHash body, QueryControl control) {
    return parts().writer().claim(tenant, key, body, control);
  }

  @Override
  public void write(WriteRequest request) {
    parts().writer().write(request);
  }

  @Override
  public RangeResult queryRange(RangeQuery query, QueryControl control) {
    StoreParts parts = parts();
    long from = parts.retainedFromMillis(query.tenant(), query.metricName());
    return parts.reads().queryRange(query, from, control);
  }

  @Override
  public AggregateResult aggregate(AggregateQuery query, QueryControl control) {
    StoreParts parts = parts();
    long from = parts.retainedFromMillis(query.tenant(), query.metricName());
    return parts.reads().aggregate(query, from, control);
  }

  @Override
  public RateResult rate(RateQuery query, QueryControl control) {
    StoreParts parts = parts();
    long from = parts.retainedFromMillis(query.tenant(), query.metricName());
    return parts.reads().rate(query, from, control);
  }

  @Override
  public MetricNamesResult listMetrics(MetricNamesQuery query, QueryControl control) {
    StoreParts parts = parts();
    return parts
        .reads()
        .listMetrics(query, metric -> parts.retainedFromMillis(query.tenant(), metric), control);
  }

  @Override
  public KeysResult listDimensionKeys(
      TenantId tenant, String metricName, List<Filter> filters, int limit, QueryControl control) {
    StoreParts parts = parts();
    long from = parts.retainedFromMillis(tenant, metricName);
    return parts.reads().listDimensionKeys(tenant, metricName, filters, from, limit, control);
  }

  @Override
  public ValuesResult listDimensionValues(ValuesQuery query, QueryControl control) {
    StoreParts parts = parts();
    long from = parts.retainedFromMillis(query.tenant(), query.metricName());
    return parts.reads().listDimensionValues(query, from, control);
  }

  @Override
  public SeriesBreakdown seriesBreakdown(
      TenantId tenant, String metricName, List<Filter> filters, QueryControl control) {
    StoreParts parts = parts();
    long from = parts.retainedFromMillis(tenant, metricName);
    return parts.reads().seriesBreakdown(tenant, metricName, filters, from, control);
  }

  @Override
  public DeleteReceipt deleteBefore(DeleteRequest request) {
    StoreParts parts = parts();
    long from = parts.retainedFromMillis(request.tenant(), request.metricName());
    return translated(
        "the delete failed", () -> parts.deletes().deleteBefore(request, from, parts::outdated));
  }

  @Override
  public Optional<DeleteReceipt> findDelete(TenantId tenant, String operationId) {
    return translated(
        "the delete cannot be found", () -> parts().deletes().find(tenant, operationId));
  }

  @Override
  public Instant setRetention(TenantId tenant, String metricName, Duration kept) {
    return translated(
        "the retention could not be kept", () -> parts().retention().set(tenant, metricName, kept));
  }

  @Override
  public OptionalLong ownRetentions(TenantId tenant) {
    return opening.parts().stream().mapToLong(parts -> parts.retention().ownOf(tenant)).findFirst();
  }

  @Override
  public void applyRetention(RetentionRules replacement) {
    synchronized (ruling) {
      rules = replacement;
      opening.parts().ifPresent(this::applyRules);
    }
  }

  private void applyRules(StoreParts parts) {
    synchronized (ruling) {
      parts.retention().apply(rules);
    }
  }

  /** ClickHouse frees in its own time; how much is not known here. */
  @Override
  public RetentionReport enforceRetention() {
    parts().retention().enforce();
    return new RetentionReport(Optional.empty(), retentionStatus());
  }

  @Override
  public RetentionStatus retentionStatus() {
    return translated(
        "the progress of retention cannot be read", () -> parts().retention().status());
  }

  @Override
  public StoreStats stats() {
    return translated("statistics cannot be read", () -> parts().figures().stats());
  }

  @Override
  public StoreStats stats(TenantId tenant) {
    return parts().reads().stats(tenant, QueryControl.withTimeout(STATS_WITHIN));
  }

  @Override
  public List<MetricCardinality> largestMetrics(int limit) {
    return translated("statistics cannot be read", () -> parts().figures().largestMetrics(limit));
  }

  @Override
  public List<String> keysByGrowth(TenantId tenant, String metricName) {
    return opening
        .parts()
        .map(parts -> parts.cardinality().keysByGrowth(tenant, metricName))
        .orElse(List.of());
  }

  @Override
  public void noteRead(TenantId tenant, String metricName) {
    opening.parts().ifPresent(parts -> parts.readNotes().note(tenant, metricName));
  }

  @Override
  public Optional<SharedReads> reads(TenantId tenant, String metricName) {
    return translated(
        "reads cannot be looked up", () -> Optional.of(parts().readNotes().of(tenant, metricName)));
  }

  @Override
  public Optional<QueryMemory> queryMemory(TenantId tenant) {
    return opening.parts().map(parts -> parts.reads().memory());
  }

  @Override
  public StoreHealth health() {
    return opening
        .parts()
        .map(parts -> parts.figures().health())
        .orElseGet(() -> new StoreHealth.Unhealthy(opening.failure(), false));
  }

  private static <T> T translated(String what, Supplier<T> work) {
    try {
      return work.get();
    } catch (ClickHouseFailure e) {
      LOG.warn("{}: {}", what, e.getMessage());
      throw new StoreException(ErrorCode.STORAGE_UNAVAILABLE, what + ": " + e.inShort(), e);
    }
  }

  private StoreParts parts() {
    return opening.required();
  }

  @Override
  public void close() {
    opening.close();
    clients.close();
  }
}
