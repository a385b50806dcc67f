// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.assertError;
import static io.luminate.server.http.RunningServer.batch;
import static io.luminate.server.http.RunningServer.now;
import static io.luminate.server.http.RunningServer.point;
import static io.luminate.server.http.RunningServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Writing over a socket; every test has tenants of its own. */
final class WriteApiTest {
  private static RunningServer server;

  @BeforeAll
  static void start() throws Exception {
    server = new RunningServer(Map.of());
  }

  @AfterAll
  static void stop() {
    server.close();
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

  /** With all their texts, those of some dozen clients with wrong clocks filled a heap. */
  @Test
  void write_thousandsRejected_aThousandAreListed() throws Exception {
    String[] points = new String[2_501];
    Arrays.fill(points, point("ok", 1, 1, "{}"));
    assertListed(write("many", points), 400, "[[1000,2500]]");
    points[0] = point("ok", now(), 1, "{}");
    points[2_000] = points[0];
    HttpResponse<String> partial = write("many", points);
    assertListed(partial, 207, "[[1001,1999],[2001,2500]]");
    assertThat(partial.body())
        .startsWith("{\"accepted\":2,\"rejected\":2499,\"errors\":[{\"index\":1,");
  }

  private static void assertListed(HttpResponse<String> reply, int status, String others) {
    assertThat(reply.statusCode()).isEqualTo(status);
    assertThat(reply.body().split("\"error\":\"timestamp too old", -1)).hasSize(1 + 1_000);
    assertThat(reply.body()).contains("\"errors_omitted\":{\"INVALID_TIMESTAMP\":" + others + "}");
  }

  @Test
  void write_malformed_andTooMany_are400() throws Exception {
    assertError(server.post("/api/v1/write", token("bad"), "{\"metrics\":["), 400, "INVALID_JSON");
    String[] points = new String[10_001];
    Arrays.fill(points, "{}");
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

  private static HttpResponse<String> write(String tenant, String... points) throws Exception {
    return server.post("/api/v1/write", token(tenant), batch(points));
  }

  private static HttpResponse<String> query(String token, String fields) throws Exception {
    return server.post("/api/v1/query", token, "{" + fields.replace('\'', '"') + "}");
  }

  /** It is JSON, so it does not end too early. */
  @Test
  void bodyWithoutMetrics_isToldSo() throws Exception {
    for (String body : new String[] {"{}", "{\"a\":1}", " { } "}) {
      HttpResponse<String> reply = server.post("/api/v1/write", token("t"), body);
      assertError(reply, 400, "INVALID_JSON");
      assertThat(reply.body())
          .contains("\"message\":\"the field metrics is missing at byte " + body.length() + "\"");
    }
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }
}
