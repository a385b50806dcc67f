// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.telemetry;

import io.luminate.model.TenantId;
import io.luminate.store.MetricsStore;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The server's own metrics. Counting is cheap and takes no lock; whatever costs more (reading the
 * store's figures, choosing the tenants that have rows of their own) happens when someone scrapes,
 * at most once per interval.
 */
public final class Telemetry implements AutoCloseable {
  public static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  public static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final TenantLabels tenants = new TenantLabels(registry);
  private final CodeCounters writeErrors = new CodeCounters(registry, MeterNames::writeErrors);
  private final CodeCounters queryErrors = new CodeCounters(registry, MeterNames::queryErrors);
  private final Timer writeLatency = MeterNames.writeLatency().register(registry);
  private final Map<QueryKind, Timer> queryLatency =
      perKind(kind -> MeterNames.queryLatency(kind).register(registry));
  private final Map<QueryKind, DistributionSummary> resultPoints =
      perKind(kind -> MeterNames.queryResultPoints(kind).register(registry));
  private final AtomicInteger activeQueries = new AtomicInteger();
  private final long intervalMillis;
  private final InstantSource clock;
  private @Nullable StoreGauges store;
  private @Nullable LimitRatioGauges limitRatios;
  private long refreshAtMillis = Long.MIN_VALUE;

  /**
   * @param interval how old the store's figures may be
   */
  public Telemetry(Duration interval, InstantSource clock) {
    this.intervalMillis = interval.toMillis();
    this.clock = clock;
    Gauge.builder("luminate.active.queries", activeQueries, AtomicInteger::get)
        .description("Current concurrent queries")
        .register(registry);
  }

  /** To be called once, before the first scrape. */
  public void bindStore(MetricsStore boundStore, String backend) {
    bindStore(() -> StoreReading.of(boundStore), backend);
    MeterNames.seriesUnanswered(boundStore, backend).register(registry);
  }

  synchronized void bindStore(Supplier<StoreReading> reader, String backend) {
    store = new StoreGauges(registry, reader, backend);
  }

  /** To be called once, before the first scrape. */
  public void bindLimits(Supplier<LimitsReading> reader) {
    LimitsGauges.register(registry, reader);
  }

  /**
   * To be called once, before the first scrape.
   *
   * @param reader may take as long as reading the store's figures
   */
  public synchronized void bindLimitRatios(Supplier<List<LimitRatio>> reader) {
    limitRatios = new LimitRatioGauges(registry, reader);
  }

  /** A write that was answered, with the number of points that it stored. */
  public void writeRequest(TenantId tenant, RequestStatus status, long points, long nanos) {
    tenants.of(tenant.value(), points + 1).write(status, points);
    writeLatency.record(nanos, TimeUnit.NANOSECONDS);
  }

  public void writeError(String code) {
    writeErrors.increment(code);
  }

  /** A query that was answered, with the number of points or rows in its result. */
  public void query(
      QueryKind kind, TenantId tenant, RequestStatus status, long nanos, long points) {
    tenants.of(tenant.value(), 1).query(kind, status);
    of(queryLatency, kind).record(nanos, TimeUnit.NANOSECONDS);
    if (status == RequestStatus.SUCCESS) {
      of(resultPoints, kind).record(points);
    }
  }

  /** A query that was not let in: its latency would say nothing about those that are. */
  public void queryRefused(QueryKind kind, TenantId tenant) {
    tenants.of(tenant.value(), 1).query(kind, RequestStatus.ERROR);
  }

  public void queryError(String code) {
    queryErrors.increment(code);
  }

  public void rateLimitExceeded(TenantId tenant) {
    tenants.of(tenant.value(), 1).rateLimitExceeded();
  }

  /** To be followed by {@link #queryFinished}, whatever happens. */
  public void queryStarted() {
    activeQueries.incrementAndGet();
  }

  public void queryFinished() {
    activeQueries.decrementAndGet();
  }

  /** For meters of other parts of the server. */
  public MeterRegistry registry() {
    return registry;
  }

  /** The content type to answer an {@code Accept} header with, {@code ""} where there is none. */
  public static String contentType(String accept) {
    return accept.toLowerCase(Locale.ROOT).contains("application/openmetrics-text")
        ? OPEN_METRICS
        : TEXT;
  }

  /** Writes all metrics in the format of the content type. */
  public void scrape(String contentType, OutputStream out) throws IOException {
    refreshIfDue();
    registry.scrape(out, contentType);
  }

  private synchronized void refreshIfDue() {
    long now = clock.millis();
    if (now >= refreshAtMillis) {
      Optional.ofNullable(store).ifPresent(StoreGauges::refresh);
      Optional.ofNullable(limitRatios).ifPresent(LimitRatioGauges::refresh);
      tenants.rebalance();
      refreshAtMillis = now + intervalMillis;
    }
  }

  @Override
  public void close() {
    registry.close();
  }

  /** Of those that can be let in. */
  private static <T> Map<QueryKind, T> perKind(Function<QueryKind, T> make) {
    Map<QueryKind, T> all = new EnumMap<>(QueryKind.class);
    for (QueryKind kind : QueryKind.values()) {
      if (kind != QueryKind.UNREAD) {
        all.put(kind, make.apply(kind));
      }
    }
    return all;
  }

  private static <T> T of(Map<QueryKind, T> meters, QueryKind kind) {
    T meter = meters.get(kind);
    if (meter == null) {
      throw new IllegalStateException("no meter for " + kind);
    }
    return meter;
  }
}
