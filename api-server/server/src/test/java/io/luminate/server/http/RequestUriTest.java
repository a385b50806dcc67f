// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.batch;
import static io.luminate.server.http.RunningServer.now;
import static io.luminate.server.http.RunningServer.point;
import static io.luminate.server.http.RunningServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths and query strings as clients send them, right and wrong. */
final class RequestUriTest {
  private static final String VALUES = "/api/v1/metrics/m/dimensions/k/values?prefix=";

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
  @ValueSource(strings = {"|", "\"", "^", "`", "{}", "<", ">", "\\", "[", "]", "ä", "%25", "?"})
  void character_standsForItself(String character) throws Exception {
    String value = character.equals("%25") ? "%" : character;
    String json = value.replace("\\", "\\\\").replace("\"", "\\\"");
    String stored = point("m", now(), 1, "{\"k\":\"a" + json + "b\"}");
    assertThat(server.post("/api/v1/write", token("t"), batch(stored)).statusCode()).isEqualTo(200);
    RawConnection.Reply reply = get(VALUES + "a" + character, token("t"));
    assertThat(reply.body()).isEqualTo("[\"a" + json + "b\"]");
    assertThat(reply.status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/v1/health?a=%zz", "/api/v1/health?%", VALUES + "%4"})
  void percentSignWithoutDigits_is400(String path) throws Exception {
    RawConnection.Reply reply = get(path, token("t"));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.body())
        .contains("\"INVALID_REQUEST\"", "\"offset\":", "\"received\":\"%")
        .contains("must be followed by two hexadecimal digits");
  }

  @ParameterizedTest
  @CsvSource({
    "/api/v1/metrics?order=1, order is not a known parameter",
    "/api/v1/metrics/m/dimensions?prefix=a, prefix is not a known parameter",
    "/api/v1/metrics/m/dimensions/k/values?Prefix=a, Prefix is not a known parameter",
    "/api/v1/metrics/m/dimensions/k/values?limit=1&limit=2, limit comes 2 times"
  })
  void parameterOfDiscovery_thatIsNotKnown_is400(String path, String message) throws Exception {
    RawConnection.Reply reply = get(path, token("t"));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.body()).contains("\"INVALID_QUERY\"", message);
  }

  @Test
  void parameterOfADeletion_thatIsNoDimension_deletesNothing() throws Exception {
    HttpResponse<String> reply =
        server.delete("/api/v1/admin/metrics/m?before=1&dry_run=true", token("t"));
    assertThat(reply.statusCode()).isEqualTo(202);
    assertThat(reply.body()).contains("\"filters\":{\"dry_run\":[\"true\"]},\"points\":0,");
  }

  @ParameterizedTest
  @ValueSource(strings = {VALUES + "%zz", VALUES + "|", "/api/v1/metrics?a=%zz"})
  void withoutAToken_is401(String path) throws Exception {
    assertThat(get(path, "").status()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"//other/api/v1/health", "/|/api/v1/health", "/api/v1/{health}"})
  void pathThatNobodyHas_is400(String path) throws Exception {
    RawConnection.Reply reply = get(path, token("t"));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.body()).contains("\"INVALID_REQUEST\"");
  }

  private static RawConnection.Reply get(String path, String token) throws Exception {
    try (RawConnection connection = new RawConnection(server.port())) {
      connection.send(
          "GET " + path + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + token + "\r\n\r\n");
      return connection.read().orElseThrow();
    }
  }
}
