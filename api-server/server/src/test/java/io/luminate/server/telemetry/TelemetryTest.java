// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.TenantId;
import io.luminate.store.ErrorCode;
import io.luminate.store.MetricsStore;
import io.luminate.store.StoreException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class TelemetryTest {
  private static final TenantId TENANT = new TenantId("tenant_xyz");

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final Telemetry telemetry = new Telemetry(Duration.ofSeconds(10), now::get);

  @Test
  void scrape_writes() throws IOException {
    telemetry.writeRequest(TENANT, RequestStatus.SUCCESS, 100, 3_000_000);
    telemetry.writeRequest(TENANT, RequestStatus.SUCCESS, 1, 30_000_000_000L);
    telemetry.writeRequest(TENANT, RequestStatus.PARTIAL, 2, 3_000_000);
    telemetry.writeRequest(TENANT, RequestStatus.ERROR, 0, 3_000_000);
    telemetry.writeError("INVALID_VALUE");
    assertThat(lines())
        .contains(
            "# HELP luminate_write_requests_total Total write requests received",
            "# TYPE luminate_write_requests_total counter",
            "luminate_write_requests_total{status=\"success\",tenant_id=\"tenant_xyz\"} 2.0",
            "luminate_write_requests_total{status=\"partial\",tenant_id=\"tenant_xyz\"} 1.0",
            "luminate_write_requests_total{status=\"error\",tenant_id=\"tenant_xyz\"} 1.0",
            "luminate_metrics_ingested_total{tenant_id=\"tenant_xyz\"} 103.0",
            "luminate_write_errors_total{error_type=\"INVALID_VALUE\"} 1.0",
            "# TYPE luminate_write_latency_seconds histogram",
            "luminate_write_latency_seconds_bucket{le=\"0.0025\"} 0",
            "luminate_write_latency_seconds_bucket{le=\"0.005\"} 3",
            "luminate_write_latency_seconds_bucket{le=\"30.0\"} 4",
            "luminate_write_latency_seconds_bucket{le=\"+Inf\"} 4",
            "luminate_write_latency_seconds_count 4");
  }

  @Test
  void scrape_queries() throws IOException {
    telemetry.query(QueryKind.AGGREGATE, TENANT, RequestStatus.SUCCESS, 90_000_000, 42);
    telemetry.query(QueryKind.RANGE, TENANT, RequestStatus.ERROR, 1_000, 0);
    telemetry.queryError("QUERY_TIMEOUT");
    telemetry.rateLimitExceeded(TENANT);
    telemetry.queryStarted();
    telemetry.queryStarted();
    telemetry.queryFinished();
    String tenant = "tenant_id=\"tenant_xyz\"";
    assertThat(lines())
        .contains(
            "luminate_query_requests_total{query_type=\"aggregate\",status=\"success\","
                + tenant
                + "} 1.0",
            "luminate_query_requests_total{query_type=\"range\",status=\"error\","
                + tenant
                + "} 1.0",
            "luminate_query_errors_total{error_type=\"QUERY_TIMEOUT\"} 1.0",
            "luminate_query_latency_seconds_bucket{query_type=\"aggregate\",le=\"0.05\"} 0",
            "luminate_query_latency_seconds_bucket{query_type=\"aggregate\",le=\"0.1\"} 1",
            "luminate_query_latency_seconds_bucket{query_type=\"aggregate\",le=\"0.5\"} 1",
            "luminate_query_result_points_bucket{query_type=\"aggregate\",le=\"10.0\"} 0",
            "luminate_query_result_points_bucket{query_type=\"aggregate\",le=\"100.0\"} 1",
            "luminate_query_result_points_sum{query_type=\"aggregate\"} 42.0",
            "luminate_query_result_points_count{query_type=\"range\"} 0",
            "luminate_rate_limit_exceeded_total{" + tenant + "} 1.0",
            "luminate_active_queries 1.0");
  }

  @Test
  void scrape_storeFigures_atMostOncePerInterval() throws IOException {
    FakeStore store = new FakeStore();
    telemetry.bindStore(store, "rocksdb");
    store.add(TENANT, "cpu_usage", 1);
    assertThat(lines())
        .contains(
            "luminate_up 1.0",
            "luminate_storage_health{backend=\"rocksdb\"} 1.0",
            "luminate_storage_size_bytes 1000.0",
            "luminate_series_count 1.0",
            "luminate_cardinality_by_metric{metric_name=\"cpu_usage\",tenant_id=\"tenant_xyz\"} 1.0");
    store.add(TENANT, "memory_used", 1);
    assertThat(lines()).contains("luminate_series_count 1.0");
    assertThat(store.readings()).isEqualTo(1);
    now.set(Instant.EPOCH.plusSeconds(10));
    assertThat(lines()).contains("luminate_series_count 2.0");
    assertThat(store.readings()).isEqualTo(2);
  }

  @Test
  void scrape_storeHasNotCounted_isUpAndSaysNoNumber() throws IOException {
    FakeStore store = new FakeStore();
    telemetry.bindStore(store, "clickhouse");
    store.setUncounted(true);
    assertThat(lines())
        .contains(
            "luminate_up 1.0", "luminate_storage_size_bytes 1000.0", "luminate_series_count NaN");
    store.setUncounted(false);
    now.set(Instant.EPOCH.plusSeconds(60));
    assertThat(lines()).contains("luminate_series_count 0.0");
  }

  @Test
  void scrape_storeAway_keepsLastFigures() throws IOException {
    FakeStore store = new FakeStore();
    telemetry.bindStore(store, "rocksdb");
    store.add(TENANT, "cpu_usage", 1);
    lines();
    store.goAway();
    now.set(Instant.EPOCH.plusSeconds(60));
    assertThat(lines())
        .contains(
            "luminate_up 0.0",
            "luminate_storage_health{backend=\"rocksdb\"} 0.0",
            "luminate_series_count 1.0");
  }

  @Test
  void scrape_metricsByCardinality_areBounded() throws IOException {
    FakeStore store = new FakeStore();
    telemetry.bindStore(store, "rocksdb");
    for (int i = 0; i < StoreReading.METRICS_MAX * 3; i++) {
      store.add(TENANT, "metric_" + i, 1);
    }
    assertThat(lines().stream().filter(line -> line.startsWith("luminate_cardinality_by_metric{")))
        .hasSize(StoreReading.METRICS_MAX);
  }

  @Test
  void scrape_tenants_areBounded() throws IOException {
    for (int i = 0; i < 5_000; i++) {
      telemetry.writeRequest(new TenantId("t" + i), RequestStatus.SUCCESS, 1, 1_000);
    }
    List<String> rows =
        lines().stream()
            .filter(line -> line.startsWith("luminate_metrics_ingested_total"))
            .toList();
    assertThat(rows).hasSize(TenantLabels.NAMED_MAX + 1);
    assertThat(rows).contains("luminate_metrics_ingested_total{tenant_id=\"other\"} 4900.0");
  }

  @Test
  void scrape_errorCodes_areBounded() throws IOException {
    for (int i = 0; i < 1_000; i++) {
      telemetry.queryError("CODE_" + i);
    }
    assertThat(lines().stream().filter(line -> line.startsWith("luminate_query_errors_total")))
        .hasSize(65)
        .contains("luminate_query_errors_total{error_type=\"OTHER\"} 936.0");
  }

  @Test
  void scrape_openMetrics() throws IOException {
    telemetry.writeError("INVALID_VALUE");
    String text = scrape(Telemetry.OPEN_METRICS);
    assertThat(text)
        .contains("# TYPE luminate_write_errors counter")
        .contains("luminate_write_errors_total{error_type=\"INVALID_VALUE\"} 1.0")
        .endsWith("# EOF\n");
  }

  @Test
  void contentType_followsAccept() {
    assertThat(Telemetry.contentType("")).isEqualTo(Telemetry.TEXT);
    assertThat(Telemetry.contentType("*/*")).isEqualTo(Telemetry.TEXT);
    assertThat(Telemetry.contentType("text/plain;version=0.0.4")).isEqualTo(Telemetry.TEXT);
    assertThat(
            Telemetry.contentType(
                "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"))
        .isEqualTo(Telemetry.OPEN_METRICS);
  }

  @Test
  void scrape_limits() throws IOException {
    AtomicReference<LimitsReading> limits =
        new AtomicReference<>(new LimitsReading(0, Instant.ofEpochMilli(1_500), 0, 0, true));
    telemetry.bindLimits(limits::get);
    assertThat(lines())
        .contains(
            "luminate_limits_version 0.0",
            "luminate_limits_changed_timestamp_seconds 1.5",
            "luminate_limits_refused_total{way=\"file\"} 0.0",
            "luminate_limits_refused_total{way=\"push\"} 0.0",
            "luminate_limits_file_good 1.0");
    limits.set(new LimitsReading(7, Instant.ofEpochMilli(2_500), 2, 3, false));
    assertThat(lines())
        .contains(
            "luminate_limits_version 7.0",
            "luminate_limits_changed_timestamp_seconds 2.5",
            "luminate_limits_refused_total{way=\"file\"} 2.0",
            "luminate_limits_refused_total{way=\"push\"} 3.0",
            "luminate_limits_file_good 0.0");
  }

  @Test
  void scrape_limitRatios_nearestTenantsFirst_othersTogether() throws IOException {
    List<LimitRatio> ratios = new ArrayList<>();
    for (int i = 0; i < TenantLabels.NAMED_MAX; i++) {
      ratios.add(new LimitRatio("t" + i, "max_metrics_per_tenant", 0.5));
    }
    ratios.add(new LimitRatio("near", "max_unique_series_per_metric", 0.75));
    ratios.add(new LimitRatio("near", "max_metrics_per_tenant", 0.125));
    ratios.add(new LimitRatio("far", "max_metrics_per_tenant", 0.25));
    ratios.add(new LimitRatio("none", "max_metrics_per_tenant", 0));
    telemetry.bindLimitRatios(() -> List.copyOf(ratios));
    String name = "luminate_limit_usage_ratio{limit=\"max_metrics_per_tenant\",tenant_id=";
    List<String> rows =
        lines().stream().filter(line -> line.startsWith("luminate_limit_usage_ratio{")).toList();
    assertThat(rows)
        .hasSize(TenantLabels.NAMED_MAX + 2)
        .contains(
            "luminate_limit_usage_ratio{limit=\"max_unique_series_per_metric\","
                + "tenant_id=\"near\"} 0.75",
            name + "\"near\"} 0.125",
            name + "\"t0\"} 0.5",
            name + "\"other\"} 0.5");
    ratios.clear();
    ratios.add(new LimitRatio("far", "max_metrics_per_tenant", Double.POSITIVE_INFINITY));
    now.set(Instant.EPOCH.plusSeconds(10));
    assertThat(lines().stream().filter(line -> line.startsWith("luminate_limit_usage_ratio{")))
        .containsExactly(name + "\"far\"} +Inf");
  }

  @Test
  void scrape_unansweredSeries_areTheStores() throws IOException {
    AtomicLong unanswered = new AtomicLong(3);
    MetricsStore store =
        (MetricsStore)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {MetricsStore.class},
                (proxy, method, arguments) ->
                    switch (method.getName()) {
                      case "unansweredSeries" -> unanswered.get();
                      case "hashCode" -> 1;
                      default -> throw new StoreException(ErrorCode.STORAGE_UNAVAILABLE, "away");
                    });
    telemetry.bindStore(store, "clickhouse");
    assertThat(lines()).contains("luminate_series_unanswered_total{backend=\"clickhouse\"} 3.0");
    unanswered.set(5);
    assertThat(lines()).contains("luminate_series_unanswered_total{backend=\"clickhouse\"} 5.0");
  }

  /** Every name is the contract's, or a histogram's own maximum. */
  @Test
  void scrape_namesAreTheContracts() throws IOException {
    telemetry.bindStore(new FakeStore(), "rocksdb");
    telemetry.writeRequest(TENANT, RequestStatus.SUCCESS, 1, 1_000);
    telemetry.query(QueryKind.RATE, TENANT, RequestStatus.SUCCESS, 1_000, 1);
    telemetry.writeError("X");
    telemetry.queryError("X");
    telemetry.rateLimitExceeded(TENANT);
    Pattern type = Pattern.compile("# TYPE (\\S+) \\S+");
    assertThat(
            lines().stream()
                .map(type::matcher)
                .filter(java.util.regex.Matcher::matches)
                .map(match -> match.group(1))
                .filter(name -> !name.endsWith("_max")))
        .containsExactlyInAnyOrder(
            "luminate_write_requests_total",
            "luminate_metrics_ingested_total",
            "luminate_write_errors_total",
            "luminate_write_latency_seconds",
            "luminate_query_requests_total",
            "luminate_query_errors_total",
            "luminate_query_latency_seconds",
            "luminate_query_result_points",
            "luminate_storage_size_bytes",
            "luminate_series_count",
            "luminate_rate_limit_exceeded_total",
            "luminate_active_queries",
            "luminate_up",
            "luminate_storage_health");
  }

  private List<String> lines() throws IOException {
    return scrape(Telemetry.TEXT).lines().toList();
  }

  private String scrape(String contentType) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    telemetry.scrape(contentType, out);
    return out.toString(StandardCharsets.UTF_8);
  }
}
