// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.assertError;
import static io.luminate.server.http.RunningServer.batch;
import static io.luminate.server.http.RunningServer.now;
import static io.luminate.server.http.RunningServer.point;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.store.ErrorCode;
import io.luminate.store.QueryControl;
import io.luminate.store.StoreException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every status that the API answers with, once each; what belongs to one feature is elsewhere. */
final class StatusesTest {
  private static final Pattern STATUS_ROW = Pattern.compile("(?m)^\\| ([2-5][0-9]{2}) \\|");
  private static final String TOKEN = SignedTokens.of("acme");

  private static ScriptedStore store;
  private static RunningServer server;

  @BeforeAll
  static void start() throws Exception {
    store = new ScriptedStore();
    server = new RunningServer(store, SignedTokens.SETTINGS);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private interface Call {
    HttpResponse<String> send() throws Exception;
  }

  /** In the order of the page; errors with their code. */
  private enum Case {
    ALL_STORED(200, "", () -> write(good())),
    DELETED(202, "", () -> server.delete("/api/v1/admin/metrics/m?before=1", TOKEN)),
    SOME_STORED(207, "", () -> write(good(), bad())),
    NONE_STORED(400, "INVALID_METRIC_NAME", () -> write(bad())),
    NO_TOKEN(401, "UNAUTHORIZED", () -> server.get("/api/v1/metrics", "")),
    NO_SCOPE(
        403,
        "FORBIDDEN",
        () -> server.get("/api/v1/metrics", SignedTokens.of("acme", List.of("write")))),
    NO_PATH(404, "NOT_FOUND", () -> server.get("/api/v2/metrics", TOKEN)),
    NO_METHOD(405, "METHOD_NOT_ALLOWED", () -> server.get("/api/v1/write", TOKEN)),
    LONG_BODY(413, "BATCH_TOO_LARGE", () -> post(new byte[(10 << 20) + 1])),
    NO_JSON(415, "UNSUPPORTED_MEDIA_TYPE", () -> post(new byte[1], "Content-Type", "text/csv")),
    TOO_MANY(429, "RATE_LIMIT_EXCEEDED", StatusesTest::queryWhereNoneMayBe),
    LONG_HEADERS(431, "HEADERS_TOO_LARGE", () -> post(new byte[1], "X-Long", "x".repeat(200_000))),
    BROKEN(500, "STORAGE_CORRUPTED", () -> queryThatFails(ErrorCode.STORAGE_CORRUPTED)),
    AWAY(503, "STORAGE_UNAVAILABLE", () -> queryThatFails(ErrorCode.STORAGE_UNAVAILABLE)),
    LATE(504, "QUERY_TIMEOUT", StatusesTest::queryThatLasts);

    private final int status;
    private final String code;
    private final Call call;

    Case(int status, String code, Call call) {
      this.status = status;
      this.code = code;
      this.call = call;
    }
  }

  @ParameterizedTest
  @EnumSource
  void status_isAnswered(Case expected) throws Exception {
    HttpResponse<String> reply = expected.call.send();
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(expected.status);
    if (!expected.code.isEmpty()) {
      assertError(reply, expected.status, expected.code);
    }
    assertThat(reply.headers().firstValue("Retry-After").isPresent())
        .isEqualTo(expected.status == 429 || expected.status == 503);
    assertThat(reply.headers().firstValue("Allow").isPresent()).isEqualTo(expected.status == 405);
    assertThat(reply.headers().firstValue("WWW-Authenticate").isPresent())
        .isEqualTo(expected.status == 401);
  }

  @Test
  void page_hasTheseStatuses() throws Exception {
    String page = Files.readString(Path.of("../../docs/api.md"));
    assertThat(STATUS_ROW.matcher(page).results().map(row -> Integer.valueOf(row.group(1))))
        .containsExactlyElementsOf(
            Arrays.stream(Case.values()).map(expected -> expected.status).toList());
  }

  private static String good() {
    return point("m", now(), 1, "{}");
  }

  private static String bad() {
    return point("1m", now(), 1, "{}");
  }

  private static HttpResponse<String> write(String... points) throws Exception {
    return server.post("/api/v1/write", TOKEN, batch(points));
  }

  private static HttpResponse<String> post(byte[] body, String... headers) throws Exception {
    HttpRequest.Builder request =
        server.request("/api/v1/write", TOKEN).POST(BodyPublishers.ofByteArray(body));
    return server.send(headers.length == 0 ? request : request.headers(headers));
  }

  private static HttpResponse<String> queryThatFails(ErrorCode code) throws Exception {
    store.beforeQuery =
        control -> {
          throw new StoreException(code, "as told");
        };
    return query();
  }

  private static HttpResponse<String> queryThatLasts() throws Exception {
    store.beforeQuery = StatusesTest::last;
    return query();
  }

  private static HttpResponse<String> queryWhereNoneMayBe() throws Exception {
    Map<String, String> settings = new HashMap<>(SignedTokens.SETTINGS);
    settings.put("LUMINATE_RATE_LIMITS_CONCURRENT_QUERIES", "0");
    try (RunningServer refusing = new RunningServer(store, settings)) {
      return query(refusing);
    }
  }

  private static void last(QueryControl control) {
    while (true) {
      control.checkpoint();
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static HttpResponse<String> query() throws Exception {
    return query(server);
  }

  private static HttpResponse<String> query(RunningServer of) throws Exception {
    return of.post(
        "/api/v1/query",
        TOKEN,
        "{\"queryType\":\"range\",\"metricName\":\"m\",\"timeRange\":{\"relative\":\"1h\"},"
            + "\"timeout\":\"1s\"}");
  }
}
