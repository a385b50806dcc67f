// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.assertError;
import static io.luminate.server.http.RunningServer.batch;
import static io.luminate.server.http.RunningServer.now;
import static io.luminate.server.http.RunningServer.point;
import static io.luminate.server.http.RunningServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.store.MetricsStore;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an administrator of one tenant does, seen by another, and by an operator; on each store. */
final class TwoTenantsTest {
  private static final String SECRET = "internal-0123456789abcdef0123456789";
  private static final String A = token("a");
  private static final String B = token("b");
  private static final Pattern ID = Pattern.compile("\"operation_id\":\"([a-z0-9-]+)\"");

  @TempDir private Path folder;
  private MetricsStore store;
  private RunningServer server;

  /** Both tenants have a metric of the same name, with a new point and one of three days ago. */
  private void start(Backend backend) throws Exception {
    Path secret = Files.writeString(folder.resolve("current"), SECRET);
    store = backend.open(folder.resolve("data"));
    server =
        new RunningServer(
            store, Map.of("LUMINATE_MANAGEMENT_INTERNAL_TOKEN_FILE", secret.toString()));
    long old = now() - Duration.ofDays(3).toMillis();
    String points = batch(point("m", old, 1, "{\"k\":\"old\"}"), point("m", now(), 2, "{}"));
    for (String token : new String[] {A, B}) {
      assertThat(server.post("/api/v1/write", token, points).statusCode()).isEqualTo(200);
    }
  }

  @AfterEach
  void stop() {
    server.close();
    store.close();
  }

  private void assertPoints(String token, int points) throws Exception {
    HttpResponse<String> reply =
        server.post(
            "/api/v1/query",
            token,
            "{\"queryType\":\"aggregate\",\"aggregation\":\"count\",\"metricName\":\"m\","
                + "\"timeRange\":{\"relative\":\"7d\"}}");
    assertThat(reply.body()).contains("\"count\":" + points + "}");
  }

  @ParameterizedTest
  @EnumSource
  void delete_isTheTenantsOwn_andSoIsItsReceipt(Backend backend) throws Exception {
    start(backend);
    HttpResponse<String> reply =
        server.delete("/api/v1/admin/metrics/m?before=" + now() + "&k=old", A);
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(202);
    assertPoints(A, 1);
    assertPoints(B, 2);
    Matcher id = ID.matcher(reply.body());
    assertThat(id.find()).isTrue();
    String operation = "/api/v1/admin/operations/" + id.group(1);
    assertThat(server.get(operation, A).body()).contains("\"metric_name\":\"m\"", "\"points\":1");
    assertError(server.get(operation, B), 404, "NOT_FOUND");
  }

  @ParameterizedTest
  @EnumSource
  void retention_isTheTenantsOwn(Backend backend) throws Exception {
    start(backend);
    String change = "{\"metric_name\":\"m\",\"retention_days\":1}";
    assertThat(server.post("/api/v1/admin/retention", A, change).statusCode()).isEqualTo(200);
    assertPoints(A, 1);
    assertPoints(B, 2);
  }

  @ParameterizedTest
  @EnumSource
  void usage_isToldAnOperatorOfEach(Backend backend) throws Exception {
    start(backend);
    assertThat(server.post("/api/v1/write", B, batch(point("n", now(), 1, "{}"))).statusCode())
        .isEqualTo(200);
    String usage = usage();
    assertThat(usage).contains("\"a\":{", "\"b\":{").contains("\"store\":{\"series\":5,");
    assertThat(usage.substring(0, usage.indexOf("\"b\":{")))
        .contains("\"largestMetrics\":[{\"metric\":\"m\",\"used\":2,")
        .contains("\"maxMetricsPerTenant\":{\"limit\":1000,\"used\":1,")
        .doesNotContain("\"metric\":\"n\"");
    assertThat(usage).contains("\"maxMetricsPerTenant\":{\"limit\":1000,\"used\":2,");
  }

  @ParameterizedTest
  @EnumSource
  void usage_namesTheDimensionThatGrowsFastest(Backend backend) throws Exception {
    start(backend);
    String[] points =
        IntStream.range(0, 5)
            .mapToObj(i -> point("n", now(), 1, "{\"a\":\"same\",\"z\":\"v" + i + "\"}"))
            .toArray(String[]::new);
    assertThat(server.post("/api/v1/write", B, batch(points)).statusCode()).isEqualTo(200);
    assertThat(usage())
        .contains(
            "{\"metric\":\"n\",\"used\":5,\"left\":999995,"
                + "\"fastestGrowingDimensions\":[\"z\",\"a\"]}");
    assertThat(server.get("/api/v1/usage", B).body()).doesNotContain("fastestGrowingDimensions");
  }

