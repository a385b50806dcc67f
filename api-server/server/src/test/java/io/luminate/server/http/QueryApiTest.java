// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.assertError;
import static io.luminate.server.http.RunningServer.batch;
import static io.luminate.server.http.RunningServer.now;
import static io.luminate.server.http.RunningServer.point;
import static io.luminate.server.http.RunningServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.Dimensions;
import io.luminate.model.TenantId;
import io.luminate.server.query.QueryBounds;
import io.luminate.store.MetricsStore;
import io.luminate.store.PointBatch;
import io.luminate.store.WriteRequest;
import io.luminate.store.rocksdb.engine.RocksMetricsStore;
import io.luminate.store.rocksdb.engine.RocksStoreOptions;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.StringJoiner;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Queries and discovery over a socket; every test has tenants of its own. */
final class QueryApiTest {
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
  void range_pagesByCursor() throws Exception {
    long t = now() - 60_000;
    write(
        "pages",
        point("m", t, 1, "{}"),
        point("m", t, 1, "{}"),
        point("m", t + 1, 2, "{\"c\":\"é\"}"));
    String fields =
        "'queryType':'range','metricName':'m','limit':1,'timeRange':{'start':%d,'end':%d}"
            .formatted(t, t + 1);
    HttpResponse<String> page = query(token("pages"), fields);
    StringBuilder all = new StringBuilder();
    for (int pages = 1; ; pages++) {
      assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
      all.append(page.body(), page.body().indexOf('['), page.body().indexOf(']') + 1);
      if (!page.body().contains("\"cursor\":")) {
        assertThat(pages).isEqualTo(3);
        break;
      }
      String cursor = page.body().replaceAll(".*\"cursor\":\"([^\"]*)\".*", "$1");
      page = query(token("pages"), fields + ",'cursor':'" + cursor + "'");
      assertError(
          query(token("pages"), fields.replace("'m'", "'n'") + ",'cursor':'" + cursor + "'"),
          400,
          "INVALID_QUERY");
    }
    String point = "[{\"timestamp\":%d,\"value\":%s,\"dimensions\":{%s}}]";
    assertThat(all.toString())
        .isEqualTo(
            point.formatted(t, "1.0", "").repeat(2) + point.formatted(t + 1, "2.0", "\"c\":\"é\""));
  }

  @Test
  void aggregateAndRate_withInterval_markPartialBuckets() throws Exception {
    long t = now();
    write("buckets", point("n", t - 10, 1, "{}"), point("n", t - 5, 4, "{}"));
    String range = "'metricName':'n','timeRange':{'start':%d,'end':%d}".formatted(t - 20, t);
    HttpResponse<String> sum =
        query(
            token("buckets"),
            "'queryType':'aggregate','aggregation':'sum','interval':'1w'," + range);
    long week = 7 * 24 * 3_600_000L;
    assertThat(sum.body())
        .contains(
            "{\"timestamp\":%d,\"groupKey\":{},\"value\":5.0,\"count\":2,\"partial\":true}"
                .formatted((t - 5) / week * week));
    HttpResponse<String> rate =
        query(token("buckets"), "'queryType':'rate','interval':'1w'," + range);
    assertThat(rate.body()).contains("\"rate\":" + 3.0 / (week / 1000) + ",\"partial\":true}");
  }

