// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.query;

import io.luminate.model.TenantId;
import io.luminate.store.AggregateResult;
import io.luminate.store.KeysResult;
import io.luminate.store.MetricNamesQuery;
import io.luminate.store.MetricNamesResult;
import io.luminate.store.MetricsStore;
import io.luminate.store.QueryControl;
import io.luminate.store.RangeResult;
import io.luminate.store.RateResult;
import io.luminate.store.ScanStats;
import io.luminate.store.SeriesBreakdown;
import io.luminate.store.SharedReads;
import io.luminate.store.ValuesQuery;
import io.luminate.store.ValuesResult;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Plans queries within the bounds, and runs them. */
public final class QueryService {
  private static final InvalidQuery.Limit METRICS =
      new InvalidQuery.Limit("max_metrics", QueryBounds.METRICS_MAX);
  private static final InvalidQuery.Limit VALUES =
      new InvalidQuery.Limit("max_values", QueryBounds.VALUES_MAX);

  /** Of what was sent in place of a number, as much as a refusal tells. */
  private static final int RECEIVED_CHARS = 64;

  private final MetricsStore store;
  private final Function<TenantId, QueryBounds> bounds;
  private final InstantSource clock;
  private final LastReads reads;

  /**
   * @param bounds in force at the moment
   */
  public QueryService(
      MetricsStore store, Function<TenantId, QueryBounds> bounds, InstantSource clock) {
    this.store = store;
    this.bounds = bounds;
    this.clock = clock;
    this.reads = new LastReads(clock, LastReads.METRICS_MAX);
  }

  /** Decides everything that can be decided without looking at data. */
  public QueryPlan plan(ReadScope scope, QueryRequest request) {
    return new QueryPlanner(bounds.apply(scope.tenant()), clock).plan(scope, request);
  }

  public QueryAnswer run(QueryPlan plan, QueryControl control) {
    return switch (plan) {
      case QueryPlan.Range range -> {
        RangeResult result = store.queryRange(range.query(), control);
        noteRead(range.query().tenant(), range.query().metricName(), result.stats());
        yield new QueryAnswer.Range(
            result, result.next().map(next -> CursorCodec.encode(range.query(), next)));
      }
      case QueryPlan.Aggregate aggregate -> {
        AggregateResult result = store.aggregate(aggregate.query(), control);
        noteRead(aggregate.query().tenant(), aggregate.query().metricName(), result.stats());
        yield new QueryAnswer.Aggregate(result, aggregate);
      }
      case QueryPlan.Rate rate -> {
        RateResult result = store.rate(rate.query(), control);
        noteRead(rate.query().tenant(), rate.query().metricName(), result.stats());
        yield new QueryAnswer.Rate(result, rate);
      }
    };
  }

  /** Names that nobody ever sent points of would push others out. */
  private void noteRead(TenantId tenant, String metricName, ScanStats stats) {
    if ((stats.points() > 0 || stats.overflowSeriesLeftOut() > 0)
        && reads.read(tenant, metricName)) {
      store.noteRead(tenant, metricName);
    }
  }

  /** How long discovery may take. */
  public Duration discoveryTimeout(TenantId tenant) {
    return bounds.apply(tenant).timeoutDefault();
  }

  /**
   * @param limit as it was sent
   */
  public MetricNamesResult metrics(
      ReadScope scope, String prefix, String limit, QueryControl control) {
    int names = limit(limit, METRICS);
    return store.listMetrics(
        new MetricNamesQuery(scope.tenant(), prefix, names, scope.pinFilters()), control);
  }

  public KeysResult dimensionKeys(ReadScope scope, String metricName, QueryControl control) {
    return store.listDimensionKeys(
        scope.tenant(), metricName, scope.pinFilters(), QueryBounds.KEYS_MAX, control);
  }

  /**
   * @param limit as it was sent
   */
  public ValuesResult dimensionValues(
      ReadScope scope,
      String metricName,
      String key,
      String prefix,
      String limit,
      QueryControl control) {
    int values = limit(limit, VALUES);
    return store.listDimensionValues(
        new ValuesQuery(scope.tenant(), metricName, key, prefix, values, scope.pinFilters()),
        control);
  }

  public MetricSeries series(ReadScope scope, String metricName, QueryControl control) {
    SeriesBreakdown breakdown =
        store.seriesBreakdown(scope.tenant(), metricName, scope.pinFilters(), control);
    Optional<SharedReads> shared = store.reads(scope.tenant(), metricName);
    Optional<Instant> last =
        Stream.of(reads.of(scope.tenant(), metricName), shared.flatMap(SharedReads::last))
            .flatMap(Optional::stream)
            .max(Comparator.naturalOrder());
    return new MetricSeries(
        metricName, breakdown, last, shared.map(SharedReads::knownSince).orElseGet(reads::since));
  }

  private static int limit(String sent, InvalidQuery.Limit bound) {
    try {
      int limit = Integer.parseInt(sent);
      if (limit >= 1 && limit <= bound.value()) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // Refused as any other number that is out of bounds is.
    }
    String received =
        sent.length() <= RECEIVED_CHARS ? sent : sent.substring(0, RECEIVED_CHARS) + "…";
    throw InvalidQuery.limit("limit", "must be from 1 to " + bound.value(), bound, received);
  }
}
