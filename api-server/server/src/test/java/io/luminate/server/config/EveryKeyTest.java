// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import static io.luminate.server.config.CardinalityLimits.Overflow.FOLD;
import static io.luminate.server.config.CardinalityLimits.Overflow.REJECT;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.RetentionPolicy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each key there is: its default, its place in the file, its variables, its place in the records.
 */
final class EveryKeyTest {
  private static final String SECRET = "fedcba9876543210fedcba9876543210";

  @TempDir private Path folder;

  /**
   * One key.
   *
   * @param fallback the value it has when nobody sets it
   * @param text another value, as in a variable
   * @param yaml the same, as in a file
   */
  record Row(
      String path,
      Function<LuminateConfig, Object> getter,
      Object fallback,
      String text,
      String yaml,
      Object value) {
    @Override
    public String toString() {
      return path;
    }
  }

  private static Row row(
      String path,
      Function<LuminateConfig, Object> getter,
      Object fallback,
      String text,
      Object value) {
    return new Row(path, getter, fallback, text, "\"" + text + "\"", value);
  }

  static Stream<Row> rows() {
    return Stream.of(
            edgeRows(),
            storageRows(),
            clickHouseRows(),
            connectionRows(),
            rateRows(),
            cardinalityRows(),
            queryRows(),
            limitsRows(),
            batchRows(),
            restRows())
        .flatMap(List::stream);
  }

  private static List<Row> edgeRows() {
    return List.of(
        row("server.host", c -> c.server().host(), "0.0.0.0", "::1", "::1"),
        row("server.port", c -> c.server().port(), 8080, "9090", 9090),
        row("server.read_timeout", c -> c.server().readTimeout(), s(30), "5s", s(5)),
        row("server.write_timeout", c -> c.server().writeTimeout(), s(30), "1500ms", ms(1_500)),
        row("server.shutdown_timeout", c -> c.server().shutdownTimeout(), s(10), "0", s(0)),
        row("auth.enabled", c -> c.auth().enabled(), true, "false", false),
        row("auth.allow_anonymous", c -> c.auth().allowAnonymous(), false, "TRUE", true),
        row(
            "auth.jwt_secret",
            c -> c.auth().keySource(),
            new KeySource.HmacSecret(new Secret(ConfigFiles.SECRET.values().iterator().next())),
            SECRET,
            new KeySource.HmacSecret(new Secret(SECRET))),
        row(
            "auth.jwt_public_key_path",
            c -> c.auth().keySource(),
            new KeySource.HmacSecret(new Secret(ConfigFiles.SECRET.values().iterator().next())),
            "pom.xml",
            new KeySource.PublicKeyFile(Path.of("pom.xml"))),
        row(
            "auth.jwks_url",
            c -> c.auth().keySource(),
            new KeySource.HmacSecret(new Secret(ConfigFiles.SECRET.values().iterator().next())),
            "https://issuer.example/jwks.json",
            new KeySource.JwksUrl(URI.create("https://issuer.example/jwks.json"))),
        row("auth.token_expiry", c -> c.auth().tokenExpiry(), h(24), "1h30m", ms(5_400_000)));
  }

  private static List<Row> storageRows() {
    Path data = Path.of("/var/lib/luminate/data");
    return List.of(
        row(
            "storage.backend",
            c -> c.storage().backend(),
            StorageConfig.Backend.ROCKSDB,
            "ClickHouse",
            StorageConfig.Backend.CLICKHOUSE),
        row(
            "storage.rocksdb.data_dir",
            c -> c.storage().rocksdb().dataDir(),
            data,
            "./data",
            Path.of("./data")),
        row(
            "storage.rocksdb.durability",
            c -> c.storage().rocksdb().durability(),
            RocksDbConfig.Durability.DISK,
            "process",
            RocksDbConfig.Durability.PROCESS));
  }

