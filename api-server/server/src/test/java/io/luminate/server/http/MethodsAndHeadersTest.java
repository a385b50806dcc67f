// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.batch;
import static io.luminate.server.http.RunningServer.now;
import static io.luminate.server.http.RunningServer.point;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods that a path does not know, HEAD, and headers that come twice. */
final class MethodsAndHeadersTest {
  private static final String TOKEN = "Authorization: Bearer t:read,write,admin,cluster_admin\r\n";

  private static RunningServer server;

  @BeforeAll
  static void start() throws Exception {
    server = new RunningServer(Map.of());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "OPTIONS | /metrics | GET, HEAD",
        "OPTIONS | /api/v1/health | GET, HEAD",
        "OPTIONS | /api/v1/metrics | GET, HEAD",
        "OPTIONS | /api/v1/query | POST",
        "OPTIONS | /api/v1/write | POST",
        "OPTIONS | /api/v1/admin/metrics/m | DELETE",
        "POST | /metrics | GET, HEAD",
        "POST | /api/v1/metrics | GET, HEAD",
        "GET | /api/v1/query | POST",
        "PUT | /api/v1/write | POST",
        "GET | /api/v1/admin/retention | POST",
        "PATCH | /api/v1/admin/metrics/m | DELETE"
      })
  void otherMethod_is405_withTheMethodsOfThePath(String method, String path, String allowed)
      throws Exception {
    assertNotAllowed(send(server.port(), method, path, "", ""), allowed);
  }

  @ParameterizedTest
  @CsvSource({"/live", "/ready", "/metrics"})
  void otherMethod_ofTheManagementPort_is405(String path) throws Exception {
    for (String method : new String[] {"POST", "OPTIONS", "DELETE"}) {
      assertNotAllowed(send(server.managementPort(), method, path, "", ""), "GET, HEAD");
    }
    assertThat(send(server.managementPort(), "GET", path, "", "").status()).isEqualTo(200);
  }

  private static void assertNotAllowed(RawConnection.Reply reply, String allowed) {
    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.headers()).containsEntry("allow", allowed);
    assertThat(reply.body()).startsWith("{\"error\":{\"code\":\"METHOD_NOT_ALLOWED\"");
  }

  /** A reply to HEAD that had a body would be taken for the next reply. */
  @ParameterizedTest
  @ValueSource(
      strings = {"/api/v1/metrics", "/api/v1/metrics/m/dimensions", "/api/v1/nothing", "/metrics"})
  void head_hasTheLengthOfGet_orNone(String path) throws Exception {
    server.post("/api/v1/write", "t:write", batch(point("m", now(), 1, "{\"k\":\"v\"}")));
    RawConnection.Reply get = send(server.port(), "GET", path, TOKEN, "");
    try (RawConnection connection = new RawConnection(server.port())) {
      connection.send(head("HEAD", path, TOKEN, 0));
      RawConnection.Reply reply = connection.readHead().orElseThrow();
      assertThat(reply.status()).isEqualTo(get.status());
      if (!path.equals("/metrics")) {
        assertThat(
                reply.headers().getOrDefault("content-length", get.headers().get("content-length")))
            .isEqualTo(get.headers().get("content-length"));
      }
      connection.get("/api/v1/health");
      assertThat(connection.read().orElseThrow().body()).contains("healthy");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/api/v1/write, Authorization, Bearer t:write",
    "/api/v1/write, Content-Type, application/json",
    "/api/v1/write, Content-Encoding, identity",
    "/api/v1/write, Idempotency-Key, k",
    "/api/v1/query, Authorization, Bearer t:read",
    "/api/v1/query, Content-Type, application/json",
    "/api/v1/query, Content-Encoding, identity",
    "/api/v1/admin/retention, Content-Type, application/json"
  })
  void headerThatComesTwice_is400(String path, String name, String value) throws Exception {
    String twice = (name + ": " + value + "\r\n").repeat(2);
    String headers = name.equals("Authorization") ? twice : TOKEN + twice;
    RawConnection.Reply reply = send(server.port(), "POST", path, headers, "{}");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.body())
        .startsWith("{\"error\":{\"code\":\"INVALID_REQUEST\"")
        .contains("\"header\":\"" + name + "\",\"max_count\":1,\"received\":2");
  }

  private static RawConnection.Reply send(
      int port, String method, String path, String headers, String body) throws Exception {
    try (RawConnection connection = new RawConnection(port)) {
      connection.send(head(method, path, headers, body.length()) + body);
      return connection.read().orElseThrow();
    }
  }

  private static String head(String method, String path, String headers, int length) {
    String size = length == 0 ? "" : "Content-Length: " + length + "\r\n";
    return method + " " + path + " HTTP/1.1\r\nHost: a\r\n" + headers + size + "\r\n";
  }
}
