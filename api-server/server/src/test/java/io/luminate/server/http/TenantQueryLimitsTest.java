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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a document says of one tenant's queries is so for them, and for nobody else's. */
final class TenantQueryLimitsTest {
  private static final String SECRET = "internal-0123456789abcdef0123456789";
  private static final String A = token("a");
  private static final String B = token("b");
  private static final String LIMITS_OF_A =
      """
      {"version": 1, "tenants": {"a": {"queryLimits": {"maxQueryTimeout": "2s",
       "defaultQueryTimeout": "1s", "maxQueryTimeRange": "2d", "maxResultPoints": 5,
       "maxGroupByCardinality": 2}}}}
      """;

  @TempDir private Path folder;

  private RunningServer limited(MetricsStore store) throws Exception {
    Path secret = Files.writeString(folder.resolve("current"), SECRET);
    RunningServer server =
        new RunningServer(
            store, Map.of("LUMINATE_MANAGEMENT_INTERNAL_TOKEN_FILE", secret.toString()));
    URI config = URI.create("http://127.0.0.1:" + server.internalPort() + "/internal/v1/config");
    HttpRequest.Builder put =
        HttpRequest.newBuilder(config)
            .header("Authorization", "Bearer " + SECRET)
            .PUT(BodyPublishers.ofString(LIMITS_OF_A));
    assertThat(server.send(put).statusCode()).isEqualTo(200);
    return server;
  }

  @ParameterizedTest
  @EnumSource
  void queries_areBoundedByTheTenantsOwnLimits(Backend backend) throws Exception {
    try (MetricsStore store = backend.open(folder.resolve("data"));
        RunningServer server = limited(store)) {
      for (String token : List.of(A, B)) {
        write(server, token);
      }
      assertLimits(server);
      assertRefused(server, "\"timeout\":\"3s\"", "\"max_query_timeout\":2000", 3_000);
      assertRefused(server, "\"limit\":6", "\"max_result_points\":5", 6);
      String groups = "\"queryType\":\"aggregate\",\"aggregation\":\"sum\",\"groupBy\":[\"k\"]";
      assertRefused(server, groups + ",\"limit\":3", "\"max_group_by_cardinality\":2", 3);
      long threeDays = Duration.ofDays(3).toMillis();
      assertRefused(server, "\"timeRange\":{\"relative\":\"3d\"}", "\"field\"", threeDays);
      assertThat(values(query(server, A, groups))).isEqualTo(2);
      assertThat(values(query(server, B, groups))).isEqualTo(7);
      assertThat(values(query(server, A, ""))).isEqualTo(5);
      assertThat(values(query(server, B, ""))).isEqualTo(7);
    }
  }

  /** Seven points of as many groups. */
  private static void write(RunningServer server, String token) throws Exception {
    String[] points =
        IntStream.range(0, 7)
            .mapToObj(i -> point("m", now() - i, i, "{\"k\":\"v" + i + "\"}"))
            .toArray(String[]::new);
    assertThat(server.post("/api/v1/write", token, batch(points)).statusCode()).isEqualTo(200);
  }

  private static void assertLimits(RunningServer server) throws Exception {
    assertThat(server.get("/api/v1/usage", A).body()).contains("\"maxResultPoints\":{\"limit\":5}");
    assertThat(server.get("/api/v1/usage", B).body())
        .contains("\"maxResultPoints\":{\"limit\":10000}");
  }

  private static void assertRefused(RunningServer server, String fields, String limit, long seen)
      throws Exception {
    HttpResponse<String> refused = query(server, A, fields);
    assertError(refused, 400, "INVALID_QUERY");
    assertThat(refused.body()).contains(limit, "\"received\":" + seen);
    HttpResponse<String> granted = query(server, B, fields);
    assertThat(granted.statusCode()).as(granted.body()).isEqualTo(200);
  }

  private static HttpResponse<String> query(RunningServer server, String token, String fields)
      throws Exception {
    String type = fields.contains("queryType") ? "" : "\"queryType\":\"range\",";
    String time = fields.contains("timeRange") ? "" : "\"timeRange\":{\"relative\":\"1h\"},";
    String more = fields.isEmpty() ? "" : "," + fields;
    return server.post(
        "/api/v1/query", token, "{" + type + time + "\"metricName\":\"m\"" + more + "}");
  }

  private static int values(HttpResponse<String> reply) {
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return reply.body().split("\"value\":", -1).length - 1;
  }

  @Test
  void timeout_thatIsNotAskedFor_isTheTenantsOwn() throws Exception {
    ScriptedStore store = new ScriptedStore();
    List<String> timeouts = new CopyOnWriteArrayList<>();
    store.beforeQuery = control -> timeouts.add(control.timedOut().getMessage());
    try (RunningServer server = limited(store)) {
      query(server, A, "");
      query(server, A, "\"timeout\":\"2s\"");
      query(server, B, "");
    }
    assertThat(timeouts)
        .map(text -> text.replaceAll(".* timeout of ", ""))
        .containsExactly("1000 ms", "2000 ms", "10000 ms");
  }
}