  private static List<Row> clickHouseRows() {
    return List.of(
        new Row(
            "storage.clickhouse.addresses",
            c -> c.storage().clickhouse().addresses(),
            List.of("localhost:8123"),
            "host1:9000, host2:9000",
            "[\"host1:9000\", \"host2:9000\"]",
            List.of("host1:9000", "host2:9000")),
        new Row(
            "storage.clickhouse.read_addresses",
            c -> c.storage().clickhouse().readAddresses(),
            List.of(),
            "replica:8123",
            "[\"replica:8123\"]",
            List.of("replica:8123")),
        row(
            "storage.clickhouse.database",
            c -> c.storage().clickhouse().database(),
            "luminate",
            "other",
            "other"),
        row(
            "storage.clickhouse.cluster",
            c -> c.storage().clickhouse().cluster(),
            Optional.empty(),
            "main",
            Optional.of("main")),
        row(
            "storage.clickhouse.owner",
            c -> c.storage().clickhouse().ownership().owner(),
            "standalone",
            "team/metrics",
            "team/metrics"),
        row(
            "storage.clickhouse.adopt",
            c -> c.storage().clickhouse().ownership().adopt(),
            false,
            "true",
            true));
  }

  private static List<Row> connectionRows() {
    return List.of(
        row(
            "storage.clickhouse.username",
            c -> c.storage().clickhouse().login().username(),
            "default",
            "me",
            "me"),
        row(
            "storage.clickhouse.password",
            c -> c.storage().clickhouse().login().password(),
            new Secret(""),
            "p",
            new Secret("p")),
        row(
            "storage.clickhouse.ca_file",
            c -> c.storage().clickhouse().login().caFile(),
            "",
            "/etc/ca.pem",
            "/etc/ca.pem"),
        row(
            "storage.clickhouse.ack",
            c -> c.storage().clickhouse().acknowledge(),
            ClickHouseConfig.Acknowledge.STORED,
            "buffered",
            ClickHouseConfig.Acknowledge.BUFFERED),
        row(
            "storage.clickhouse.max_open_conns",
            c -> c.storage().clickhouse().connections().maxOpen(),
            10,
            "20",
            20),
        row(
            "storage.clickhouse.max_idle_conns",
            c -> c.storage().clickhouse().connections().maxIdle(),
            5,
            "0",
            0),
        row(
            "storage.clickhouse.conn_max_lifetime",
            c -> c.storage().clickhouse().connections().maxLifetime(),
            h(1),
            "2h",
            h(2)),
        row(
            "storage.clickhouse.max_query_memory",
            c -> c.storage().clickhouse().maxQueryMemoryBytes(),
            4L << 30,
            "500MB",
            500_000_000L));
  }

  private static List<Row> rateRows() {
    return List.of(
        row(
            "rate_limits.write_requests_per_second",
            c -> c.rateLimits().writeRequestsPerSecond(),
            100L,
            "0",
            0L),
        row(
            "rate_limits.query_requests_per_second",
            c -> c.rateLimits().queryRequestsPerSecond(),
            50L,
            "7",
            7L),
        row(
            "rate_limits.metrics_per_second",
            c -> c.rateLimits().metricsPerSecond(),
            10_000L,
            "1000000",
            1_000_000L),
        row("rate_limits.concurrent_queries", c -> c.rateLimits().concurrentQueries(), 10, "3", 3));
  }

  private static List<Row> cardinalityRows() {
    String cardinality = "cardinality_limits.";
    return List.of(
        row(
            cardinality + "max_dimensions_per_metric",
            c -> c.cardinalityLimits().maxDimensionsPerMetric(),
            20,
            "8",
            8),
        row(
            cardinality + "max_dimension_key_length",
            c -> c.cardinalityLimits().maxDimensionKeyLength(),
            128,
            "64",
            64),
        row(
            cardinality + "max_dimension_value_length",
            c -> c.cardinalityLimits().maxDimensionValueLength(),
            256,
            "100",
            100),
        row(
            cardinality + "max_unique_series_per_metric",
            c -> c.cardinalityLimits().maxUniqueSeriesPerMetric(),
            1_000_000L,
            "5000000",
            5_000_000L),
        row(
            cardinality + "max_metrics_per_tenant",
            c -> c.cardinalityLimits().maxMetricsPerTenant(),
            1_000L,
            "10",
            10L),
        row(cardinality + "overflow", c -> c.cardinalityLimits().overflow(), REJECT, "fold", FOLD));
  }

