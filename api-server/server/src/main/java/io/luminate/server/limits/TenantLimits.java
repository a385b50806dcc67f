// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits;

import io.luminate.server.config.CardinalityLimits;
import io.luminate.server.config.CardinalityLimits.Overflow;
import io.luminate.server.config.LuminateConfig;
import io.luminate.server.config.QueryLimits;
import io.luminate.server.config.RateLimits;
import io.luminate.server.config.TenantLimit;
import io.luminate.server.limits.document.Overrides;
import io.luminate.store.SeriesLimits;
import java.time.Duration;
import java.util.function.ToLongFunction;

/** What a tenant may have, of everything. */
public record TenantLimits(RateLimits rates, CardinalityLimits cardinality, QueryLimits queries) {

  public static TenantLimits of(LuminateConfig config) {
    return new TenantLimits(config.rateLimits(), config.cardinalityLimits(), config.queryLimits());
  }

  /** What the store is told. */
  public SeriesLimits series() {
    return new SeriesLimits(
        cardinality.maxUniqueSeriesPerMetric(),
        cardinality.maxMetricsPerTenant(),
        switch (cardinality.overflow()) {
          case REJECT -> SeriesLimits.Overflow.REJECT;
          case FOLD -> SeriesLimits.Overflow.FOLD;
        });
  }

  /** These limits, but for what the defaults say, but for what is said about the tenant. */
  TenantLimits with(Overrides defaults, Overrides tenant) {
    return with(
        limit -> tenant.get(limit).orElseGet(() -> defaults.get(limit).orElse(value(limit))));
  }

  private TenantLimits with(ToLongFunction<TenantLimit> values) {
    return new TenantLimits(rates(values), cardinality(values), queries(values));
  }

  private static RateLimits rates(ToLongFunction<TenantLimit> values) {
    return new RateLimits(
        values.applyAsLong(TenantLimit.WRITE_REQUESTS),
        values.applyAsLong(TenantLimit.QUERY_REQUESTS),
        values.applyAsLong(TenantLimit.METRICS),
        (int) values.applyAsLong(TenantLimit.CONCURRENT_QUERIES));
  }

  /** What the edge says about single points is the same for all tenants. */
  private CardinalityLimits cardinality(ToLongFunction<TenantLimit> values) {
    return new CardinalityLimits(
        cardinality.maxDimensionsPerMetric(),
        cardinality.maxDimensionKeyLength(),
        cardinality.maxDimensionValueLength(),
        values.applyAsLong(TenantLimit.MAX_SERIES),
        values.applyAsLong(TenantLimit.MAX_METRICS),
        Overflow.values()[(int) values.applyAsLong(TenantLimit.OVERFLOW)]);
  }

  /** A usual timeout that was meant for a longer one gives way. */
  private static QueryLimits queries(ToLongFunction<TenantLimit> values) {
    long timeoutMillisMax = values.applyAsLong(TenantLimit.MAX_QUERY_TIMEOUT);
    long timeoutMillis = values.applyAsLong(TenantLimit.DEFAULT_QUERY_TIMEOUT);
    return new QueryLimits(
        Duration.ofMillis(timeoutMillisMax),
        Duration.ofMillis(Math.min(timeoutMillis, timeoutMillisMax)),
        Duration.ofMillis(values.applyAsLong(TenantLimit.MAX_QUERY_TIME_RANGE)),
        (int) values.applyAsLong(TenantLimit.MAX_RESULT_POINTS),
        (int) values.applyAsLong(TenantLimit.MAX_GROUPS));
  }

  /** Durations count milliseconds; words have the number of their place. */
  public long value(TenantLimit limit) {
    return switch (limit) {
      case WRITE_REQUESTS -> rates.writeRequestsPerSecond();
      case QUERY_REQUESTS -> rates.queryRequestsPerSecond();
      case METRICS -> rates.metricsPerSecond();
      case CONCURRENT_QUERIES -> rates.concurrentQueries();
      case MAX_SERIES -> cardinality.maxUniqueSeriesPerMetric();
      case MAX_METRICS -> cardinality.maxMetricsPerTenant();
      case OVERFLOW -> cardinality.overflow().ordinal();
      case MAX_QUERY_TIMEOUT -> queries.maxQueryTimeout().toMillis();
      case DEFAULT_QUERY_TIMEOUT -> queries.defaultQueryTimeout().toMillis();
      case MAX_QUERY_TIME_RANGE -> queries.maxQueryTimeRange().toMillis();
      case MAX_RESULT_POINTS -> queries.maxResultPoints();
      case MAX_GROUPS -> queries.maxGroupByCardinality();
    };
  }
}
