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
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What makes a metric's series many, asked on each store. */
final class CardinalityApiTest {
  private static final String OF_M = "/api/v1/metrics/m/cardinality";

  @TempDir Path folder;

  private final long time = now();
  private MetricsStore store;
  private RunningServer server;

  private void start(Backend backend) throws Exception {
    store = backend.open(folder);
    server = new RunningServer(store, Map.of());
    String[] points =
        IntStream.range(0, 4)
            .mapToObj(i -> point("m", time, 1, dimensions("c" + i / 2, "/p" + i % 2)))
            .toArray(String[]::new);
    assertThat(server.post("/api/v1/write", token("acme"), batch(points)).statusCode())
        .isEqualTo(200);
  }

  @AfterEach
  void stop() {
    server.close();
    store.close();
  }

  private static String dimensions(String customer, String path) {
    return "{\"customer_id\":\"%s\",\"path\":\"%s\"}".formatted(customer, path);
  }

  private String ask(String token) throws Exception {
    HttpResponse<String> reply = server.get(OF_M, token);
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return reply.body();
  }

  private static String day(long timeMillis) {
    return LocalDate.ofInstant(Instant.ofEpochMilli(timeMillis), ZoneOffset.UTC).toString();
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void get_hasSeriesKeysAndDays(Backend backend) throws Exception {
    start(backend);
    assertThat(ask(token("acme")))
        .startsWith(
            "{\"metric\":\"m\",\"series\":4,\"dimensions\":["
                + "{\"key\":\"customer_id\",\"values\":2,\"seriesWithout\":2,\"saving\":0.5},"
                + "{\"key\":\"path\",\"values\":2,\"seriesWithout\":2,\"saving\":0.5}],"
                + "\"truncated\":false,\"days\":[{\"day\":\""
                + day(time)
                + "\",\"series\":4,\"newSeries\":4}],\"readsKnownSince\":\"");
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void get_afterAQuery_saysWhenItWasRead(Backend backend) throws Exception {
    start(backend);
    assertThat(ask(token("acme"))).doesNotContain("lastRead");
    String query =
        "{\"queryType\":\"range\",\"metricName\":\"m\",\"timeRange\":{\"relative\":\"1h\"}}";
    server.post("/api/v1/query", token("globex"), query);
    assertThat(ask(token("acme"))).doesNotContain("lastRead");
    server.post("/api/v1/query", token("acme"), query);
    assertThat(ask(token("acme"))).contains("\"lastRead\":\"20");
    assertThat(ask(token("globex"))).doesNotContain("lastRead");
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void get_ofTwoTenants_isApart(Backend backend) throws Exception {
    start(backend);
    String nothing = "{\"metric\":\"m\",\"series\":0,\"dimensions\":[],\"truncated\":false,";
    assertThat(ask(token("globex"))).startsWith(nothing + "\"days\":[],");
    String point = point("m", time, 1, "{\"secret\":\"s\"}");
    server.post("/api/v1/write", token("globex"), batch(point));
    assertThat(ask(token("globex"))).contains("\"series\":1,\"dimensions\":[{\"key\":\"secret\"");
    assertThat(ask(token("acme"))).contains("\"series\":4,").doesNotContain("secret");
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void get_pinned_isAboutThatPartAlone(Backend backend) throws Exception {
    start(backend);
    assertThat(ask("acme:read:customer_id=c0"))
        .contains("\"series\":2,")
        .contains("{\"key\":\"path\",\"values\":2,\"seriesWithout\":1,\"saving\":0.5}")
        .contains("{\"key\":\"customer_id\",\"values\":1,\"seriesWithout\":2,\"saving\":0.0}");
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void get_whatIsNotAllowed_isRefused(Backend backend) throws Exception {
    start(backend);
    assertError(server.get(OF_M, "acme:write"), 403, "FORBIDDEN");
    assertError(server.get(OF_M + "?limit=1", token("acme")), 400, "INVALID_QUERY");
    assertError(server.delete(OF_M, token("acme")), 405, "METHOD_NOT_ALLOWED");
  }
}
