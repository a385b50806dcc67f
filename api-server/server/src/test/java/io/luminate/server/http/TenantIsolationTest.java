// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.assertError;
import static io.luminate.server.http.RunningServer.batch;
import static io.luminate.server.http.RunningServer.now;
import static io.luminate.server.http.RunningServer.point;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.store.MetricsStore;
import io.luminate.store.rocksdb.engine.RocksMetricsStore;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.glassfish.jersey.server.model.Resource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two tenants against each other on every endpoint, with signed tokens; on each store. */
@ParameterizedClass
@EnumSource(Backend.class)
final class TenantIsolationTest {
  private static final long DAY_MILLIS = 86_400_000;

  private static final String GOOD = "good";

  @Parameter private Backend backend;

  @TempDir private static Path folder;
  private static MetricsStore store;
  private static RunningServer server;

  /** Of a delete of the tenant {@link #GOOD}. */
  private static String operation = "";

  @BeforeParameterizedClassInvocation
  static void start(Backend backend) throws Exception {
    store = backend.open(folder.resolve(backend.name()));
    server = new RunningServer(store, SignedTokens.SETTINGS);
    String deleted = Endpoint.DELETE.send(SignedTokens.of(GOOD)).body();
    operation = deleted.replaceAll(".*\"operation_id\":\"([^\"]*)\".*", "$1");
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    server.close();
    store.close();
  }

  /** Every endpoint, with a good request that any tenant may send. */
  private enum Endpoint {
    WRITE("POST", "/api/v1/write", "{\"metrics\":[]}", "write"),
    QUERY("POST", "/api/v1/query", QUERY_BODY, "read"),
    METRICS("GET", "/api/v1/metrics", "", "read"),
    DIMENSIONS("GET", "/api/v1/metrics/{name}/dimensions", "", "read"),
    VALUES("GET", "/api/v1/metrics/{name}/dimensions/{key}/values", "", "read"),
    CARDINALITY("GET", "/api/v1/metrics/{name}/cardinality", "", "read"),
    USAGE("GET", "/api/v1/usage", "", "read", "admin", "cluster_admin"),
    RETENTION(
        "POST",
        "/api/v1/admin/retention",
        "{\"metric_name\":\"shared\",\"retention_days\":9}",
        "admin"),
    DELETE("DELETE", "/api/v1/admin/metrics/{name}", "", "admin"),
    OPERATION("GET", "/api/v1/admin/operations/{id}", "", "admin"),
    SCRAPE("GET", "/metrics", "", "cluster_admin");

    private final String method;
    private final String path;
    private final String body;
    private final List<String> scopes;

    /**
     * @param scopes any of which is enough
     */
    Endpoint(String method, String path, String body, String... scopes) {
      this.method = method;
      this.path = path;
      this.body = body;
      this.scopes = List.of(scopes);
    }

    HttpResponse<String> send(String token) throws Exception {
      String filled =
          path.replace("{name}", "shared").replace("{key}", "side").replace("{id}", operation);
      String whole = this == DELETE ? filled + "?before=1" : filled;
      return server.send(
          server.request(whole, token).method(method, BodyPublishers.ofString(body)));
    }
  }

  /** Of those that Jersey knows none is left out; the rest are handlers of their own. */
  @Test
  void everyEndpoint_hasItsCase() {
    List<String> known =
        server.resources().stream()
            .flatMap(resource -> endpoints(Resource.from(resource.getClass()), ""))
            .toList();
    assertThat(Stream.of(Endpoint.values()).map(each -> each.method + " " + each.path))
        .containsAll(known.stream().filter(each -> !each.equals(HEALTH)).toList())
        .hasSize(known.size() - 1 + 2);
    assertThat(known).contains(HEALTH);
  }

