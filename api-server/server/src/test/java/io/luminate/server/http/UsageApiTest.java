// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.assertError;
import static io.luminate.server.http.RunningServer.batch;
import static io.luminate.server.http.RunningServer.now;
import static io.luminate.server.http.RunningServer.point;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.TenantId;
import io.luminate.store.DeleteRequest;
import io.luminate.store.ErrorCode;
import io.luminate.store.MetricsStore;
import io.luminate.store.StoreException;
import io.luminate.store.rocksdb.engine.RocksMetricsStore;
import io.luminate.store.rocksdb.engine.RocksStoreOptions;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a tenant is told about its limits, and a cluster's administrator about all. */
final class UsageApiTest {
  /** None of them is ever used up: each is about one request. */
  private static final String OF_EACH_REQUEST =
      "\"maxQueryTimeout\":{\"limit\":\"30s\"},"
          + "\"defaultQueryTimeout\":{\"limit\":\"10s\"},"
          + "\"maxQueryTimeRange\":{\"limit\":\"90d\"},"
          + "\"maxResultPoints\":{\"limit\":10000},"
          + "\"maxGroupByCardinality\":{\"limit\":1000},"
          + "\"maxDimensionsPerMetric\":{\"limit\":20},"
          + "\"maxDimensionKeyLength\":{\"limit\":128},"
          + "\"maxDimensionValueLength\":{\"limit\":256},"
          + "\"maxBatchSize\":{\"limit\":10000},"
          + "\"maxRequestSizeBytes\":{\"limit\":10485760},"
          + "\"maxInflatedBytes\":{\"limit\":67108864},"
          + "\"maxQuerySizeBytes\":{\"limit\":1048576},";

  private static final String USAGE = "/api/v1/usage";
  private static final String A = SignedTokens.of("a", List.of("read", "write"));
  private static final String B = SignedTokens.of("b", List.of("read", "write"));
  private static final String CLUSTER = SignedTokens.of("ops", List.of("cluster_admin"));
  private static final long MIB = 1 << 20;
  private static final long SECOND_NANOS = 1_000_000_000L;

  @TempDir private Path folder;
  private final AtomicLong nanos = new AtomicLong();
  private final ScriptedStore store = new ScriptedStore();
  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    server = server(store);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private RunningServer server(MetricsStore on) throws Exception {
    Map<String, String> settings = new HashMap<>(SignedTokens.SETTINGS);
    settings.put("LUMINATE_RATE_LIMITS_WRITE_REQUESTS_PER_SECOND", "100");
    settings.put("LUMINATE_RATE_LIMITS_QUERY_REQUESTS_PER_SECOND", "50");
    settings.put("LUMINATE_RATE_LIMITS_METRICS_PER_SECOND", "10000");
    settings.put("LUMINATE_CARDINALITY_LIMITS_MAX_UNIQUE_SERIES_PER_METRIC", "20");
    settings.put("LUMINATE_CARDINALITY_LIMITS_MAX_METRICS_PER_TENANT", "5");
    return new RunningServer(
        on,
        settings,
        MemoryBudget.ofRequests(80 * MIB),
        MemoryBudget.ofReplies(64 * MIB),
        nanos::get);
  }

