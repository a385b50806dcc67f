// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.assertError;
import static io.luminate.server.http.RunningServer.batch;
import static io.luminate.server.http.RunningServer.now;
import static io.luminate.server.http.RunningServer.point;
import static io.luminate.server.http.RunningServer.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.model.TenantId;
import io.luminate.server.limits.LimitsFile;
import io.luminate.server.limits.document.DocumentReader;
import io.luminate.server.limits.document.LimitsDocument;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The port of an operator, over sockets. */
final class InternalPortTest {
  private static final String SECRET = "internal-0123456789abcdef0123456789";
  private static final String CONFIG = "/internal/v1/config";
  private static final String REPLICAS = "/internal/v1/replicas";
  private static final String USAGE = "/internal/v1/usage";
  private static final String WELL = "\"storage\":{\"status\":\"healthy\"}";
  private static final String A = token("a");
  private static final String B = token("b");

  @TempDir private Path folder;
  private Path tokenFile;
  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    tokenFile = Files.writeString(folder.resolve("current"), SECRET);
    server =
        new RunningServer(Map.of("LUMINATE_MANAGEMENT_INTERNAL_TOKEN_FILE", tokenFile.toString()));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpResponse<String> call(String method, String path, String secret, byte[] body)
      throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.internalPort() + path);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).method(method, BodyPublishers.ofByteArray(body));
    return server.send(
        secret.isEmpty() ? request : request.header("Authorization", "Bearer " + secret));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return call("GET", path, SECRET, new byte[0]);
  }

  private HttpResponse<String> put(String path, String json) throws Exception {
    return call("PUT", path, SECRET, json.getBytes(StandardCharsets.UTF_8));
  }

  private void push(int version, String fields) throws Exception {
    HttpResponse<String> reply = put(CONFIG, "{\"version\":" + version + "," + fields + "}");
    assertThat(reply.body()).isEqualTo("{\"version\":" + version + ",\"changed\":true}");
    assertThat(reply.statusCode()).isEqualTo(200);
  }

  /** A limit of tenant a. */
  private static String ofA(String section, String field, String value) {
    return "\"tenants\":{\"a\":{\"%s\":{\"%s\":%s}}}".formatted(section, field, value);
  }

  private HttpResponse<String> write(String token) throws Exception {
    return server.post("/api/v1/write", token, batch(point("m", now(), 1, "{}")));
  }

  private HttpResponse<String> query(String token, String range) throws Exception {
    String json =
        "{\"queryType\":\"range\",\"metricName\":\"m\",\"timeRange\":{\"relative\":\"%s\"}}";
    return server.post("/api/v1/query", token, json.formatted(range));
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  @Test
  void everyPath_wantsTheToken() throws Exception {
    byte[] body = "{\"version\":1,\"sequence\":1,\"replicas\":2}".getBytes(StandardCharsets.UTF_8);
    for (String request :
        List.of(
            "GET " + CONFIG,
            "PUT " + CONFIG,
            "PUT " + REPLICAS,
            "GET " + USAGE,
            "GET /internal/v1/none",
            "GET /live",
            "DELETE /")) {
      String[] parts = request.split(" ");
      for (String secret : List.of("", "wrong", SECRET + "x", token("a"))) {
        HttpResponse<String> reply = call(parts[0], parts[1], secret, body);
        assertError(reply, 401, "UNAUTHORIZED");
        assertThat(reply.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
      }
    }
    assertThat(server.limits().state().received()).isEmpty();
    assertThat(server.limits().replicas()).isEqualTo(1);
  }

  @Test
  void withoutTokenFile_thereIsNoPort() throws Exception {
    try (RunningServer without = new RunningServer(Map.of())) {
      assertThatThrownBy(without::internalPort).isInstanceOf(NoSuchElementException.class);
    }
    assertError(server.get(CONFIG, A), 404, "NOT_FOUND");
    assertThat(server.management(CONFIG).statusCode()).isEqualTo(404);
  }

  @Test
  void tokens_areRotated_whileTheServerRuns() throws Exception {
    String next = "next-0123456789abcdef0123456789abcdef";
    Files.writeString(folder.resolve("previous"), SECRET);
    Files.writeString(tokenFile, next);
    assertThat(get(CONFIG).statusCode()).isEqualTo(200);
    assertThat(call("GET", CONFIG, next, new byte[0]).statusCode()).isEqualTo(200);
    Files.delete(folder.resolve("previous"));
    assertThat(get(CONFIG).statusCode()).isEqualTo(401);
    assertThat(call("GET", CONFIG, next, new byte[0]).statusCode()).isEqualTo(200);
  }

  @Test
  void otherMethods_areToldWhichThereAre() throws Exception {
    assertMethods("POST", CONFIG, "GET, HEAD, PUT");
    assertMethods("DELETE", CONFIG, "GET, HEAD, PUT");
    assertMethods("GET", REPLICAS, "PUT");
    assertMethods("PUT", USAGE, "GET, HEAD");
  }

  private void assertMethods(String method, String path, String allowed) throws Exception {
    HttpResponse<String> reply = call(method, path, SECRET, new byte[0]);
    assertError(reply, 405, "METHOD_NOT_ALLOWED");
    assertThat(reply.headers().firstValue("Allow")).hasValue(allowed);
  }

  @Test
  void wrongParameters_areRefused() throws Exception {
    for (String path :
        List.of(
            CONFIG + "?documents=false",
            CONFIG + "?document=maybe",
            CONFIG + "?document=false&document=false",
            USAGE + "?limit=0",
            USAGE + "?limit=10001",
            USAGE + "?limit=x",
            USAGE + "?after=%ff%fe",
            USAGE + "?near=maybe",
            USAGE + "?tenant=a")) {
      assertError(get(path), 400, "INVALID_REQUEST");
    }
  }

  @Test
  void unknownPath_isNotFound() throws Exception {
    assertError(get("/internal/v1/"), 404, "NOT_FOUND");
    assertError(get("/"), 404, "NOT_FOUND");
  }

  @Test
  void config_beforeAndAfterAPush() throws Exception {
    assertThat(get(CONFIG).body())
        .endsWith("\"replicas\":{\"replicas\":1},\"fileGood\":true," + WELL + "}");
    push(7, ofA("queryLimits", "maxQueryTimeout", "\"90s\"") + ",\"oops\":1");
    String status = get(CONFIG).body();
    assertThat(status)
        .contains("\"version\":7,\"way\":\"push\",\"from\":\"127.0.0.1\",\"sha256\":\"")
        .contains("\"tenants\":1,\"ignored\":[\"oops\"]")
        .endsWith(
            "\"document\":{\"version\":7,\"defaults\":{},\"tenants\":{\"a\":"
                + "{\"queryLimits\":{\"maxQueryTimeout\":\"90s\"}}}}}")
        .doesNotContain("lastError");
    assertThat(get(CONFIG + "?document=false").body())
        .contains("\"version\":7,")
        .doesNotContain("\"document\"");
    assertThat(server.management("/metrics").body()).contains("luminate_limits_version 7.0");
    assertThat(call("HEAD", CONFIG, SECRET, new byte[0]).statusCode()).isEqualTo(200);
  }

  @Test
  void push_versions_areAnOrder() throws Exception {
    push(7, ofA("rateLimits", "metricsPerSecond", "7"));
    String same = "{\"version\":7," + ofA("rateLimits", "metricsPerSecond", "7") + "}";
    HttpResponse<String> again = put(CONFIG, same);
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(again.body()).isEqualTo("{\"version\":7,\"changed\":false}");
    HttpResponse<String> zipped =
        call("PUT", CONFIG, SECRET, gzip(same.getBytes(StandardCharsets.UTF_8)));
    assertThat(zipped.body()).isEqualTo("{\"version\":7,\"changed\":false}");
    HttpResponse<String> older = put(CONFIG, "{\"version\":6}");
    assertError(older, 409, "VERSION_CONFLICT");
    assertThat(older.body()).contains("\"details\":{\"received\":6,\"version\":7}");
    HttpResponse<String> other = put(CONFIG, "{\"version\":7}");
    assertError(other, 409, "VERSION_CONFLICT");
    assertThat(other.body()).contains("\"details\":{\"received\":7,\"version\":7}");
    push(8, "\"defaults\":{}");
  }

  @Test
  void push_faults_areRefusedWhole_andRemembered() throws Exception {
    push(1, ofA("rateLimits", "writeRequestsPerSecond", "5"));
    HttpResponse<String> refused =
        put(
            CONFIG,
            "{\"version\":2,\"defaults\":{\"rateLimits\":{\"writeRequestsPerSecond\":6}},"
                + ofA("rateLimits", "writeRequestsPerSecond", "-1")
                + "}");
    assertError(refused, 400, "INVALID_LIMITS");
    assertThat(refused.body())
        .contains(
            "\"details\":{\"allowed\":\"a whole number from 0 to 1000000000\","
                + "\"field\":\"tenants.a.rateLimits.writeRequestsPerSecond\","
                + "\"received\":\"-1\"}");
    assertError(put(CONFIG, "{"), 400, "INVALID_LIMITS");
    assertError(put(CONFIG, ""), 400, "INVALID_LIMITS");
    HttpResponse<String> unversioned = put(CONFIG, "{\"tenants\":{}}");
    assertError(unversioned, 400, "INVALID_LIMITS");
    assertThat(unversioned.body()).contains("version is missing");
    assertThat(get(CONFIG).body())
        .contains("\"version\":1,")
        .contains("\"lastError\":{\"way\":\"push\",\"from\":\"127.0.0.1\",\"at\":\"")
        .contains("\"message\":\"version is missing\"}");
    assertThat(server.management("/metrics").body())
        .contains("luminate_limits_refused_total{way=\"push\"} 4.0")
        .contains("luminate_limits_refused_total{way=\"file\"} 0.0")
        .contains("luminate_limits_version 1.0");
    assertThat(server.limits().of(new TenantId("b")).rates())
        .isEqualTo(server.limits().state().others().rates());
  }

  @Test
  void push_tooLarge_isRefused_sentOrInflated() throws Exception {
    byte[] large = new byte[DocumentReader.BYTES_MAX + 1];
    assertError(call("PUT", CONFIG, SECRET, gzip(large)), 413, "BATCH_TOO_LARGE");
    assertError(call("PUT", CONFIG, SECRET, large), 413, "BATCH_TOO_LARGE");
    assertThat(get(CONFIG).body()).contains("at most 16777216 bytes, got 16777217");
    assertError(put(REPLICAS, " ".repeat(5_000)), 413, "BATCH_TOO_LARGE");
  }

  @Test
  void file_thatVanished_isToldAndCounted() throws Exception {
    Path file = Files.writeString(folder.resolve("limits.yaml"), "tenants: {a: {}}");
    LimitsFile watched = LimitsFile.open(file, server.limits());
    String from = "\"from\":\"" + file + "\"";
    assertThat(get(CONFIG).body()).contains("\"way\":\"file\"," + from, "\"fileGood\":true");
    Files.delete(file);
    watched.poll();
    assertThat(get(CONFIG).body())
        .contains("\"fileGood\":false," + WELL + ",\"lastError\":{\"way\":\"file\"," + from)
        .contains("\"message\":\"there is no such file\"},\"document\":{\"defaults\":{},")
        .contains("\"tenants\":{\"a\":{}}");
    assertThat(server.management("/metrics").body())
        .contains("luminate_limits_refused_total{way=\"file\"} 1.0")
        .contains("luminate_limits_file_good 0.0");
  }

  @Test
  void headers_areBounded() throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.internalPort() + CONFIG);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .header("Authorization", "Bearer " + SECRET)
            .header("X-Large", "x".repeat(130 << 10));
    assertError(server.send(request), 431, "HEADERS_TOO_LARGE");
  }

  /** As many tenants as there may be, read, counted and told again. */
  @Test
  void mostTenants_areTakenAndTold() throws Exception {
    StringBuilder json = new StringBuilder("{\"version\":1,\"tenants\":{\"a\":{}");
    for (int i = 1; i < LimitsDocument.TENANTS_MAX; i++) {
      json.append(",\"t").append(i).append("\":{\"rateLimits\":{\"metricsPerSecond\":1}}");
    }
    HttpResponse<String> taken = put(CONFIG, json.append("}}").toString());
    assertThat(taken.statusCode()).as(taken.body()).isEqualTo(200);
    String told = get(CONFIG).body();
    assertThat(told).contains("\"tenants\":200000,").contains("\"t199999\":{\"rateLimits\"");
    String document = told.substring(told.indexOf("\"document\":") + 11, told.length() - 1);
    assertThat(DocumentReader.read(document.getBytes(StandardCharsets.UTF_8)).tenants())
        .hasSize(LimitsDocument.TENANTS_MAX);
  }

  @Test
  void pushedRates_countForTheNextRequest_ofThatTenant() throws Exception {
    assertThat(write(A).statusCode()).isEqualTo(200);
    push(1, ofA("rateLimits", "writeRequestsPerSecond", "0"));
    assertError(write(A), 429, "RATE_LIMIT_EXCEEDED");
    assertThat(write(B).statusCode()).isEqualTo(200);
    push(2, ofA("rateLimits", "metricsPerSecond", "0"));
    assertError(write(A), 429, "RATE_LIMIT_EXCEEDED");
    assertThat(write(B).statusCode()).isEqualTo(200);
    push(3, ofA("rateLimits", "queryRequestsPerSecond", "0"));
    assertThat(write(A).statusCode()).isEqualTo(200);
    assertError(server.get("/api/v1/metrics", A), 429, "RATE_LIMIT_EXCEEDED");
    assertThat(server.get("/api/v1/metrics", B).statusCode()).isEqualTo(200);
    push(4, "\"tenants\":{}");
    assertThat(server.get("/api/v1/metrics", A).statusCode()).isEqualTo(200);
  }

  @Test
  void pushedQueryLimits_countForThatTenant() throws Exception {
    push(1, ofA("queryLimits", "maxQueryTimeRange", "\"1h\""));
    HttpResponse<String> refused = query(A, "2h");
    assertError(refused, 400, "INVALID_QUERY");
    assertThat(refused.body()).contains("max_query_time_range", "3600000");
    assertThat(query(A, "1h").statusCode()).isEqualTo(200);
    assertThat(query(B, "2h").statusCode()).isEqualTo(200);
    push(2, ofA("rateLimits", "concurrentQueries", "0"));
    HttpResponse<String> none = query(A, "1h");
    assertError(none, 429, "RATE_LIMIT_EXCEEDED");
    assertThat(none.body())
        .contains("\"limit\":\"concurrent_queries\",\"received\":1,\"share\":0,\"value\":0");
    assertThat(query(B, "2h").statusCode()).isEqualTo(200);
  }

  @Test
  void replicas_shareTheRates() throws Exception {
    push(1, ofA("rateLimits", "writeRequestsPerSecond", "10"));
    assertThat(write(A).headers().firstValueAsLong("X-RateLimit-Limit")).hasValue(10);
    assertThat(put(REPLICAS, "{\"sequence\":5,\"replicas\":4}").body())
        .isEqualTo("{\"sequence\":5,\"replicas\":4}");
    assertThat(write(A).headers().firstValueAsLong("X-RateLimit-Limit")).hasValue(3);
    HttpResponse<String> older = put(REPLICAS, "{\"sequence\":4,\"replicas\":1}");
    assertError(older, 409, "VERSION_CONFLICT");
    assertThat(older.body()).contains("\"details\":{\"received\":4,\"sequence\":5}");
    assertError(put(REPLICAS, "{\"sequence\":5,\"replicas\":1}"), 409, "VERSION_CONFLICT");
    assertThat(put(REPLICAS, "{\"sequence\":5,\"replicas\":4}").statusCode()).isEqualTo(200);
    assertThat(get(CONFIG).body()).contains("\"replicas\":{\"sequence\":5,\"replicas\":4}");
    assertThat(put(REPLICAS, "{\"sequence\":6,\"replicas\":1}").statusCode()).isEqualTo(200);
    assertThat(write(A).headers().firstValueAsLong("X-RateLimit-Limit")).hasValue(10);
  }

  @Test
  void replicas_faults_areRefused() throws Exception {
    for (String json :
        List.of(
            "",
            "[]",
            "{}",
            "{\"sequence\":1}",
            "{\"replicas\":1}",
            "{\"sequence\":1,\"replicas\":0}",
            "{\"sequence\":1,\"replicas\":10001}",
            "{\"sequence\":-1,\"replicas\":1}",
            "{\"sequence\":9007199254740992,\"replicas\":1}",
            "{\"sequence\":1,\"replicas\":1.5}",
            "{\"sequence\":\"1\",\"replicas\":1}",
            "{\"sequence\":1,\"replicas\":1,\"more\":1}")) {
      assertError(put(REPLICAS, json), 400, "INVALID_REQUEST");
    }
    assertThat(server.limits().sharing().isCounted()).isFalse();
  }

  @Test
  void usage_ofEveryTenantSeenLately() throws Exception {
    assertThat(get(USAGE).body())
        .startsWith("{\"replicas\":1,\"tenants\":{},\"truncated\":false,\"store\":{\"series\":0,");
    push(1, ofA("rateLimits", "writeRequestsPerSecond", "0"));
    write(A);
    write(B);
    put(REPLICAS, "{\"sequence\":1,\"replicas\":3}");
    String usage = get(USAGE).body();
    assertThat(usage)
        .contains(
            "\"a\":{\"writeRequestsPerSecond\":{\"limit\":0,\"share\":0,\"used\":0.0,\"left\":0},")
        .contains("\"concurrentQueries\":{\"limit\":10,\"share\":4,\"used\":0,\"left\":4},")
        .contains(
            "\"maxUniqueSeriesPerMetric\":{\"limit\":1000000,\"used\":1,\"left\":999999,"
                + "\"largestMetrics\":[{\"metric\":\"m\",\"used\":1,\"left\":999999}]},"
                + "\"maxMetricsPerTenant\":{\"limit\":1000,\"used\":1,\"left\":999},")
        .contains("\"b\":{\"writeRequestsPerSecond\":{\"limit\":1000000000,\"share\":333333334,")
        .contains("\"truncated\":false,\"store\":{\"series\":1,\"points\":1,")
        .contains("\"largestMetrics\":[{\"tenant\":\"b\",\"metric\":\"m\",\"series\":1}]");
    assertThat(get(USAGE + "?limit=1").body())
        .contains("\"tenants\":{\"a\":")
        .doesNotContain("\"b\":{")
        .contains("\"truncated\":true");
    assertThat(get(USAGE + "?limit=1&after=a").body())
        .contains("\"tenants\":{\"b\":")
        .contains("\"truncated\":false");
  }

  /** Lower limits get in while a store is slow to say what it holds. */
  @Test
  void usage_waitsForTheStore_withoutThePortsThreads() throws Exception {
    ScriptedStore slow = new ScriptedStore();
    CompletableFuture<Void> answer = new CompletableFuture<>();
    slow.beforeFigures = answer::join;
    server.close();
    server =
        new RunningServer(
            slow, Map.of("LUMINATE_MANAGEMENT_INTERNAL_TOKEN_FILE", tokenFile.toString()));
    URI uri = URI.create("http://127.0.0.1:" + server.internalPort() + USAGE);
    HttpRequest question =
        HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + SECRET).build();
    List<CompletableFuture<HttpResponse<String>>> replies = new ArrayList<>();
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      for (int i = 0; i < 20; i++) {
        replies.add(client.sendAsync(question, BodyHandlers.ofString()));
      }
      while (replies.stream().filter(CompletableFuture::isDone).count() < 4) {
        Thread.sleep(1);
      }
      push(1, ofA("rateLimits", "writeRequestsPerSecond", "0"));
      assertError(write(A), 429, "RATE_LIMIT_EXCEEDED");
      answer.complete(null);
      List<Integer> statuses = new ArrayList<>();
      for (CompletableFuture<HttpResponse<String>> reply : replies) {
        statuses.add(reply.get().statusCode());
      }
      assertThat(statuses).hasSize(20).isSubsetOf(200, 503);
      assertThat(statuses.stream().filter(status -> status == 503)).hasSize(4);
    }
  }

  private HttpResponse<String> cleanUp() throws Exception {
    return call("POST", "/internal/v1/retention/run", SECRET, new byte[0]);
  }

  @Test
  void document_withRetention_isTheOnlySource() throws Exception {
    String change = "{\"metric_name\":\"m\",\"retention_days\":7}";
    assertThat(server.post("/api/v1/admin/retention", A, change).statusCode()).isEqualTo(200);
    push(1, "\"retention\":{\"default\":\"2d\"}");
    HttpResponse<String> refused = server.post("/api/v1/admin/retention", A, change);
    assertError(refused, 403, "FORBIDDEN");
    assertThat(refused.body()).contains("version 1").contains("\"resource\":\"RetentionPolicy\"");
    push(2, "\"retention\":null");
    assertThat(server.post("/api/v1/admin/retention", A, change).statusCode()).isEqualTo(200);
  }

  @Test
  void document_shorterRetention_clipsAtOnceAndOfItsTenantAlone() throws Exception {
    long old = now() - 3 * 86_400_000L;
    for (String token : List.of(A, B)) {
      String body = batch(point("m", old, 1, "{}"));
      assertThat(server.post("/api/v1/write", token, body).statusCode()).isEqualTo(200);
    }
    push(
        1,
        "\"retention\":{\"policies\":[{\"name\":\"p\",\"tenant\":\"a\","
            + "\"metricPattern\":\"m*\",\"retention\":\"2d\"}]}");
    String query =
        "{\"queryType\":\"aggregate\",\"metricName\":\"m\",\"aggregation\":\"count\","
            + "\"timeRange\":{\"relative\":\"7d\"}}";
    assertThat(server.post("/api/v1/query", A, query).body()).contains("\"results\":[]");
    assertThat(server.post("/api/v1/query", B, query).body()).contains("\"count\":1");
    assertThat(get("/internal/v1/retention").body())
        .startsWith("{\"documentVersion\":1,\"waiting\":[{\"tenant\":\"a\",")
        .contains("\"metricPattern\":\"m*\",\"retention\":\"30d\",\"bytesUntil\":\"");
    assertThat(cleanUp().body()).startsWith("{\"freed\":{\"parts\":0,\"points\":0,\"bytes\":0},");
    push(
        2,
        "\"retention\":{\"held\":[],\"policies\":[{\"name\":\"p\",\"tenant\":\"a\","
            + "\"metricPattern\":\"m*\",\"retention\":\"2d\"}]}");
    assertThat(cleanUp().body())
        .isEqualTo(
            "{\"freed\":{\"parts\":0,\"points\":1,\"bytes\":0},\"documentVersion\":2,\"waiting\":[]}");
  }

  @Test
  void retention_methodsAndTokens() throws Exception {
    assertError(call("POST", "/internal/v1/retention/run", "", new byte[0]), 401, "UNAUTHORIZED");
    assertThat(get("/internal/v1/retention/run").statusCode()).isEqualTo(405);
    assertThat(put("/internal/v1/retention", "").statusCode()).isEqualTo(405);
    assertThat(get("/internal/v1/retention?x=1").statusCode()).isEqualTo(400);
  }
}
