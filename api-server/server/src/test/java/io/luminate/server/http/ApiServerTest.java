// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The API over a socket; every test has tenants of its own. */
final class ApiServerTest {
  private static RunningServer server;

  @BeforeAll
  static void start() throws Exception {
    server = new RunningServer(Map.of("LUMINATE_SERVER_READ_TIMEOUT", "2s"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String token(String tenant) {
    return tenant + ":" + RunningServer.ALL;
  }

  private static String point(String name, long timestamp, double value, String dimensions) {
    return "{\"name\":\"%s\",\"timestamp\":%d,\"value\":%s,\"dimensions\":%s}"
        .formatted(name, timestamp, value, dimensions);
  }

  private static String batch(String... points) {
    return "{\"metrics\":[" + String.join(",", points) + "]}";
  }

  private static long now() {
    return System.currentTimeMillis();
  }

  private static HttpResponse<String> write(String tenant, String... points) throws Exception {
    return server.post("/api/v1/write", token(tenant), batch(points));
  }

  private static HttpResponse<String> query(String token, String fields) throws Exception {
    return server.post("/api/v1/query", token, "{" + fields.replace('\'', '"') + "}");
  }

  private static void assertError(HttpResponse<String> reply, int status, String code) {
    assertThat(reply.body()).startsWith("{\"error\":{\"code\":\"" + code + "\",\"message\":");
    assertThat(reply.statusCode()).isEqualTo(status);
    assertThat(reply.headers().firstValue("X-Request-Id")).isPresent();
    assertThat(reply.headers().firstValue("Content-Type")).hasValue("application/json");
  }

  @Test
  void write_thenQuery_answers() throws Exception {
    long t = now() - 60_000;
    HttpResponse<String> written =
        write(
            "basic",
            point("lat", t, 1, "{\"c\":\"a\"}"),
            point("lat", t, 3, "{\"c\":\"a\"}"),
            point("lat", t + 1, 10, "{\"c\":\"b\"}"));
    assertThat(written.body()).isEqualTo("{\"accepted\":3,\"rejected\":0,\"errors\":[]}");
    assertThat(written.statusCode()).isEqualTo(200);
    HttpResponse<String> avg =
        query(
            token("basic"),
            "'queryType':'aggregate','metricName':'lat','timeRange':{'relative':'1h'},"
                + "'aggregation':'avg','groupBy':['c']");
    assertThat(avg.body())
        .startsWith(
            "{\"queryType\":\"aggregate\",\"results\":["
                + "{\"groupKey\":{\"c\":\"b\"},\"value\":10.0,\"count\":1},"
                + "{\"groupKey\":{\"c\":\"a\"},\"value\":2.0,\"count\":2}],"
                + "\"truncated\":false,\"totalGroups\":2,\"executionTimeMs\":")
        .contains("\"stats\":{\"series\":2,\"points\":3,");
  }

  @Test
  void range_pagesByCursor() throws Exception {
    long t = now() - 60_000;
    write(
        "pages",
        point("m", t, 1, "{}"),
        point("m", t, 1, "{}"),
        point("m", t + 1, 2, "{\"c\":\"é\"}"));
    String fields =
        "'queryType':'range','metricName':'m','limit':1,'timeRange':{'start':%d,'end':%d}"
            .formatted(t, t + 1);
    HttpResponse<String> page = query(token("pages"), fields);
    StringBuilder all = new StringBuilder();
    for (int pages = 1; ; pages++) {
      assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
      all.append(page.body(), page.body().indexOf('['), page.body().indexOf(']') + 1);
      if (!page.body().contains("\"cursor\":")) {
        assertThat(pages).isEqualTo(3);
        break;
      }
      String cursor = page.body().replaceAll(".*\"cursor\":\"([^\"]*)\".*", "$1");
      page = query(token("pages"), fields + ",'cursor':'" + cursor + "'");
      assertError(
          query(token("pages"), fields.replace("'m'", "'n'") + ",'cursor':'" + cursor + "'"),
          400,
          "INVALID_QUERY");
    }
    String point = "[{\"timestamp\":%d,\"value\":%s,\"dimensions\":{%s}}]";
    assertThat(all.toString())
        .isEqualTo(
            point.formatted(t, "1.0", "").repeat(2) + point.formatted(t + 1, "2.0", "\"c\":\"é\""));
  }

  @Test
  void aggregateAndRate_withInterval_markPartialBuckets() throws Exception {
    long t = now();
    write("buckets", point("n", t - 10, 1, "{}"), point("n", t - 5, 4, "{}"));
    String range = "'metricName':'n','timeRange':{'start':%d,'end':%d}".formatted(t - 20, t);
    HttpResponse<String> sum =
        query(
            token("buckets"),
            "'queryType':'aggregate','aggregation':'sum','interval':'1w'," + range);
    long week = 7 * 24 * 3_600_000L;
    assertThat(sum.body())
        .contains(
            "{\"timestamp\":%d,\"groupKey\":{},\"value\":5.0,\"count\":2,\"partial\":true}"
                .formatted((t - 5) / week * week));
    HttpResponse<String> rate =
        query(token("buckets"), "'queryType':'rate','interval':'1w'," + range);
    assertThat(rate.body()).contains("\"rate\":" + 3.0 / (week / 1000) + ",\"partial\":true}");
  }

  @Test
  void aggregate_overflow_isNull() throws Exception {
    long t = now();
    write("huge", point("n", t, 1.7e308, "{}"), point("n", t, 1.7e308, "{}"));
    HttpResponse<String> sum =
        query(
            token("huge"),
            "'queryType':'aggregate','aggregation':'sum','metricName':'n',"
                + "'timeRange':{'relative':'1h'}");
    assertThat(sum.body()).contains("\"value\":null,\"overflow\":true");
  }

  @Test
  void write_someRejected_is207() throws Exception {
    HttpResponse<String> reply =
        write("partial", point("ok", now(), 1, "{}"), point("ok", 1, 1, "{}"));
    assertThat(reply.statusCode()).isEqualTo(207);
    assertThat(reply.body())
        .startsWith(
            "{\"accepted\":1,\"rejected\":1,\"errors\":[{\"index\":1,\"metric\":\"ok\","
                + "\"code\":\"INVALID_TIMESTAMP\",\"error\":\"timestamp too old");
  }

  @Test
  void write_allRejected_is400WithTheFirstCode() throws Exception {
    HttpResponse<String> reply =
        write("none", point("1x", now(), 1, "{}"), point("ok", 1, 1, "{}"));
    assertError(reply, 400, "INVALID_METRIC_NAME");
    assertThat(reply.body()).contains("\"errors\":[{", "\"index\":1", "\"pattern\":");
  }

  @Test
  void write_malformed_andTooMany_are400() throws Exception {
    assertError(server.post("/api/v1/write", token("bad"), "{\"metrics\":["), 400, "INVALID_JSON");
    String[] points = new String[10_001];
    java.util.Arrays.fill(points, "{}");
    HttpResponse<String> reply = write("bad", points);
    assertError(reply, 400, "BATCH_TOO_LARGE");
    assertThat(reply.body()).contains("\"max_batch_size\":10000,\"received\":10001");
  }

  @Test
  void write_compressed_isStored() throws Exception {
    byte[] json = batch(point("z", now(), 1, "{}")).getBytes(StandardCharsets.UTF_8);
    String path = "/api/v1/write";
    String token = token("packed");
    assertThat(server.post(path, token, gzip(json), "Content-Encoding", "gzip").statusCode())
        .isEqualTo(200);
    assertThat(
            server.post(path, token, Zstd.compress(json), "Content-Encoding", "zstd").statusCode())
        .isEqualTo(200);
    assertError(
        server.post(path, token, json, "Content-Encoding", "gzip"), 400, "INVALID_ENCODING");
    assertError(
        server.post(path, token, json, "Content-Encoding", "zstd"), 400, "INVALID_ENCODING");
    assertError(
        server.post(path, token, json, "Content-Encoding", "br"), 415, "UNSUPPORTED_MEDIA_TYPE");
  }

  @Test
  void write_bombs_andLargeBodies_are413() throws Exception {
    byte[] zeros = new byte[(64 << 20) + 1];
    String path = "/api/v1/write";
    String token = token("bombs");
    assertError(
        server.post(path, token, gzip(zeros), "Content-Encoding", "gzip"), 413, "BATCH_TOO_LARGE");
    assertError(
        server.post(path, token, Zstd.compress(zeros), "Content-Encoding", "zstd"),
        413,
        "BATCH_TOO_LARGE");
    assertError(server.post(path, token, new byte[(10 << 20) + 1]), 413, "BATCH_TOO_LARGE");
    HttpRequest.Builder chunked =
        server
            .request(path, token)
            .POST(
                BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(new byte[(10 << 20) + 1])));
    assertError(server.send(chunked), 413, "BATCH_TOO_LARGE");
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  @Test
  void write_sameIdempotencyKey_storesOnce() throws Exception {
    byte[] body =
        batch(point("k", now(), 1, "{}"), point("k", 1, 1, "{}")).getBytes(StandardCharsets.UTF_8);
    String path = "/api/v1/write";
    HttpResponse<String> first =
        server.post(path, token("keyed"), body, "Idempotency-Key", "order 1");
    HttpResponse<String> again =
        server.post(
            path,
            token("keyed"),
            gzip(body),
            "Idempotency-Key",
            "order 1",
            "Content-Encoding",
            "gzip");
    assertThat(first.statusCode()).isEqualTo(207);
    assertThat(again.statusCode()).isEqualTo(207);
    assertThat(again.body()).isEqualTo(first.body());
    HttpResponse<String> count =
        query(
            token("keyed"),
            "'queryType':'aggregate','aggregation':'count','metricName':'k',"
                + "'timeRange':{'relative':'1h'}");
    assertThat(count.body()).contains("\"count\":1}");
    byte[] other = batch(point("k", now(), 2, "{}")).getBytes(StandardCharsets.UTF_8);
    assertError(
        server.post(path, token("keyed"), other, "Idempotency-Key", "order 1"),
        400,
        "IDEMPOTENCY_KEY_REUSED");
    assertThat(server.post(path, token("keyed2"), other, "Idempotency-Key", "order 1").statusCode())
        .isEqualTo(200);
    assertError(
        server.post(path, token("keyed"), other, "Idempotency-Key", "x".repeat(129)),
        400,
        "INVALID_REQUEST");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'queryType':'sum' | queryType",
        "'queryType':'range' | metricName",
        "'queryType':'range','metricName':'m' | timeRange",
        "'queryType':'range','metricName':'m','timeRange':{'relative':'1y'} | timeRange.relative",
        "'queryType':'range','metricName':'m','timeRange':{'relative':'91d'} | max_query_time_range",
        "'queryType':'range','metricName':'m','timeRange':{'start':1} | timeRange.end",
        "'queryType':'range','metricName':'m','timeRange':{'start':2,'end':1} | timeRange.start",
        "'queryType':'range','metricName':'m','timeRange':{'start':'x','end':1} | timeRange.start",
        "'queryType':'range','metricName':'m','timeRange':{'start':1,'end':2,'relative':'1h'} | relative",
        "'queryType':'range','metricName':'m','timeRange':{'relative':'1h'},'limit':10001 | max_result_points",
        "'queryType':'range','metricName':'m','timeRange':{'relative':'1h'},'limit':0 | limit",
        "'queryType':'range','metricName':'m','timeRange':{'relative':'1h'},'limit':1e99 | limit",
        "'queryType':'range','metricName':'m','timeRange':{'relative':'1h'},'timeout':'31s' | max_query_timeout",
        "'queryType':'range','metricName':'m','timeRange':{'relative':'1h'},'groupBy':['a'] | groupBy",
        "'queryType':'range','metricName':'m','timeRange':{'relative':'1h'},'cursor':'abc' | cursor",
        "'queryType':'range','metricName':'m','timeRange':{'relative':'1h'},'colour':1 | colour",
        "'queryType':'range','metricName':'m','timeRange':{'relative':'1h'},'limit':1,'limit':1 | body",
        "'queryType':'range','metricName':'m','timeRange':{'relative':'1h'},'filters':{'_tenant_id':'x'} | _tenant_id",
        "'queryType':'range','metricName':'m','timeRange':{'relative':'1h'},'filters':{'a':[]} | filters.a",
        "'queryType':'range','metricName':'m','timeRange':{'relative':'1h'},'filters':{'a':1} | filters.a",
        "'queryType':'aggregate','metricName':'m','timeRange':{'relative':'1h'} | aggregation",
        "'queryType':'aggregate','metricName':'m','timeRange':{'relative':'1h'},'aggregation':'p42' | aggregation",
        "'queryType':'aggregate','metricName':'m','timeRange':{'relative':'1h'},'aggregation':'sum','limit':1001 | max_group_by_cardinality",
        "'queryType':'aggregate','metricName':'m','timeRange':{'relative':'1d'},'aggregation':'sum','interval':'1s' | max_result_points",
        "'queryType':'aggregate','metricName':'m','timeRange':{'relative':'1d'},'aggregation':'sum','interval':'1h','limit':1000 | max_result_points",
        "'queryType':'rate','metricName':'m','timeRange':{'relative':'1h'} | interval",
        "'queryType':'rate','metricName':'m','timeRange':{'relative':'1h'},'interval':'0m' | interval"
      })
  void query_outOfBounds_is400NamingTheField(String fields, String named) throws Exception {
    HttpResponse<String> reply = query(token("bounds"), fields);
    assertError(reply, 400, "INVALID_QUERY");
    assertThat(reply.body()).contains(named);
  }

  @Test
  void query_noMatch_isEmpty() throws Exception {
    assertThat(
            query(
                    token("empty"),
                    "'queryType':'aggregate','aggregation':'sum','metricName':'nope',"
                        + "'groupBy':['a'],'timeRange':{'relative':'90d'}")
                .body())
        .contains("\"results\":[],\"truncated\":false,\"totalGroups\":0");
  }

  @Test
  void discovery_isPerTenant_andByFrequency() throws Exception {
    long t = now();
    write(
        "disco",
        point("b", t, 1, "{\"k\":\"x\",\"path\":\"/a b\"}"),
        point("b", t, 1, "{\"k\":\"y\"}"),
        point("b", t, 2, "{\"k\":\"y\"}"),
        point("a", t, 1, "{}"));
    assertThat(server.get("/api/v1/metrics", token("disco")).body()).isEqualTo("[\"a\",\"b\"]");
    assertThat(server.get("/api/v1/metrics", token("disco2")).body()).isEqualTo("[]");
    assertThat(server.get("/api/v1/metrics/b/dimensions", token("disco")).body())
        .isEqualTo("[\"k\",\"path\"]");
    assertThat(server.get("/api/v1/metrics/b/dimensions", token("disco2")).body()).isEqualTo("[]");
    String values = "/api/v1/metrics/b/dimensions/k/values";
    HttpResponse<String> all = server.get(values, token("disco"));
    assertThat(all.body()).isEqualTo("[\"y\",\"x\"]");
    assertThat(all.headers().firstValue("X-Luminate-Truncated")).hasValue("false");
    HttpResponse<String> one = server.get(values + "?limit=1&prefix=", token("disco"));
    assertThat(one.body()).isEqualTo("[\"y\"]");
    assertThat(one.headers().firstValue("X-Luminate-Truncated")).hasValue("true");
    assertThat(server.get(values + "?prefix=x", token("disco")).body()).isEqualTo("[\"x\"]");
    assertThat(server.get(values, token("disco2")).body()).isEqualTo("[]");
    assertError(server.get(values + "?limit=10001", token("disco")), 400, "INVALID_QUERY");
    assertError(server.get(values + "?limit=x", token("disco")), 400, "INVALID_QUERY");
  }

  @Test
  void tenants_doNotSeeOrTouchEachOther() throws Exception {
    write("left", point("shared", now(), 1, "{\"c\":\"a\"}"));
    write("right", point("shared", now(), 2, "{\"c\":\"a\"}"));
    String count =
        "'queryType':'aggregate','aggregation':'sum','metricName':'shared',"
            + "'timeRange':{'relative':'1h'}";
    assertThat(query(token("left"), count).body()).contains("\"value\":1.0");
    assertThat(query(token("right"), count).body()).contains("\"value\":2.0");
    String range = "'queryType':'range','metricName':'shared','timeRange':{'relative':'1h'}";
    assertThat(query(token("left"), range).body()).contains("\"value\":1.0").doesNotContain("2.0");
    HttpResponse<String> deleted =
        server.delete("/api/v1/admin/metrics/shared?before=" + (now() + 3_600_000), token("left"));
    assertThat(deleted.statusCode()).isEqualTo(202);
    assertThat(deleted.body()).contains("\"operation_id\":", "\"status\":");
    assertThat(query(token("left"), count).body()).contains("\"results\":[]");
    assertThat(query(token("right"), count).body()).contains("\"value\":2.0");
  }

  @Test
  void pinnedToken_seesAndWritesItsOwnDataAlone() throws Exception {
    write("pins", point("m", now(), 1, "{\"c\":\"a\"}"), point("m", now(), 2, "{\"c\":\"b\"}"));
    String pinned = "pins:read,write,admin:c=a";
    String sum =
        "'queryType':'aggregate','aggregation':'sum','metricName':'m','timeRange':{'relative':'1h'}";
    assertThat(query(pinned, sum).body()).contains("\"value\":1.0");
    assertThat(query(pinned, sum + ",'filters':{'c':['a']}").body()).contains("\"value\":1.0");
    assertError(query(pinned, sum + ",'filters':{'c':'b'}"), 403, "FORBIDDEN");
    assertError(query(pinned, sum + ",'filters':{'c':['a','b']}"), 403, "FORBIDDEN");
    assertThat(server.get("/api/v1/metrics/m/dimensions/c/values", pinned).body())
        .isEqualTo("[\"a\"]");
    assertError(
        server.post("/api/v1/write", pinned, batch(point("m", now(), 2, "{\"c\":\"b\"}"))),
        400,
        "FORBIDDEN");
    assertThat(
            server
                .post("/api/v1/write", pinned, batch(point("m", now(), 2, "{\"c\":\"a\"}")))
                .statusCode())
        .isEqualTo(200);
    assertError(
        server.post(
            "/api/v1/admin/retention", pinned, "{\"metric_name\":\"m\",\"retention_days\":1}"),
        403,
        "FORBIDDEN");
  }

  @Test
  void retention_isKept_andChecked() throws Exception {
    write("keep", point("old", now() - 3 * 86_400_000L, 1, "{}"), point("old", now(), 2, "{}"));
    String path = "/api/v1/admin/retention";
    HttpResponse<String> reply =
        server.post(path, token("keep"), "{\"metric_name\":\"old\",\"retention_days\":1}");
    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.body())
        .startsWith("{\"metric_name\":\"old\",\"retention_days\":1,\"applied_at\":\"20");
    assertThat(
            query(
                    token("keep"),
                    "'queryType':'aggregate','aggregation':'count','metricName':'old',"
                        + "'timeRange':{'relative':'7d'}")
                .body())
        .contains("\"value\":1.0");
    assertError(
        server.post(path, token("keep"), "{\"metric_name\":\"old\",\"retention_days\":0}"),
        400,
        "INVALID_REQUEST");
    assertError(
        server.post(path, token("keep"), "{\"metric_name\":\"o-ld\",\"retention_days\":1}"),
        400,
        "INVALID_METRIC_NAME");
    assertError(server.delete("/api/v1/admin/metrics/old", token("keep")), 400, "INVALID_REQUEST");
  }

  @Test
  void scopes_areDemanded() throws Exception {
    String sum =
        "'queryType':'aggregate','aggregation':'sum','metricName':'m','timeRange':{'relative':'1h'}";
    assertError(query("t:write", sum), 403, "FORBIDDEN");
    assertError(query("", sum), 401, "UNAUTHORIZED");
    assertError(server.get("/api/v1/metrics", "t:write"), 403, "FORBIDDEN");
    assertError(server.post("/api/v1/write", "t:read", batch()), 403, "FORBIDDEN");
    HttpResponse<String> nobody = server.post("/api/v1/write", "", batch());
    assertError(nobody, 401, "UNAUTHORIZED");
    assertThat(nobody.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    assertError(server.delete("/api/v1/admin/metrics/m?before=1", "t:read"), 403, "FORBIDDEN");
    assertError(server.get("/metrics", "t:admin"), 403, "FORBIDDEN");
    assertThat(server.get("/metrics", "t:cluster_admin").body()).contains("luminate_up 1.0");
  }

  @Test
  void container_errorsHaveTheSameShape() throws Exception {
    assertError(server.get("/nothing", ""), 404, "NOT_FOUND");
    assertError(server.get("/api/v1/metrics/a/b/c", token("x")), 404, "NOT_FOUND");
    HttpResponse<String> method = server.get("/api/v1/query", token("x"));
    assertError(method, 405, "METHOD_NOT_ALLOWED");
    assertThat(method.headers().firstValue("Allow").orElse("")).contains("POST");
    HttpResponse<String> get = server.get("/api/v1/write", token("x"));
    assertError(get, 405, "METHOD_NOT_ALLOWED");
    assertThat(get.headers().firstValue("Allow")).hasValue("POST");
    for (String path : new String[] {"/api/v1/write", "/api/v1/query"}) {
      assertError(
          server.send(
              server
                  .request(path, token("x"))
                  .header("Content-Type", "text/csv")
                  .POST(BodyPublishers.ofString("{}"))),
          415,
          "UNSUPPORTED_MEDIA_TYPE");
    }
    assertError(
        server.send(server.request("/api/v1/health", "").header("X-Long", "x".repeat(200_000))),
        431,
        "HEADERS_TOO_LARGE");
    assertError(
        server.post("/api/v1/query", token("x"), "{\"a\":" + "[".repeat(1000)),
        400,
        "INVALID_QUERY");
  }

  @Test
  void requestId_isTakenOrMade() throws Exception {
    assertThat(
            server
                .send(server.request("/api/v1/health", "").header("X-Request-Id", "abc-1"))
                .headers()
                .firstValue("X-Request-Id"))
        .hasValue("abc-1");
    assertThat(
            server
                .send(server.request("/api/v1/health", "").header("X-Request-Id", "a b"))
                .headers()
                .firstValue("X-Request-Id")
                .orElse(""))
        .isNotEqualTo("a b");
  }

  @Test
  void health_andProbes() throws Exception {
    HttpResponse<String> health = server.get("/api/v1/health", "");
    assertThat(health.statusCode()).isEqualTo(200);
    assertThat(health.body())
        .startsWith(
            "{\"status\":\"healthy\",\"version\":\"1.2.3\",\"storage\":{\"backend\":\"rocksdb\","
                + "\"status\":\"healthy\",\"disk_used_bytes\":");
    assertThat(server.management("/live").statusCode()).isEqualTo(200);
    assertThat(server.management("/ready").statusCode()).isEqualTo(200);
    assertThat(server.management("/metrics").body()).contains("luminate_storage_health");
    assertError(server.management("/other"), 404, "NOT_FOUND");
  }

  @Test
  void http2_cleartext_writesAndQueries() throws Exception {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
    URI health = URI.create("http://127.0.0.1:" + server.port() + "/api/v1/health");
    client.send(HttpRequest.newBuilder(health).build(), BodyHandlers.ofString());
    StringBuilder points = new StringBuilder(point("h2", now(), 1, "{}"));
    for (int i = 0; i < 9_999; i++) {
      points.append(',').append(point("h2", now(), i, "{\"c\":\"" + i % 100 + "\"}"));
    }
    HttpResponse<String> written =
        client.send(
            server
                .request("/api/v1/write", token("h2"))
                .POST(BodyPublishers.ofString(batch(points.toString())))
                .build(),
            BodyHandlers.ofString());
    assertThat(written.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(written.body()).startsWith("{\"accepted\":10000,");
    HttpResponse<String> names =
        client.send(
            server.request("/api/v1/metrics", token("h2")).build(), BodyHandlers.ofString());
    assertThat(names.body()).isEqualTo("[\"h2\"]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GARBAGE\\r\\n\\r\\n | HTTP/1.1 400",
        "GET / HTTP/1.1\\r\\n\\r\\n | HTTP/1.1 400",
        "GET /api/v1/health HTTP/9.9\\r\\nHost: a\\r\\n\\r\\n | HTTP/1.1 400",
        "POST /api/v1/write HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: x\\r\\n\\r\\n | HTTP/1.1 400",
        "GET /%zz HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | HTTP/1.1 400"
      })
  void hostileBytes_areAnsweredInShape(String bytes, String statusLine) throws Exception {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      String text = bytes.strip().replace("\\r\\n", "\r\n");
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.shutdownOutput();
      String reply = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(reply).startsWith(statusLine).contains("{\"error\":{\"code\":\"INVALID_REQUEST\"");
    }
  }

  @Test
  void slowClient_isCutOff() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      String head =
          "POST /api/v1/write HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer slow:write\r\n"
              + "Content-Length: 1000\r\n\r\n{";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
      socket.setSoTimeout(30_000);
      InputStream in = socket.getInputStream();
      in.readAllBytes(); // Returns only because the server closes the connection.
      assertThat(in.read()).isEqualTo(-1);
    }
  }
}
