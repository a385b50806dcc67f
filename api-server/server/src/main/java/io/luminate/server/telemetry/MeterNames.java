// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.telemetry;

import io.luminate.store.MetricsStore;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Names, labels and help of the server's metrics. The registry turns dots into underscores and adds
 * {@code _total} and units; the names as scraped stand beside each.
 */
final class MeterNames {
  static final String TENANT = "tenant_id";
  static final String METRIC = "metric_name";

  /** From a cached discovery to the longest query allowed by default. */
  private static final Duration[] LATENCY_BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofNanos(2_500_000),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30)
  };

  private static final double[] POINTS_BUCKETS = {1, 10, 100, 1_000, 10_000, 100_000, 1_000_000};

  private MeterNames() {}

  /** {@code luminate_write_requests_total}. */
  static Counter.Builder writeRequests(String tenant, RequestStatus status) {
    return Counter.builder("luminate.write.requests")
        .description("Total write requests received")
        .tags(TENANT, tenant, "status", status.label());
  }

  /** {@code luminate_metrics_ingested_total}. */
  static Counter.Builder metricsIngested(String tenant) {
    return Counter.builder("luminate.metrics.ingested")
        .description("Total individual metrics written")
        .tags(TENANT, tenant);
  }

  /** {@code luminate_write_errors_total}. */
  static Counter.Builder writeErrors(String code) {
    return Counter.builder("luminate.write.errors")
        .description("Write failures by error type; of a partly rejected write each code once")
        .tags("error_type", code);
  }

  /** {@code luminate_write_latency_seconds}. */
  static Timer.Builder writeLatency() {
    return Timer.builder("luminate.write.latency")
        .description("Write request latency histogram")
        .serviceLevelObjectives(LATENCY_BUCKETS);
  }

  /** {@code luminate_query_requests_total}. */
  static Counter.Builder queryRequests(String tenant, QueryKind kind, RequestStatus status) {
    return Counter.builder("luminate.query.requests")
        .description("Total queries by type")
        .tags(TENANT, tenant, "query_type", kind.label(), "status", status.label());
  }

  /** {@code luminate_query_errors_total}. */
  static Counter.Builder queryErrors(String code) {
    return Counter.builder("luminate.query.errors")
        .description("Query failures by error type")
        .tags("error_type", code);
  }

  /** {@code luminate_query_latency_seconds}. */
  static Timer.Builder queryLatency(QueryKind kind) {
    return Timer.builder("luminate.query.latency")
        .description("Query latency histogram")
        .tags("query_type", kind.label())
        .serviceLevelObjectives(LATENCY_BUCKETS);
  }

  /** {@code luminate_query_result_points}. */
  static DistributionSummary.Builder queryResultPoints(QueryKind kind) {
    return DistributionSummary.builder("luminate.query.result.points")
        .description("Number of data points returned")
        .tags("query_type", kind.label())
        .serviceLevelObjectives(POINTS_BUCKETS);
  }

  /** {@code luminate_rate_limit_exceeded_total}. */
  static Counter.Builder rateLimitExceeded(String tenant) {
    return Counter.builder("luminate.rate.limit.exceeded")
        .description("Rate limit hits by tenant")
        .tags(TENANT, tenant);
  }

  /** {@code luminate_series_unanswered_total}. */
  static FunctionCounter.Builder<MetricsStore> seriesUnanswered(
      MetricsStore store, String backend) {
    return FunctionCounter.builder(
            "luminate.series.unanswered", store, MetricsStore::unansweredSeries)
        .description("Series let in at a limit as the store could not say if they are new")
        .tags("backend", backend);
  }

  /** {@code luminate_limit_usage_ratio}. */
  static MultiGauge.Builder limitUsageRatio() {
    return MultiGauge.builder("luminate.limit.usage.ratio")
        .description(
            "Used part of a limit, of the tenants nearest to one; of series, the largest metric's;"
                + " of rates, the last minute's");
  }

  /** {@code luminate_limits_version}. */
  static Gauge.Builder<Supplier<Number>> limitsVersion(Supplier<Number> version) {
    return Gauge.builder("luminate.limits.version", version)
        .description("Version of the limits document in force; 0 without a version");
  }

  /** {@code luminate_limits_changed_timestamp_seconds}. */
  static Gauge.Builder<Supplier<Number>> limitsChanged(Supplier<Number> epochSeconds) {
    return Gauge.builder("luminate.limits.changed.timestamp", epochSeconds)
        .baseUnit("seconds")
        .description("When the limits in force last changed, in Unix time");
  }

  /** {@code luminate_limits_file_good}. */
  static Gauge.Builder<Supplier<Number>> limitsFileGood(Supplier<Number> good) {
    return Gauge.builder("luminate.limits.file.good", good)
        .description("Whether the limits file can be read (1=yes or no file, 0=no)");
  }

  /** {@code luminate_limits_refused_total}. */
  static <T> FunctionCounter.Builder<T> limitsRefused(
      T source, ToDoubleFunction<T> count, String way) {
    return FunctionCounter.builder("luminate.limits.refused", source, count)
        .description("Limits documents refused, by the way they came")
        .tags("way", way);
  }
}