  @Test
  void aggregate_overflow_isNull() throws Exception {
    long t = now();
    write("huge", point("n", t, 1.7e308, "{}"), point("n", t, 1.7e308, "{}"));
    HttpResponse<String> sum =
        query(
            token("huge"),
            "'queryType':'aggregate','aggregation':'sum','metricName':'n',"
                + "'timeRange':{'relative':'1h'}");
    assertThat(sum.body()).contains("\"value\":null,\"overflow\":true");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'queryType':'sum' | queryType",
        "'queryType':'range' | metricName",
        "'queryType':'range','metricName':'m' | timeRange",
        "'queryType':'range','metricName':'m','timeRange':{'relative':'1y'} | timeRange.relative",
        "'queryType':'range','metricName':'m','timeRange':{'relative':'91d'} | max_query_time_range",
        "'queryType':'range','metricName':'m','timeRange':{'start':1} | timeRange.end",
        "'queryType':'range','metricName':'m','timeRange':{'start':2,'end':1} | timeRange.start",
        "'queryType':'range','metricName':'m','timeRange':{'start':'x','end':1} | timeRange.start",
        "'queryType':'range','metricName':'m','timeRange':{'start':1,'end':2,'relative':'1h'} | relative",
        "'queryType':'range','metricName':'m','timeRange':{'relative':'1h'},'limit':10001 | max_result_points",
        "'queryType':'range','metricName':'m','timeRange':{'relative':'1h'},'limit':0 | limit",
        "'queryType':'range','metricName':'m','timeRange':{'relative':'1h'},'limit':1e99 | limit",
        "'queryType':'range','metricName':'m','timeRange':{'relative':'1h'},'timeout':'31s' | max_query_timeout",
        "'queryType':'range','metricName':'m','timeRange':{'relative':'1h'},'groupBy':['a'] | groupBy",
        "'queryType':'range','metricName':'m','timeRange':{'relative':'1h'},'cursor':'abc' | cursor",
        "'queryType':'range','metricName':'m','timeRange':{'relative':'1h'},'colour':1 | colour",
        "'queryType':'range','metricName':'m','timeRange':{'relative':'1h'},'limit':1,'limit':1 | body",
        "'queryType':'range','metricName':'m','timeRange':{'relative':'1h'},'filters':{'_tenant_id':'x'} | _tenant_id",
        "'queryType':'range','metricName':'m','timeRange':{'relative':'1h'},'filters':{'a':[]} | filters.a",
        "'queryType':'range','metricName':'m','timeRange':{'relative':'1h'},'filters':{'a':1} | filters.a",
        "'queryType':'aggregate','metricName':'m','timeRange':{'relative':'1h'} | aggregation",
        "'queryType':'aggregate','metricName':'m','timeRange':{'relative':'1h'},'aggregation':'p42' | aggregation",
        "'queryType':'aggregate','metricName':'m','timeRange':{'relative':'1h'},'aggregation':'sum','limit':1001 | max_group_by_cardinality",
        "'queryType':'aggregate','metricName':'m','timeRange':{'relative':'1d'},'aggregation':'sum','interval':'1s' | max_result_points",
        "'queryType':'aggregate','metricName':'m','timeRange':{'relative':'1d'},'aggregation':'sum','interval':'1h','limit':1000 | max_result_points",
        "'queryType':'rate','metricName':'m','timeRange':{'relative':'1h'} | interval",
        "'queryType':'rate','metricName':'m','timeRange':{'relative':'1h'},'interval':'0m' | interval"
      })
  void query_outOfBounds_is400NamingTheField(String fields, String named) throws Exception {
    HttpResponse<String> reply = query(token("bounds"), fields);
    assertError(reply, 400, "INVALID_QUERY");
    assertThat(reply.body()).contains(named);
  }

  @Test
  void query_noMatch_isEmpty() throws Exception {
    assertThat(
            query(
                    token("empty"),
                    "'queryType':'aggregate','aggregation':'sum','metricName':'nope',"
                        + "'groupBy':['a'],'timeRange':{'relative':'90d'}")
                .body())
        .contains("\"results\":[],\"truncated\":false,\"totalGroups\":0");
  }

  @Test
  void discovery_isPerTenant_andByFrequency() throws Exception {
    long t = now();
    write(
        "disco",
        point("b", t, 1, "{\"k\":\"x\",\"path\":\"/a b\"}"),
        point("b", t, 1, "{\"k\":\"y\"}"),
        point("b", t, 2, "{\"k\":\"y\"}"),
        point("a", t, 1, "{}"));
    assertThat(server.get("/api/v1/metrics", token("disco")).body()).isEqualTo("[\"a\",\"b\"]");
    assertThat(server.get("/api/v1/metrics", token("disco2")).body()).isEqualTo("[]");
    assertThat(server.get("/api/v1/metrics/b/dimensions", token("disco")).body())
        .isEqualTo("[\"k\",\"path\"]");
    assertThat(server.get("/api/v1/metrics/b/dimensions", token("disco2")).body()).isEqualTo("[]");
    String values = "/api/v1/metrics/b/dimensions/k/values";
    HttpResponse<String> all = server.get(values, token("disco"));
    assertThat(all.body()).isEqualTo("[\"y\",\"x\"]");
    assertThat(all.headers().firstValue("X-Luminate-Truncated")).hasValue("false");
    HttpResponse<String> one = server.get(values + "?limit=1&prefix=", token("disco"));
    assertThat(one.body()).isEqualTo("[\"y\"]");
    assertThat(one.headers().firstValue("X-Luminate-Truncated")).hasValue("true");
    assertThat(server.get(values + "?prefix=x", token("disco")).body()).isEqualTo("[\"x\"]");
    assertThat(server.get(values, token("disco2")).body()).isEqualTo("[]");
    assertError(server.get(values + "?limit=10001", token("disco")), 400, "INVALID_QUERY");
    assertError(server.get(values + "?limit=x", token("disco")), 400, "INVALID_QUERY");
  }

  @Test
  void metrics_limitAndPrefix_sayWhetherThereIsMore() throws Exception {
    String[] names = {"api_a", "api_b", "api_c", "b"};
    for (String name : names) {
      write("names", point(name, now(), 1, "{}"));
    }
    assertNames("", false, names);
    assertNames("?limit=4", false, names);
    assertNames("?limit=3", true, "api_a", "api_b", "api_c");
    assertNames("?prefix=api_&limit=3", false, "api_a", "api_b", "api_c");
    assertNames("?limit=1&prefix=api_b", false, "api_b");
    assertError(server.get("/api/v1/metrics?after=b", token("names")), 400, "INVALID_QUERY");
  }

  private static void assertNames(String parameters, boolean truncated, String... names)
      throws Exception {
    HttpResponse<String> reply = server.get("/api/v1/metrics" + parameters, token("names"));
    assertThat(reply.body()).isEqualTo("[\"" + String.join("\",\"", names) + "\"]");
    assertThat(reply.headers().firstValue("X-Luminate-Truncated"))
        .hasValue(String.valueOf(truncated));
  }

  @Test
  void metrics_moreThanAReplyHas_areCutOff(@TempDir Path folder) throws Exception {
    MetricsStore store = RocksMetricsStore.open(folder, RocksStoreOptions.defaults());
    PointBatch batch = new PointBatch(new TenantId("many"), QueryBounds.METRICS_MAX + 1);
    for (int i = QueryBounds.METRICS_MAX; i >= 0; i--) {
      String name = "m%05d".formatted(i);
      batch.add(store.seriesHandle(batch.tenant(), name, Dimensions.EMPTY), now(), 1);
    }
    store.write(WriteRequest.unkeyed(batch));
    try (RunningServer full = new RunningServer(store, Map.of())) {
      HttpResponse<String> reply = full.get("/api/v1/metrics", token("many"));
      assertThat(reply.headers().firstValue("X-Luminate-Truncated")).hasValue("true");
      assertThat(reply.body()).startsWith("[\"m00000\",").endsWith(",\"m09999\"]");
      assertThat(reply.body().split(",")).hasSize(QueryBounds.METRICS_MAX);
    }
  }

  @Test
  void dimensionKeys_moreThanAReplyHas_areCutOff() throws Exception {
    String[] points = new String[QueryBounds.KEYS_MAX / 20 + 1];
    for (int i = 0; i < points.length; i++) {
      StringJoiner dimensions = new StringJoiner(",", "{", "}");
      for (int key = 20 * i; key < 20 * (i + 1); key++) {
        dimensions.add("\"k%05d\":\"v\"".formatted(key));
      }
      points[i] = point("wide", now(), 1, dimensions.toString());
    }
    assertThat(write("many", points).statusCode()).isEqualTo(200);
    HttpResponse<String> keys = server.get("/api/v1/metrics/wide/dimensions", token("many"));
    assertThat(keys.headers().firstValue("X-Luminate-Truncated")).hasValue("true");
    assertThat(keys.body()).startsWith("[\"k00000\",").endsWith(",\"k09999\"]");
    assertThat(keys.body().split(",")).hasSize(QueryBounds.KEYS_MAX);
  }

  private static HttpResponse<String> write(String tenant, String... points) throws Exception {
    return server.post("/api/v1/write", token(tenant), batch(points));
  }

  private static HttpResponse<String> query(String token, String fields) throws Exception {
    return server.post("/api/v1/query", token, "{" + fields.replace('\'', '"') + "}");
  }
}
