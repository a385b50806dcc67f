// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.assertError;
import static io.luminate.server.http.RunningServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.store.OwnRetentions;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever is refused for a limit is told its name, its value and what was seen. */
final class LimitErrorsTest {
  private static RunningServer server;

  @BeforeAll
  static void start() throws Exception {
    server = new RunningServer(Map.of());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** Fields of a query, and what the details have to be. */
  private enum Case {
    LIMIT_NEGATIVE("'limit':-1", "'field':'limit','max_result_points':10000,'received':-1"),
    LIMIT_LARGE(
        "'limit':3000000000", "'field':'limit','max_result_points':10000,'received':3000000000"),
    TIMEOUT("'timeout':'31s'", "'field':'timeout','max_query_timeout':30000,'received':31000"),
    BUCKETS(
        "'queryType':'aggregate','aggregation':'sum','interval':'1s','timeRange':{'start':0,'end':10001000}",
        "'field':'interval','max_result_points':10000,'received':10001"),
    ROWS(
        "'queryType':'aggregate','aggregation':'sum','interval':'1s','limit':3,'timeRange':{'start':0,'end':5000000}",
        "'field':'limit','max_result_points':10000,'received':15000"),
    TIME_RANGE(
        "'timeRange':{'relative':'91d'}",
        "'field':'timeRange','max_query_time_range':7776000000,'received':7862400000"),
    FILTER_KEYS(
        "'filters':{" + list(65, "'k%d':'v'") + "}",
        "'field':'filters','max_keys':64,'received':65"),
    FILTER_VALUES(
        "'filters':{'a':[" + list(1001, "'v%d'") + "]}",
        "'field':'filters.a','max_values':1000,'received':1001"),
    GROUP_BY(
        "'queryType':'aggregate','aggregation':'sum','groupBy':[" + list(21, "'k%d'") + "]",
        "'field':'groupBy','max_keys':20,'received':21"),
    GROUP_BY_EMPTY_KEY(
        "'queryType':'aggregate','aggregation':'sum','groupBy':['']",
        "'field':'groupBy','max_length':256,'received':0"),
    METRIC_NAME(
        "'metricName':'" + "n".repeat(257) + "'",
        "'field':'metricName','max_length':256,'received':257");

    private final String fields;
    private final String details;

    Case(String fields, String details) {
      this.fields = fields;
      this.details = details;
    }

    private static String list(int count, String format) {
      return IntStream.range(0, count)
          .mapToObj(i -> format.formatted(i))
          .collect(Collectors.joining(","));
    }
  }

  @ParameterizedTest
  @EnumSource
  void query_overALimit_isToldTheLimit(Case refused) throws Exception {
    HttpResponse<String> reply = query(refused.fields);
    assertError(reply, 400, "INVALID_QUERY");
    assertThat(reply.body()).contains("\"details\":{" + refused.details.replace('\'', '"') + "}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'filters':{'r':null} | filters.r | got null",
        "'filters':{'r':'x','s':null} | filters.s | got null",
        "'filters':{'r':['x',null]} | filters.r | got null",
        "'queryType':'aggregate','aggregation':'sum','groupBy':['x',null] | groupBy | got null",
        "'timeRange':{'start':-99999999999999999,'end':1} | timeRange.start | got -99999999999999999",
        "'limit':1.5 | limit | got 1.5",
        "'limit':12345678901234567890123 | limit | got 12345678901234567890123"
      })
  void query_withAWrongValue_isToldTheField(String fields, String field, String message)
      throws Exception {
    HttpResponse<String> reply = query(fields);
    assertError(reply, 400, "INVALID_QUERY");
    assertThat(reply.body()).contains("\"field\":\"" + field + "\"", message);
  }

  @ParameterizedTest
  @CsvSource({"x, x", "0, 0", "-1, -1", "10001, 10001", "99999999999, 99999999999", "'', ''"})
  void discovery_limit_isToldTheLimit(String limit, String received) throws Exception {
    Map<String, String> limits = Map.of("", "max_metrics", "/m/dimensions/k/values", "max_values");
    for (var limited : limits.entrySet()) {
      HttpResponse<String> reply =
          server.get("/api/v1/metrics" + limited.getKey() + "?limit=" + limit, token("t"));
      assertError(reply, 400, "INVALID_QUERY");
      assertThat(reply.body())
          .contains(
              "\"details\":{\"field\":\"limit\",\"%s\":10000,\"received\":\"%s\"}"
                  .formatted(limited.getValue(), received));
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "-5", "36501", "99999999999"})
  void retentionDays_isToldTheLimit(String days) throws Exception {
    HttpResponse<String> reply =
        server.post(
            "/api/v1/admin/retention",
            token("t"),
            "{\"metric_name\":\"m\",\"retention_days\":" + days + "}");
    assertError(reply, 400, "INVALID_REQUEST");
    assertThat(reply.body())
        .contains("must be from 1 to 36500, got " + days)
        .contains(
            "\"details\":{\"field\":\"retention_days\",\"max_retention_days\":36500,\"received\":"
                + days
                + "}");
  }

  @Test
  void retentionOfOneMoreMetric_isToldTheLimit() throws Exception {
    for (int i = 0; i < OwnRetentions.OF_TENANT_MAX; i++) {
      assertThat(retention("keeper", "m" + i).statusCode()).isEqualTo(200);
    }
    HttpResponse<String> refused = retention("keeper", "more");
    assertError(refused, 400, "INVALID_QUERY");
    assertThat(refused.body())
        .contains("\"details\":{\"current\":64,\"limit\":\"retentions_per_tenant\",\"value\":64}");
    assertThat(retention("keeper", "m1").statusCode()).isEqualTo(200);
    assertThat(retention("another", "more").statusCode()).isEqualTo(200);
  }

  private static HttpResponse<String> retention(String tenant, String metric) throws Exception {
    String change = "{\"metric_name\":\"%s\",\"retention_days\":7}".formatted(metric);
    return server.post("/api/v1/admin/retention", token(tenant), change);
  }

  @ParameterizedTest
  @CsvSource({"257", "1000"})
  void metricName_ofAnAdministrator_isToldTheLimit(int length) throws Exception {
    HttpResponse<String> reply =
        server.delete("/api/v1/admin/metrics/" + "n".repeat(length) + "?before=1", token("t"));
    assertError(reply, 400, "INVALID_METRIC_NAME");
    assertThat(reply.body()).contains("\"max_length\":256", "\"length\":" + length);
  }

  /** A query that is good but for these fields. */
  private static HttpResponse<String> query(String fields) throws Exception {
    StringBuilder all = new StringBuilder(fields);
    Map.of("queryType", "'range'", "metricName", "'m'", "timeRange", "{'relative':'1h'}")
        .forEach(
            (name, value) -> {
              if (!fields.contains("'" + name + "'")) {
                all.append(",'").append(name).append("':").append(value);
              }
            });
    return server.post("/api/v1/query", token("t"), "{" + all.toString().replace('\'', '"') + "}");
  }
}
