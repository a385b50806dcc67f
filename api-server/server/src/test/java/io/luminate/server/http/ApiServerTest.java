// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.assertError;
import static io.luminate.server.http.RunningServer.batch;
import static io.luminate.server.http.RunningServer.now;
import static io.luminate.server.http.RunningServer.point;
import static io.luminate.server.http.RunningServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Callers, containers and hostile bytes; every test has tenants of its own. */
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

  private static HttpResponse<String> write(String tenant, String... points) throws Exception {
    return server.post("/api/v1/write", token(tenant), batch(points));
  }

  private static HttpResponse<String> query(String token, String fields) throws Exception {
    return server.post("/api/v1/query", token, "{" + fields.replace('\'', '"') + "}");
  }
}