  private static Stream<String> endpoints(Resource resource, String above) {
    String path = above + "/" + resource.getPath().replaceFirst("^/", "");
    return Stream.concat(
        resource.getResourceMethods().stream().map(method -> method.getHttpMethod() + " " + path),
        resource.getChildResources().stream().flatMap(child -> endpoints(child, path)));
  }

  /** Alone needs no token. */
  private static final String HEALTH = "GET /api/v1/health";

  private static final String QUERY_BODY =
      "{\"queryType\":\"aggregate\",\"aggregation\":\"sum\",\"metricName\":\"shared\","
          + "\"timeRange\":{\"relative\":\"1h\"}}";

  @ParameterizedTest
  @EnumSource
  void badTokens_are401(Endpoint endpoint) throws Exception {
    for (String scope : endpoint.scopes) {
      assertThat(endpoint.send(SignedTokens.of(GOOD, List.of(scope))).statusCode())
          .isBetween(200, 202);
    }
    for (String bad :
        List.of(
            "",
            "nonsense",
            SignedTokens.expired(GOOD),
            SignedTokens.ofAnotherIssuer(GOOD),
            SignedTokens.forged("bad", GOOD))) {
      HttpResponse<String> refused = endpoint.send(bad);
      assertError(refused, 401, "UNAUTHORIZED");
      assertThat(refused.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    }
  }

  @ParameterizedTest
  @EnumSource
  void allScopesButTheRightOne_are403(Endpoint endpoint) throws Exception {
    List<String> others = new ArrayList<>(List.of("read", "write", "admin", "cluster_admin"));
    others.removeAll(endpoint.scopes);
    HttpResponse<String> refused = endpoint.send(SignedTokens.of(GOOD, others));
    assertError(refused, 403, "FORBIDDEN");
    for (String scope : endpoint.scopes) {
      assertThat(refused.body()).contains("\\\"" + scope + "\\\"");
    }
  }

  @Test
  void queries_ofEveryType_seeTheOwnTenantAlone() throws Exception {
    Pair pair = new Pair("queries");
    for (String fields :
        List.of(
            "'queryType':'range'",
            "'queryType':'aggregate','aggregation':'sum','groupBy':['side']",
            "'queryType':'aggregate','aggregation':'p50','groupBy':['side'],'interval':'1h'",
            "'queryType':'aggregate','aggregation':'integral','groupBy':['side']",
            "'queryType':'rate','interval':'1h','groupBy':['side']")) {
      assertThat(pair.left("shared", fields).body())
          .as(fields)
          .contains("\"side\":\"left\"", "\"points\":3,")
          .doesNotContain("right");
      assertThat(pair.right("shared", fields).body())
          .as(fields)
          .contains("\"side\":\"right\"", "\"points\":3,")
          .doesNotContain("left");
      assertThat(pair.left("right_only", fields).body())
          .contains("\"results\":[]", "\"points\":0,");
      String filtered = fields + ",'filters':{'side':'right'}";
      assertThat(pair.left("shared", filtered).body()).contains("\"results\":[]", "\"points\":0,");
    }
  }

  @Test
  void tenantKey_canBeNeitherWrittenNorQueried() throws Exception {
    Pair pair = new Pair("reserved");
    String right = "{\"_tenant_id\":\"" + pair.name("right") + "\"}";
    assertError(
        server.post("/api/v1/write", pair.left, batch(point("shared", now(), 1, right))),
        400,
        "INVALID_DIMENSION");
    for (String fields :
        List.of(
            "'queryType':'range','filters':{'_tenant_id':'reserved-right'}",
            "'queryType':'aggregate','aggregation':'sum','groupBy':['_tenant_id']",
            "'queryType':'rate','interval':'1h','groupBy':['_tenant_id']")) {
      assertError(pair.left("shared", fields), 400, "INVALID_QUERY");
    }
    assertThat(values(pair.left, "shared", "_tenant_id").body()).isEqualTo("[]");
  }

  @Test
  void cursor_ofAnotherTenant_isRefused() throws Exception {
    Pair pair = new Pair("cursors");
    String page = pair.left("shared", "'queryType':'range','limit':1").body();
    String cursor = page.replaceAll(".*\"cursor\":\"([^\"]*)\".*", "$1");
    String next = "'queryType':'range','limit':1,'cursor':'" + cursor + "'";
    assertThat(pair.left("shared", next).body()).contains("\"side\":\"left\"");
    assertError(pair.right("shared", next), 400, "INVALID_QUERY");
  }

  @Test
  void discovery_listsTheOwnTenantAlone() throws Exception {
    Pair pair = new Pair("discovery");
    assertThat(server.get("/api/v1/metrics", pair.left).body())
        .isEqualTo("[\"left_only\",\"shared\"]");
    assertThat(server.get("/api/v1/metrics", pair.right).body())
        .isEqualTo("[\"right_only\",\"shared\"]");
    assertThat(dimensions(pair.left, "shared").body())
        .isEqualTo("[\"customer_id\",\"of_left\",\"side\"]");
    assertThat(dimensions(pair.left, "right_only").body()).isEqualTo("[]");
    assertThat(values(pair.left, "shared", "customer_id").body()).isEqualTo("[\"1\",\"2\"]");
    assertThat(values(pair.left, "shared", "side").body()).isEqualTo("[\"left\"]");
    assertThat(values(pair.left, "shared", "of_right").body()).isEqualTo("[]");
    assertThat(values(pair.left, "right_only", "side").body()).isEqualTo("[]");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void delete_reachesTheOwnTenantAlone(boolean sealed) throws Exception {
    Pair pair = new Pair("delete-" + sealed);
    if (sealed) {
      sealNow();
    }
    for (String metric : List.of("shared", "right_only")) {
      String path = "/api/v1/admin/metrics/" + metric + "?before=" + (now() + DAY_MILLIS);
      assertThat(server.delete(path, pair.left).statusCode()).isEqualTo(202);
    }
    String count = "'queryType':'aggregate','aggregation':'count'";
    assertThat(pair.left("shared", count).body()).contains("\"results\":[]");
    for (String metric : List.of("shared", "right_only")) {
      assertThat(pair.right(metric, count).body()).contains("\"count\":3");
    }
    if (backend == Backend.ROCKSDB) {
      ((RocksMetricsStore) store).mergeNow();
    }
    assertThat(pair.left("left_only", count).body()).contains("\"count\":3");
    assertThat(pair.right("shared", count).body()).contains("\"count\":3");
  }

  @Test
  void retention_holdsForTheOwnTenantAlone() throws Exception {
    Pair pair = new Pair("retention");
    for (String token : List.of(pair.left, pair.right)) {
      write(token, point("shared", now() - 3 * DAY_MILLIS, 1, "{}"));
    }
    String change = "{\"metric_name\":\"shared\",\"retention_days\":1}";
    assertThat(server.post("/api/v1/admin/retention", pair.left, change).statusCode())
        .isEqualTo(200);
    sealNow();
    store.enforceRetention();
    String count = "'queryType':'aggregate','aggregation':'count','timeRange':{'relative':'7d'}";
    assertThat(pair.left("shared", count).body()).contains("\"count\":3");
    assertThat(pair.right("shared", count).body()).contains("\"count\":4");
  }

  @Test
  void idempotencyKeys_areOfOneTenant() throws Exception {
    String left = SignedTokens.of("keys-left");
    String right = SignedTokens.of("keys-right");
    String one = batch(point("k", now(), 1, "{}"));
    String two = batch(point("k", now(), 2, "{}"), point("k", now(), 3, "{}"));
    assertThat(keyed(left, one).body()).contains("\"accepted\":1");
    assertThat(keyed(right, two).body()).contains("\"accepted\":2");
    assertThat(keyed(left, one).body()).contains("\"accepted\":1");
    assertError(keyed(left, two), 400, "IDEMPOTENCY_KEY_REUSED");
    String sum = "'queryType':'aggregate','aggregation':'sum'";
    assertThat(query(left, "k", sum).body()).contains("\"value\":1.0,\"count\":1");
    assertThat(query(right, "k", sum).body()).contains("\"value\":5.0,\"count\":2");
  }

  @Test
  void clusterAdmin_seesAllTenantsFigures_andNoTenantsData() throws Exception {
    Pair pair = new Pair("cluster");
    List<String> everything = List.of("read", "write", "admin", "cluster_admin");
    String admin = SignedTokens.of("cluster-admin", everything);
    assertThat(server.get("/metrics", admin).body())
        .contains("tenant_id=\"" + pair.name("left") + "\"");
    assertThat(server.get("/api/v1/metrics", admin).body()).isEqualTo("[]");
    String path = "/api/v1/admin/metrics/shared?before=" + (now() + DAY_MILLIS);
    assertThat(server.delete(path, admin).statusCode()).isEqualTo(202);
    String count = "'queryType':'aggregate','aggregation':'count'";
    assertThat(query(admin, "shared", count).body()).contains("\"results\":[]");
    assertThat(pair.left("shared", count).body()).contains("\"count\":3");
  }

  @Test
  void health_needsNoToken_andNamesNoTenant() throws Exception {
    Pair pair = new Pair("health");
    HttpResponse<String> health = server.get("/api/v1/health", "");
    assertThat(health.statusCode()).isEqualTo(200);
    assertThat(health.body()).doesNotContain(pair.name("left"), "shared");
    assertThat(server.get("/api/v1/health", "nonsense").statusCode()).isEqualTo(200);
  }

  @Test
  void pinnedToken_readsItsOwnDataAlone() throws Exception {
    Pair pair = new Pair("pinned-reads");
    write(pair.left, point("hidden", now(), 1, "{\"customer_id\":\"2\",\"secret\":\"s\"}"));
    String pinned = pinned(pair.name("left"), "1");
    for (String fields :
        List.of(
            "'queryType':'range'",
            "'queryType':'aggregate','aggregation':'sum','groupBy':['customer_id']",
            "'queryType':'rate','interval':'1h','groupBy':['customer_id']")) {
      assertThat(query(pinned, "shared", fields).body())
          .doesNotContain("\"customer_id\":\"2\"")
          .contains("\"points\":2,");
      for (String filter : List.of("'2'", "['1','2']", "''")) {
        String asking = fields + ",'filters':{'customer_id':" + filter + "}";
        assertError(query(pinned, "shared", asking), 403, "FORBIDDEN");
      }
      assertThat(query(pinned, "hidden", fields).body()).contains("\"results\":[]");
    }
    assertThat(server.get("/api/v1/metrics", pinned).body())
        .isEqualTo("[\"left_only\",\"shared\"]");
    assertThat(dimensions(pinned, "hidden").body()).isEqualTo("[]");
    assertThat(values(pinned, "hidden", "secret").body()).isEqualTo("[]");
    assertThat(values(pinned, "shared", "customer_id").body()).isEqualTo("[\"1\"]");
  }

  @Test
  void pinnedToken_ofAnotherTenant_readsNothingHere() throws Exception {
    Pair pair = new Pair("pinned-tenants");
    String pinned = pinned(pair.name("right"), "1");
    assertThat(query(pinned, "shared", "'queryType':'range'").body())
        .contains("\"side\":\"right\"")
        .doesNotContain("left");
    assertThat(query(pinned, "left_only", "'queryType':'range'").body()).contains("\"results\":[]");
  }

  /** A series that the tenant's own tokens write all the time is no more permitted than others. */
  @Test
  void pinnedToken_writesItsOwnDataAlone() throws Exception {
    String all = SignedTokens.of("pinned-writes");
    String pinned = pinned("pinned-writes", "1");
    String own = point("m", now(), 1, "{\"customer_id\":\"1\"}");
    String others = point("m", now(), 1, "{\"customer_id\":\"2\"}");
    String nobodys = point("m", now(), 1, "{}");
    write(all, own, others, nobodys);
    HttpResponse<String> mixed = server.post("/api/v1/write", pinned, batch(own, others, nobodys));
    assertThat(mixed.statusCode()).isEqualTo(207);
    assertThat(mixed.body())
        .contains("\"accepted\":1,\"rejected\":2", "\"index\":1", "\"code\":\"FORBIDDEN\"");
    assertError(server.post("/api/v1/write", pinned, batch(others)), 400, "FORBIDDEN");
    assertThat(query(all, "m", "'queryType':'aggregate','aggregation':'count'").body())
        .contains("\"count\":4}");
  }

  @ParameterizedTest
  @EnumSource(names = {"USAGE", "RETENTION", "DELETE", "OPERATION", "SCRAPE"})
  void pinnedToken_administersNothing(Endpoint endpoint) throws Exception {
    assertError(endpoint.send(pinned("pinned-admin", "1")), 403, "FORBIDDEN");
  }

  /** Metrics of one name with other values, and a metric that the other tenant does not have. */
  private static final class Pair {
    private final String test;
    private final String left;
    private final String right;

    Pair(String test) throws Exception {
      this.test = test;
      this.left = SignedTokens.of(name("left"));
      this.right = SignedTokens.of(name("right"));
      write(left, points("shared", "left", 1));
      write(left, points("left_only", "left", 1));
      write(right, points("shared", "right", 100));
      write(right, points("right_only", "right", 100));
    }

    String name(String side) {
      return test + "-" + side;
    }

    private static String[] points(String metric, String side, int value) {
      String dimensions = "{\"side\":\"%s\",\"of_%s\":\"x\",\"customer_id\":\"%d\"}";
      return new String[] {
        point(metric, now() - 2_000, value, dimensions.formatted(side, side, 1)),
        point(metric, now() - 1_000, 2 * value, dimensions.formatted(side, side, 1)),
        point(metric, now() - 1_000, 3 * value, dimensions.formatted(side, side, 2))
      };
    }

    HttpResponse<String> left(String metric, String fields) throws Exception {
      return query(left, metric, fields);
    }

    HttpResponse<String> right(String metric, String fields) throws Exception {
      return query(right, metric, fields);
    }
  }

  /** ClickHouse has no moment from which on points are stored in another way. */
  private void sealNow() {
    if (backend == Backend.ROCKSDB) {
      ((RocksMetricsStore) store).sealNow();
    }
  }

  private static String pinned(String tenant, String customer) {
    List<String> everything = List.of("read", "write", "admin", "cluster_admin");
    return SignedTokens.pinned(tenant, everything, Map.of("customer_id", customer));
  }

  private static void write(String token, String... points) throws Exception {
    assertThat(server.post("/api/v1/write", token, batch(points)).statusCode()).isEqualTo(200);
  }

  private static HttpResponse<String> keyed(String token, String body) throws Exception {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return server.post("/api/v1/write", token, bytes, "Idempotency-Key", "the same");
  }

  private static HttpResponse<String> query(String token, String metric, String fields)
      throws Exception {
    String range = fields.contains("timeRange") ? "" : ",'timeRange':{'relative':'1h'}";
    String body = "{" + fields + ",'metricName':'" + metric + "'" + range + "}";
    return server.post("/api/v1/query", token, body.replace('\'', '"'));
  }

  private static HttpResponse<String> dimensions(String token, String metric) throws Exception {
    return server.get("/api/v1/metrics/" + metric + "/dimensions", token);
  }

  private static HttpResponse<String> values(String token, String metric, String key)
      throws Exception {
    return server.get("/api/v1/metrics/" + metric + "/dimensions/" + key + "/values", token);
  }
}
