// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.assertError;
import static io.luminate.server.http.RunningServer.batch;
import static io.luminate.server.http.RunningServer.now;
import static io.luminate.server.http.RunningServer.point;
import static io.luminate.server.http.RunningServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.server.limits.Origin;
import io.luminate.server.limits.document.DocumentReader;
import io.luminate.store.MetricsStore;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** New series past a limit are stored under a reserved value, if that is wanted, on each store. */
final class FoldingTest {
  @TempDir Path folder;

  private MetricsStore store;
  private RunningServer server;

  private void start(Backend backend) throws Exception {
    store = backend.open(folder);
    server =
        new RunningServer(
            store,
            Map.of(
                "LUMINATE_CARDINALITY_LIMITS_MAX_UNIQUE_SERIES_PER_METRIC", "2",
                "LUMINATE_CARDINALITY_LIMITS_OVERFLOW", "fold"));
  }

  @AfterEach
  void stop() {
    server.close();
    store.close();
  }

  private static String of(String customer, long timestampMillis, double value) {
    return point("m", timestampMillis, value, "{\"customer\":\"" + customer + "\"}");
  }

  private HttpResponse<String> write(String token, String... points) throws Exception {
    return server.post("/api/v1/write", token, batch(points));
  }

  private HttpResponse<String> fill(String tenant) throws Exception {
    long t = now();
    return write(
        token(tenant),
        Stream.of("a", "b", "c", "d", "a", "c").map(c -> of(c, t, 2)).toArray(String[]::new));
  }

  private String ask(String tenant, String what) throws Exception {
    return server
        .post(
            "/api/v1/query",
            token(tenant),
            "{\"metricName\":\"m\",\"timeRange\":{\"relative\":\"1h\"}," + what + "}")
        .body();
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void write_pastTheLimit_isStoredFolded_andCounted(Backend backend) throws Exception {
    start(backend);
    HttpResponse<String> reply = fill("acme");
    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.body())
        .isEqualTo("{\"accepted\":6,\"rejected\":0,\"folded\":3,\"errors\":[]}");
    assertThat(write(token("acme"), of("a", now(), 2)).body())
        .isEqualTo("{\"accepted\":1,\"rejected\":0,\"errors\":[]}");
    assertThat(ask("acme", "\"queryType\":\"aggregate\",\"aggregation\":\"sum\""))
        .contains("\"value\":14.0,\"count\":7}]")
        .doesNotContain("overflowSeriesLeftOut");
    assertThat(
            ask(
                "acme",
                "\"queryType\":\"aggregate\",\"aggregation\":\"count\",\"groupBy\":[\"customer\"]"))
        .contains(
            "{\"groupKey\":{\"customer\":\"__overflow__\"},\"value\":3.0,\"count\":3},"
                + "{\"groupKey\":{\"customer\":\"a\"},\"value\":3.0,\"count\":3},"
                + "{\"groupKey\":{\"customer\":\"b\"},\"value\":1.0,\"count\":1}]");
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void ratesAndIntegrals_sayWhatTheyLeftOut(Backend backend) throws Exception {
    start(backend);
    fill("acme");
    assertThat(ask("acme", "\"queryType\":\"rate\",\"interval\":\"1m\""))
        .contains("\"results\":[{", "\"rate\":0.0", "\"overflowSeriesLeftOut\":1}");
    assertThat(ask("acme", "\"queryType\":\"aggregate\",\"aggregation\":\"integral\""))
        .contains("\"value\":0.0,\"count\":3}]", "\"overflowSeriesLeftOut\":1}");
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void write_pinned_neverFoldsThePin(Backend backend) throws Exception {
    start(backend);
    fill("acme");
    String pinned = "acme:write:customer=z";
    assertError(write(pinned, of("z", now(), 1)), 400, "CARDINALITY_EXCEEDED");
    HttpResponse<String> other =
        write(pinned, point("m", now(), 1, "{\"customer\":\"z\",\"path\":\"/p\"}"));
    assertThat(other.body()).contains("\"accepted\":1,\"rejected\":0,\"folded\":1,");
    assertThat(ask("acme", "\"queryType\":\"range\",\"filters\":{\"customer\":\"z\"},\"limit\":5"))
        .contains("\"dimensions\":{\"customer\":\"z\",\"path\":\"__overflow__\"}}]");
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void document_saysItForSingleTenants_atOnce(Backend backend) throws Exception {
    start(backend);
    assertThat(fill("acme").statusCode()).isEqualTo(200);
    String document = "{\"tenants\":{\"acme\":{\"cardinalityLimits\":{\"overflow\":\"reject\"}}}}";
    server
        .limits()
        .offer(
            DocumentReader.read(document.getBytes(StandardCharsets.UTF_8)),
            new Origin(Origin.Way.FILE, "test"));
    assertError(write(token("acme"), of("e", now(), 1)), 400, "CARDINALITY_EXCEEDED");
    assertThat(write(token("acme"), of("a", now(), 1)).statusCode()).isEqualTo(200);
    assertThat(fill("globex").body()).contains("\"folded\":3");
    assertThat(server.get("/api/v1/usage", token("acme")).body())
        .contains("\"overflow\":{\"limit\":\"reject\"}");
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void write_reservedValue_isRefusedByName(Backend backend) throws Exception {
    start(backend);
    HttpResponse<String> reply = write(token("acme"), of("__overflow__", now(), 1));
    assertError(reply, 400, "INVALID_DIMENSION");
    assertThat(reply.body()).contains("__overflow__", "reserved");
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void write_underAKey_answersTheSameAgain(Backend backend) throws Exception {
    start(backend);
    fill("acme");
    byte[] body = batch(of("x", now(), 1), of("a", now(), 1)).getBytes(StandardCharsets.UTF_8);
    String first = server.post("/api/v1/write", token("acme"), body, "Idempotency-Key", "k").body();
    assertThat(first).contains("\"accepted\":2,\"rejected\":0,\"folded\":1,");
    assertThat(server.post("/api/v1/write", token("acme"), body, "Idempotency-Key", "k").body())
        .isEqualTo(first);
    assertThat(ask("acme", "\"queryType\":\"aggregate\",\"aggregation\":\"count\""))
        .contains("\"value\":8.0");
  }
}