  private static List<Row> queryRows() {
    return List.of(
        row(
            "query_limits.max_query_timeout",
            c -> c.queryLimits().maxQueryTimeout(),
            s(30),
            "1m",
            s(60)),
        row(
            "query_limits.default_query_timeout",
            c -> c.queryLimits().defaultQueryTimeout(),
            s(10),
            "30s",
            s(30)),
        row(
            "query_limits.max_query_time_range",
            c -> c.queryLimits().maxQueryTimeRange(),
            h(90 * 24),
            "2w",
            h(14 * 24)),
        row(
            "query_limits.max_result_points",
            c -> c.queryLimits().maxResultPoints(),
            10_000,
            "500",
            500),
        row(
            "query_limits.max_group_by_cardinality",
            c -> c.queryLimits().maxGroupByCardinality(),
            1_000,
            "50",
            50));
  }

  private static List<Row> limitsRows() {
    return List.of(
        row("limits.file", c -> c.limits().file(), "", "/etc/t.json", "/etc/t.json"),
        row("limits.poll_interval", c -> c.limits().pollInterval(), s(2), "100ms", ms(100)));
  }

  private static List<Row> batchRows() {
    return List.of(
        row("batch_write.max_batch_size", c -> c.batchWrite().maxBatchSize(), 10_000, "100", 100),
        row(
            "batch_write.max_request_size_bytes",
            c -> c.batchWrite().maxRequestSizeBytes(),
            10 << 20,
            "1MiB",
            1 << 20),
        row("batch_write.compression", c -> c.batchWrite().compression(), true, "false", false),
        row(
            "batch_write.idempotency_window",
            c -> c.batchWrite().idempotencyWindow(),
            h(1),
            "10m",
            s(600)),
        row(
            "batch_write.flush_interval",
            c -> c.batchWrite().flushInterval(),
            ms(20),
            "10s",
            s(10)),
        row("batch_write.flush_rows", c -> c.batchWrite().flushRows(), 100_000, "1", 1));
  }

  private static List<Row> restRows() {
    return List.of(
        row(
            "retention.default_retention",
            c -> c.retention().policies().defaultRetention(),
            h(30 * 24),
            "90d",
            h(90 * 24)),
        row("retention.cleanup_interval", c -> c.retention().cleanupInterval(), h(1), "0", s(0)),
        row("retention.shortening_grace", c -> c.retention().shorteningGrace(), h(24), "0", s(0)),
        new Row(
            "retention.policies",
            EveryKeyTest::policies,
            Map.of(),
            "debug_*=7d, api_*=90d",
            "[{metric_pattern: \"debug_*\", retention: 7d},"
                + " {metric_pattern: \"api_*\", retention: 90d}]",
            Map.of("debug_*", h(7 * 24), "api_*", h(90 * 24))),
        row(
            "logging.level",
            c -> c.logging().level(),
            LoggingConfig.Level.INFO,
            "debug",
            LoggingConfig.Level.DEBUG),
        row(
            "logging.format",
            c -> c.logging().format(),
            LoggingConfig.Format.JSON,
            "text",
            LoggingConfig.Format.TEXT),
        row(
            "logging.output",
            c -> c.logging().output(),
            LoggingConfig.Output.STDOUT,
            "stderr",
            LoggingConfig.Output.STDERR),
        row("metrics.enabled", c -> c.metrics().enabled(), true, "false", false),
        row("metrics.path", c -> c.metrics().path(), "/metrics", "/own/metrics", "/own/metrics"),
        row("metrics.interval", c -> c.metrics().interval(), s(10), "1m", s(60)),
        row("management.host", c -> c.management().host(), "0.0.0.0", "localhost", "localhost"),
        row("management.port", c -> c.management().port(), 8081, "0", 0),
        row("management.internal_port", c -> c.management().internalPort(), 8082, "82", 82),
        row(
            "management.internal_token_file",
            c -> c.management().internalTokenPath().map(Path::toString).orElse("none"),
            "none",
            "/etc/token",
            "/etc/token"),
        new Row(
            "entity_keys",
            c -> c.entityKeys().keys(),
            List.of("customer_id", "user_id", "account_id", "org_id", "tenant"),
            "shop,user_id",
            "[shop, user_id]",
            List.of("shop", "user_id")));
  }