  private static void write(RunningServer to, String token, String metric, int series)
      throws Exception {
    String[] points =
        IntStream.range(0, series)
            .mapToObj(i -> point(metric, now(), i, "{\"i\":\"" + i + "\"}"))
            .toArray(String[]::new);
    HttpResponse<String> reply = to.post("/api/v1/write", token, batch(points));
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rocksdb", "clickhouse"})
  void twoTenants_areToldAboutThemselvesAlone(String backend) throws Exception {
    try (MetricsStore both =
            backend.equals("rocksdb")
                ? RocksMetricsStore.open(folder, RocksStoreOptions.defaults())
                : BothStoresTest.clickHouse();
        RunningServer on = server(both)) {
      write(on, A, "of_a", 3);
      write(on, A, "of_both", 2);
      write(on, B, "of_both", 7);
      nanos.addAndGet(SECOND_NANOS / 100);
      assertThat(on.get(USAGE, A).body())
          .startsWith(
              "{\"replicas\":1,\"tenants\":{\"a\":{"
                  + "\"writeRequestsPerSecond\":"
                  + "{\"limit\":100,\"share\":100,\"used\":0.033,\"left\":99},"
                  + "\"queryRequestsPerSecond\":"
                  + "{\"limit\":50,\"share\":50,\"used\":0.017,\"left\":49},"
                  + "\"metricsPerSecond\":"
                  + "{\"limit\":10000,\"share\":10000,\"used\":0.083,\"left\":10000},"
                  + "\"concurrentQueries\":{\"limit\":10,\"share\":10,\"used\":0,\"left\":10},"
                  + "\"maxUniqueSeriesPerMetric\":{\"limit\":20,\"used\":3,\"left\":17,"
                  + "\"largestMetrics\":[{\"metric\":\"of_a\",\"used\":3,\"left\":17},"
                  + "{\"metric\":\"of_both\",\"used\":2,\"left\":18}]},"
                  + "\"maxMetricsPerTenant\":{\"limit\":5,\"used\":2,\"left\":3},"
                  + "\"overflow\":{\"limit\":\"reject\"},"
                  + OF_EACH_REQUEST
                  + "\"maxConcurrentRequests\":{\"limit\":48,\"used\":1,\"left\":47},"
                  + "\"maxConcurrentWrites\":{\"limit\":96,\"used\":0,\"left\":96},"
                  + "\"maxWriteBytesInFlight\":"
                  + "{\"limit\":41943040,\"used\":0,\"left\":41943040},"
                  // The question itself, in the smallest array there is.
                  + "\"maxQueryBytesInFlight\":"
                  + "{\"limit\":10485760,\"used\":65536,\"left\":10420224},"
                  + "\"maxReplyBytesInFlight\":{\"limit\":50331648,\"used\":")
          .contains(
              backend.equals("rocksdb")
                  ? "\"maxQueryMemoryBytesTogether\":{\"limit\":%d,\"used\":0,\"left\":%1$d},"
                      .formatted(both.queryMemory(new TenantId("a")).orElseThrow().tenantBytesMax())
                  // Six of eight connections.
                  : "\"maxQueryMemoryBytesTogether\":{\"limit\":%d},"
                      .formatted(
                          6 * both.queryMemory(new TenantId("a")).orElseThrow().queryBytesMax()))
          .containsPattern("\"maxQueryMemoryBytes\":\\{\"limit\":[0-9]{8,}\\},")
          .endsWith(
              "\"retentionsPerTenant\":{\"limit\":64,\"used\":0,\"left\":64},"
                  + "\"nearLimit\":[]}},\"truncated\":false}");
      both.setRetention(new TenantId("a"), "of_both", Duration.ofDays(9));
      both.setRetention(new TenantId("a"), "of_both", Duration.ofDays(10));
      both.deleteBefore(DeleteRequest.of(new TenantId("a"), "of_a", now() + 1_000));
      assertThat(on.get(USAGE, A).body())
          .contains("\"largestMetrics\":[{\"metric\":\"of_both\",\"used\":2,\"left\":18}]},")
          .contains("\"maxMetricsPerTenant\":{\"limit\":5,\"used\":1,\"left\":4},")
          .contains("\"retentionsPerTenant\":{\"limit\":64,\"used\":1,\"left\":63},");
      assertThat(on.get(USAGE, B).body())
          .startsWith("{\"replicas\":1,\"tenants\":{\"b\":{")
          .contains("[{\"metric\":\"of_both\",\"used\":7,\"left\":13}]")
          .contains("\"retentionsPerTenant\":{\"limit\":64,\"used\":0,\"left\":64},")
          .doesNotContain("\"a\":", "of_a");
    }
  }

  @Test
  void clusterAdmin_isToldAboutAll_pageByPage() throws Exception {
    write(server, A, "m", 1);
    write(server, B, "m", 2);
    assertThat(server.get(USAGE, CLUSTER).body())
        .contains("\"tenants\":{\"a\":{", "},\"b\":{", "},\"ops\":{")
        .endsWith("\"truncated\":false}");
    assertThat(server.get(USAGE + "?limit=2", CLUSTER).body())
        .contains("\"a\":{", "\"b\":{")
        .doesNotContain("\"ops\":{")
        .endsWith("\"truncated\":true}");
    assertThat(server.get(USAGE + "?limit=2&after=b", CLUSTER).body())
        .contains("\"tenants\":{\"ops\":{")
        .doesNotContain("\"a\":{", "\"b\":{")
        .endsWith("\"truncated\":false}");
    assertThat(server.get(USAGE + "?tenant=b", CLUSTER).body())
        .contains("\"tenants\":{\"b\":{", "{\"metric\":\"m\",\"used\":2,\"left\":18}")
        .doesNotContain("\"a\":{", "\"ops\":{");
    assertThat(server.get(USAGE + "?tenant=nobody", CLUSTER).body())
        .contains("\"tenants\":{\"nobody\":{", "\"maxMetricsPerTenant\":{\"limit\":5,\"used\":0,");
  }

  /** Who has points but did not ask for days is a tenant too. */
  @Test
  void clusterAdmin_seesTenantsThatRest() throws Exception {
    write(server, A, "m", 1);
    try (RunningServer restarted = server(store)) {
      assertThat(restarted.get(USAGE, CLUSTER).body())
          .contains("\"a\":{\"writeRequestsPerSecond\":{\"limit\":100,\"share\":100,\"used\":0.0,");
    }
  }

  @Test
  void scopes_anyToReadOrAdminister_noPinnedToken() throws Exception {
    for (String scope : List.of("read", "admin", "cluster_admin")) {
      String token = SignedTokens.of("a", List.of(scope));
      assertThat(server.get(USAGE, token).statusCode()).as(scope).isEqualTo(200);
    }
    HttpResponse<String> writer = server.get(USAGE, SignedTokens.of("a", List.of("write")));
    assertError(writer, 403, "FORBIDDEN");
    assertThat(writer.body()).contains("\\\"read\\\", \\\"admin\\\", \\\"cluster_admin\\\"");
    List<String> all = List.of("read", "write", "admin", "cluster_admin");
    HttpResponse<String> pinned =
        server.get(USAGE, SignedTokens.pinned("a", all, Map.of("customer_id", "1")));
    assertError(pinned, 403, "FORBIDDEN");
    assertThat(pinned.body()).contains("pinned");
    for (String bad : List.of("", "nonsense", SignedTokens.expired("a"))) {
      assertError(server.get(USAGE, bad), 401, "UNAUTHORIZED");
    }
  }

  @Test
  void parameters_ofOthersAndOfPages_wantClusterAdmin() throws Exception {
    assertThat(server.get(USAGE + "?tenant=a", A).statusCode()).isEqualTo(200);
    for (String query : List.of("tenant=b", "limit=1", "after=a", "tenant=a&limit=1")) {
      HttpResponse<String> refused = server.get(USAGE + "?" + query, A);
      assertError(refused, 403, "FORBIDDEN");
      assertThat(refused.body()).contains("cluster_admin");
    }
    for (String query :
        List.of("limit=0", "limit=10001", "limit=x", "tenant=a&limit=1", "tenant=a%20b", "top=1")) {
      assertError(server.get(USAGE + "?" + query, CLUSTER), 400, "INVALID_REQUEST");
    }
    HttpResponse<String> posted = server.post(USAGE, A, "{}");
    assertError(posted, 405, "METHOD_NOT_ALLOWED");
    assertThat(posted.headers().firstValue("Allow")).hasValue("GET, HEAD");
  }

  @Test
  void asking_countsAsAQuery_andFallsAsMinutesPass() throws Exception {
    for (int i = 1; i <= 30; i++) {
      assertThat(server.get(USAGE, A).statusCode()).isEqualTo(200);
    }
    nanos.set(90 * SECOND_NANOS);
    // Of the thirty before half are a minute ago at most, and there is this one.
    assertThat(server.get(USAGE, A).body())
        .contains(
            "\"queryRequestsPerSecond\":{\"limit\":50,\"share\":50,\"used\":0.267,\"left\":49}");
    for (int i = 0; i < 49; i++) {
      server.get(USAGE, A);
    }
    assertError(server.get(USAGE, A), 429, "RATE_LIMIT_EXCEEDED");
    assertThat(server.get(USAGE, B).statusCode()).isEqualTo(200);
  }

  @Test
  void nearLimit_isToldAndMeasured() throws Exception {
    write(server, A, "m", 15);
    assertThat(server.get(USAGE, A).body()).contains("\"nearLimit\":[]");
    write(server, A, "m", 16);
    write(server, B, "m", 2);
    String near =
        "{\"limit\":\"maxUniqueSeriesPerMetric\",\"metric\":\"m\",\"value\":20,\"used\":16}";
    assertThat(server.get(USAGE, A).body()).contains("\"nearLimit\":[" + near + "]");
    for (String metric : List.of("m2", "m3", "m4")) {
      write(server, A, metric, 1);
    }
    assertThat(server.get(USAGE, A).body())
        .contains(
            "\"nearLimit\":["
                + near
                + ",{\"limit\":\"maxMetricsPerTenant\",\"value\":5,\"used\":4}]");
    assertThat(server.get(USAGE, B).body()).contains("\"nearLimit\":[]");
    assertThat(server.management("/metrics").body())
        .contains(
            ratio("a", "max_unique_series_per_metric", 0.8),
            ratio("a", "max_metrics_per_tenant", 0.8),
            ratio("b", "max_unique_series_per_metric", 0.1),
            ratio("b", "max_metrics_per_tenant", 0.2));
  }

  private static String ratio(String tenant, String limit, double ratio) {
    return "luminate_limit_usage_ratio{limit=\"%s\",tenant_id=\"%s\"} %s"
        .formatted(limit, tenant, ratio);
  }

  @Test
  void storeAway_ratesAreToldWithoutSeries() throws Exception {
    write(server, A, "m", 1);
    store.beforeFigures =
        () -> {
          throw new StoreException(ErrorCode.STORAGE_UNAVAILABLE, "away");
        };
    assertThat(server.get(USAGE, A).body())
        .contains("\"writeRequestsPerSecond\":{\"limit\":100,\"share\":100,\"used\":0.017,")
        .contains(
            "\"maxUniqueSeriesPerMetric\":{\"limit\":20},\"maxMetricsPerTenant\":{\"limit\":5},");
  }
}
