// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.assertError;
import static io.luminate.server.http.RunningServer.batch;
import static io.luminate.server.http.RunningServer.now;
import static io.luminate.server.http.RunningServer.point;
import static io.luminate.server.http.RunningServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Deletes with filters, and what can be asked about them. */
final class DeletionTest {
  private static final String A = token("a");
  private static final String B = token("b");
  private static final String METRIC = "/api/v1/admin/metrics/m";
  private static final Pattern ID = Pattern.compile("\"operation_id\":\"([a-z0-9-]+)\"");

  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    server = new RunningServer(Map.of());
    for (String token : new String[] {A, B}) {
      for (String customer : new String[] {"c1", "c2", "c3"}) {
        String dimensions = "{\"customer_id\":\"" + customer + "\"}";
        String body = batch(point("m", now() - 1_000, 1, dimensions));
        assertThat(server.post("/api/v1/write", token, body).statusCode()).isEqualTo(200);
      }
    }
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String customers(String token) throws Exception {
    return server.get("/api/v1/metrics/m/dimensions/customer_id/values", token).body();
  }

  @Test
  void delete_withFilters_removesThoseOfTheTenantAndLeavesAReceipt() throws Exception {
    HttpResponse<String> reply =
        server.delete(METRIC + "?before=" + now() + "&customer_id=c1&customer_id=c3", A);
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(202);
    assertThat(customers(A)).isEqualTo("[\"c2\"]");
    assertThat(customers(B)).isEqualTo("[\"c1\",\"c2\",\"c3\"]");
    Matcher id = ID.matcher(reply.body());
    assertThat(id.find()).isTrue();
    String operation = "/api/v1/admin/operations/" + id.group(1);
    HttpResponse<String> receipt = server.get(operation, A);
    assertThat(receipt.statusCode()).isEqualTo(200);
    assertThat(receipt.body())
        .contains("\"status\":\"done\",\"metric_name\":\"m\",\"before\":\"")
        .contains("\"filters\":{\"customer_id\":[\"c1\",\"c3\"]},\"points\":2,\"requested_at\":\"")
        .contains("\"done_at\":\"");
    assertError(server.get(operation, B), 404, "NOT_FOUND");
    assertError(server.get(operation, "a:read"), 403, "FORBIDDEN");
    assertError(server.get(operation, ""), 401, "UNAUTHORIZED");
    assertError(server.get(operation + "x", A), 404, "NOT_FOUND");
    assertError(server.get("/api/v1/admin/operations/" + "x".repeat(999), A), 404, "NOT_FOUND");
  }

  @ParameterizedTest
  @CsvSource({
    "customer_id=c1, the parameter before must be",
    "before=1&before=2, the parameter before comes 2 times",
    "before=1&a-b=1, a parameter is before or the key of a dimension",
    "before=1&_tenant_id=b, the tenant is the token's",
    "before=tomorrow, the parameter before must be"
  })
  void delete_faultyParameters_deletesNothing(String query, String message) throws Exception {
    HttpResponse<String> reply = server.delete(METRIC + "?" + query, A);
    assertError(reply, 400, "INVALID_REQUEST");
    assertThat(reply.body()).contains(message);
    assertThat(customers(A)).contains("c1", "c2", "c3");
  }

  @Test
  void delete_tooMuch_isRefused() throws Exception {
    String keys =
        IntStream.range(0, 21).mapToObj(i -> "k" + i + "=v").collect(Collectors.joining("&"));
    assertThat(server.delete(METRIC + "?before=1&" + keys, A).body())
        .contains("at most 20 dimensions may be given, got 21");
    assertThat(server.delete(METRIC + "?before=1&k=" + "v".repeat(257), A).body())
        .contains("k takes at most 1000 values of at most 256 characters");
  }
}