  private static Object policies(LuminateConfig config) {
    Map<String, Duration> policies = new HashMap<>();
    for (RetentionPolicy policy : config.retention().policies().policies()) {
      policies.put(policy.metricPattern(), policy.retention());
    }
    return policies;
  }

  @Test
  void rows_nameEveryKey() {
    assertThat(rows().map(Row::path))
        .containsExactlyInAnyOrderElementsOf(ConfigKeys.ALL.stream().map(ConfigKey::path).toList());
  }

  @Test
  void environmentNames_areDistinct() {
    assertThat(ConfigKeys.ALL.stream().flatMap(key -> key.environmentNames().stream()))
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void default_isAsDocumented(Row row) throws ConfigException {
    assertThat(row.getter.apply(ConfigFiles.load(ConfigFiles.SECRET))).isEqualTo(row.fallback);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void file_sets(Row row) throws ConfigException {
    LuminateConfig config =
        ConfigFiles.load(folder, ConfigFiles.yamlOf(row.path, row.yaml), around(row));
    assertThat(row.getter.apply(config)).isEqualTo(row.value);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void variable_setsWithEachOfItsNames(Row row) throws ConfigException {
    for (String name : key(row).environmentNames()) {
      Map<String, String> environment = around(row);
      environment.put(name, row.text);
      assertThat(row.getter.apply(ConfigFiles.load(environment))).as(name).isEqualTo(row.value);
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void variable_winsOverFile(Row row) throws ConfigException {
    Map<String, String> environment = around(row);
    environment.put(key(row).environmentNames().getFirst(), row.text);
    LuminateConfig config =
        ConfigFiles.load(folder, ConfigFiles.yamlOf(row.path, "\"${NOT_THERE}\""), environment);
    assertThat(row.getter.apply(config)).isEqualTo(row.value);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void file_refersToVariable(Row row) throws ConfigException {
    Map<String, String> environment = around(row);
    environment.put("MINE", row.text);
    LuminateConfig config =
        ConfigFiles.load(folder, ConfigFiles.yamlOf(row.path, "\"${MINE}\""), environment);
    assertThat(row.getter.apply(config)).isEqualTo(row.value);
  }

  /** What else must be set for the key's value to stand without contradiction. */
  private static Map<String, String> around(Row row) {
    Map<String, String> environment = new HashMap<>();
    if (!row.value.getClass().getName().contains("KeySource")) {
      environment.putAll(ConfigFiles.SECRET);
    }
    if (row.path.equals("auth.enabled")) {
      environment.put("LUMINATE_SERVER_HOST", "127.0.0.1");
    }
    return environment;
  }

  private static ConfigKey<?> key(Row row) {
    return ConfigKeys.ALL.stream()
        .filter(key -> key.path().equals(row.path))
        .findFirst()
        .orElseThrow();
  }

  private static Duration ms(long millis) {
    return Duration.ofMillis(millis);
  }

  private static Duration s(long seconds) {
    return Duration.ofSeconds(seconds);
  }

  private static Duration h(long hours) {
    return Duration.ofHours(hours);
  }
}