  @ParameterizedTest
  @EnumSource
  void usage_ofThoseNearALimitAlone(Backend backend) throws Exception {
    start(backend);
    assertThat(server.post("/api/v1/write", B, batch(point("n", now(), 1, "{}"))).statusCode())
        .isEqualTo(200);
    assertThat(usage("?near=true")).contains("\"tenants\":{},\"truncated\":false");
    String two = "{\"cardinalityLimits\":{\"maxUniqueSeriesPerMetric\":2}}";
    put("config", "{\"version\":1,\"tenants\":{\"a\":" + two + "}}");
    assertThat(usage("?near=true"))
        .contains("\"tenants\":{\"a\":{", "\"nearLimit\":[{\"limit\":\"maxUniqueSeriesPerMetric\"")
        .contains("\"truncated\":false")
        .doesNotContain("\"b\":{");
    assertThat(usage("?near=true&after=a")).contains("\"tenants\":{},");
    assertThat(usage("?near=false")).contains("\"a\":{", "\"b\":{");
  }

  @ParameterizedTest
  @EnumSource
  void storage_isToldAnOperator(Backend backend) throws Exception {
    start(backend);
    String healthy = "\"storage\":{\"status\":\"healthy\"}";
    // One look at a slow ClickHouse may fail; the next is two seconds later.
    for (int i = 0; !call(internal("config")).contains(healthy) && i < 30; i++) {
      Thread.sleep(1_000);
    }
    assertThat(call(internal("config"))).contains(healthy);
  }

  /** What one tenant loses and what waits for it, seen from the port of an operator. */
  @ParameterizedTest
  @EnumSource
  void retention_ofADocument_isOfItsTenant_andCleanedUpOnDemand(Backend backend) throws Exception {
    start(backend);
    assertThat(call(internal("retention"))).startsWith("{\"documentVersion\":0,\"waiting\":[]");
    put("config", "{\"version\":1," + twoDaysOfA("") + "}");
    String waiting =
        "{\"documentVersion\":1,\"waiting\":[{\"tenant\":\"a\",\"metricPattern\":\"m*\","
            + "\"retention\":\"30d\",\"bytesUntil\":\"";
    assertThat(call(internal("retention"))).startsWith(waiting).doesNotContain("\"b\"");
    String held = cleanUp();
    assertThat(held).contains(waiting.substring(1));
    assertPoints(A, 1);
    assertPoints(B, 2);
    put("config", "{\"version\":2," + twoDaysOfA("\"held\":[],") + "}");
    String free = cleanUp();
    assertThat(free).contains("\"documentVersion\":2,\"waiting\":[]");
    switch (backend) {
      case ROCKSDB -> {
        assertThat(held).contains("\"freed\":{\"parts\":0,\"points\":0,");
        // It shares files with the point that stays, so it may go later.
        assertThat(free).contains("\"freed\":{\"parts\":");
      }
      case CLICKHOUSE -> {
        assertThat(held).contains("\"ttl\":{\"version\":").doesNotContain("freed");
        assertThat(free).contains("\"ttl\":{\"version\":").doesNotContain("freed");
      }
    }
    assertPoints(A, 1);
    assertPoints(B, 2);
    put("config", "{\"version\":3}");
    assertPoints(B, 2);
  }

  private static String twoDaysOfA(String held) {
    return "\"retention\":{"
        + held
        + "\"policies\":[{\"name\":\"p\",\"tenant\":\"a\",\"metricPattern\":\"m*\","
        + "\"retention\":\"2d\"}]}";
  }

  private String cleanUp() throws Exception {
    return call(internal("retention/run").POST(BodyPublishers.noBody()));
  }

  @ParameterizedTest
  @EnumSource
  void replicas_shareTheRatesOfEachTenant(Backend backend) throws Exception {
    start(backend);
    put(
        "config",
        "{\"version\":1,\"tenants\":{\"a\":{\"rateLimits\":{\"queryRequestsPerSecond\":8}}}}");
    assertThat(put("replicas", "{\"sequence\":1,\"replicas\":4}"))
        .isEqualTo("{\"sequence\":1,\"replicas\":4}");
    assertThat(server.get("/api/v1/metrics", A).headers().firstValue("X-RateLimit-Limit"))
        .hasValue("2");
    assertThat(server.get("/api/v1/metrics", B).headers().firstValue("X-RateLimit-Limit"))
        .hasValue("250000000");
    assertThat(server.get("/api/v1/usage", A).body())
        .startsWith("{\"replicas\":4,")
        .contains("\"queryRequestsPerSecond\":{\"limit\":8,\"share\":2,")
        .contains("\"concurrentQueries\":{\"limit\":10,\"share\":3,");
    HttpResponse<String> stale =
        send(internal("replicas").PUT(BodyPublishers.ofString("{\"sequence\":0,\"replicas\":1}")));
    assertError(stale, 409, "VERSION_CONFLICT");
    assertThat(usage()).startsWith("{\"replicas\":4,");
  }

  private HttpRequest.Builder internal(String path) {
    String address = "http://127.0.0.1:" + server.internalPort() + "/internal/v1/";
    return HttpRequest.newBuilder(URI.create(address + path));
  }

  private String put(String path, String json) throws Exception {
    return call(internal(path).PUT(BodyPublishers.ofString(json)));
  }

  private String usage() throws Exception {
    return usage("");
  }

  private String usage(String parameters) throws Exception {
    return call(internal("usage" + parameters));
  }

  private String call(HttpRequest.Builder request) throws Exception {
    HttpResponse<String> reply = send(request);
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return reply.body();
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return server.send(request.header("Authorization", "Bearer " + SECRET));
  }
}
