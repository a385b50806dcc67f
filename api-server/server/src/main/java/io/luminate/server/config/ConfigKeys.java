// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import static io.luminate.server.config.ValueTypes.bool;
import static io.luminate.server.config.ValueTypes.duration;
import static io.luminate.server.config.ValueTypes.integer;
import static io.luminate.server.config.ValueTypes.longInteger;
import static io.luminate.server.config.ValueTypes.oneOf;

import io.luminate.model.RetentionPolicy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every setting there is, with its default. */
final class ConfigKeys {
  private static final List<ConfigKey<?>> KEYS = new ArrayList<>();

  private static final Duration MILLISECOND = Duration.ofMillis(1);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration CENTURY = Duration.ofDays(36_500);

  /** Rates beyond this are no limit on any machine. */
  private static final long RATE_MAX = 1_000_000_000L;

  private static final Map<String, String> BACKEND_HINTS =
      Map.of("badger", "the embedded store is called rocksdb");

  static final ConfigKey<String> SERVER_HOST = key("server.host", ValueTypes.host(), "0.0.0.0");
  static final ConfigKey<Integer> SERVER_PORT = key("server.port", ValueTypes.port(), "8080");
  static final ConfigKey<Duration> SERVER_READ_TIMEOUT =
      key("server.read_timeout", duration(MILLISECOND, HOUR), "30s");
  static final ConfigKey<Duration> SERVER_WRITE_TIMEOUT =
      key("server.write_timeout", duration(MILLISECOND, HOUR), "30s");
  static final ConfigKey<Duration> SERVER_SHUTDOWN_TIMEOUT =
      key("server.shutdown_timeout", duration(Duration.ZERO, HOUR), "10s");

  static final ConfigKey<Boolean> AUTH_ENABLED = key("auth.enabled", bool(), "true");
  static final ConfigKey<Boolean> AUTH_ALLOW_ANONYMOUS =
      key("auth.allow_anonymous", bool(), "false");
  static final ConfigKey<Optional<Secret>> AUTH_JWT_SECRET =
      hidden("auth.jwt_secret", ValueTypes.signingSecret());
  static final ConfigKey<String> AUTH_JWT_PUBLIC_KEY_PATH =
      key("auth.jwt_public_key_path", ValueTypes.optionalPath(), "");
  static final ConfigKey<Optional<URI>> AUTH_JWKS_URL =
      key("auth.jwks_url", ValueTypes.optionalHttpUrl(), "");
  static final ConfigKey<Duration> AUTH_TOKEN_EXPIRY =
      key("auth.token_expiry", duration(SECOND, CENTURY), "24h");

  static final ConfigKey<StorageConfig.Backend> STORAGE_BACKEND =
      key("storage.backend", oneOf(StorageConfig.Backend.class, BACKEND_HINTS), "rocksdb");
  static final ConfigKey<Path> ROCKSDB_DATA_DIR =
      key("storage.rocksdb.data_dir", ValueTypes.path(), "/var/lib/luminate/data");
  static final ConfigKey<RocksDbConfig.Durability> ROCKSDB_DURABILITY =
      key("storage.rocksdb.durability", oneOf(RocksDbConfig.Durability.class, Map.of()), "disk");
  static final ConfigKey<List<String>> CLICKHOUSE_ADDRESSES =
      key("storage.clickhouse.addresses", ValueTypes.addresses(), "localhost:8123");
  static final ConfigKey<List<String>> CLICKHOUSE_READ_ADDRESSES =
      key("storage.clickhouse.read_addresses", ValueTypes.optionalAddresses(), "");
  static final ConfigKey<String> CLICKHOUSE_DATABASE =
      key("storage.clickhouse.database", ValueTypes.identifier(), "luminate");
  static final ConfigKey<Optional<String>> CLICKHOUSE_CLUSTER =
      key("storage.clickhouse.cluster", ValueTypes.optionalIdentifier(), "");
  static final ConfigKey<String> CLICKHOUSE_OWNER =
      key("storage.clickhouse.owner", ValueTypes.text(), "standalone");
  static final ConfigKey<Boolean> CLICKHOUSE_ADOPT =
      key("storage.clickhouse.adopt", bool(), "false");
  static final ConfigKey<String> CLICKHOUSE_USERNAME =
      key("storage.clickhouse.username", ValueTypes.text(), "default");
  static final ConfigKey<Secret> CLICKHOUSE_PASSWORD =
      hidden("storage.clickhouse.password", ValueTypes.secret());
  static final ConfigKey<String> CLICKHOUSE_CA_FILE =
      key("storage.clickhouse.ca_file", ValueTypes.optionalPath(), "");
  static final ConfigKey<ClickHouseConfig.Acknowledge> CLICKHOUSE_ACK =
      key("storage.clickhouse.ack", oneOf(ClickHouseConfig.Acknowledge.class, Map.of()), "stored");
  static final ConfigKey<Integer> CLICKHOUSE_MAX_OPEN_CONNS =
      key("storage.clickhouse.max_open_conns", integer(1, 10_000), "10");
  static final ConfigKey<Integer> CLICKHOUSE_MAX_IDLE_CONNS =
      key("storage.clickhouse.max_idle_conns", integer(0, 10_000), "5");
  static final ConfigKey<Duration> CLICKHOUSE_CONN_MAX_LIFETIME =
      key("storage.clickhouse.conn_max_lifetime", duration(SECOND, DAY), "1h");
  static final ConfigKey<Long> CLICKHOUSE_MAX_QUERY_MEMORY =
      key("storage.clickhouse.max_query_memory", ValueTypes.longBytes(64L << 20, 1L << 40), "4GiB");

  static final ConfigKey<Long> RATE_WRITE_REQUESTS =
      key("rate_limits.write_requests_per_second", longInteger(0, RATE_MAX), "100");
  static final ConfigKey<Long> RATE_QUERY_REQUESTS =
      key("rate_limits.query_requests_per_second", longInteger(0, RATE_MAX), "50");
  static final ConfigKey<Long> RATE_METRICS =
      key("rate_limits.metrics_per_second", longInteger(0, RATE_MAX), "10000");
  static final ConfigKey<Integer> CONCURRENT_QUERIES =
      key("rate_limits.concurrent_queries", integer(0, 10_000), "10");

  static final ConfigKey<Integer> MAX_DIMENSIONS =
      key("cardinality_limits.max_dimensions_per_metric", integer(0, 64), "20");
  static final ConfigKey<Integer> MAX_KEY_LENGTH =
      key("cardinality_limits.max_dimension_key_length", integer(1, 1_024), "128");
  static final ConfigKey<Integer> MAX_VALUE_LENGTH =
      key("cardinality_limits.max_dimension_value_length", integer(1, 4_096), "256");
  static final ConfigKey<Long> MAX_SERIES =
      key("cardinality_limits.max_unique_series_per_metric", longInteger(0, RATE_MAX), "1000000");
  static final ConfigKey<Long> MAX_METRICS =
      key("cardinality_limits.max_metrics_per_tenant", longInteger(0, RATE_MAX), "1000");
  static final ConfigKey<CardinalityLimits.Overflow> OVERFLOW =
      key(
          "cardinality_limits.overflow",
          oneOf(CardinalityLimits.Overflow.class, Map.of()),
          "reject");

  static final ConfigKey<Duration> MAX_QUERY_TIMEOUT =
      key("query_limits.max_query_timeout", duration(MILLISECOND, HOUR), "30s");
  static final ConfigKey<Duration> DEFAULT_QUERY_TIMEOUT =
      key("query_limits.default_query_timeout", duration(MILLISECOND, HOUR), "10s");
  static final ConfigKey<Duration> MAX_QUERY_TIME_RANGE =
      key("query_limits.max_query_time_range", duration(SECOND, CENTURY), "90d");
  static final ConfigKey<Integer> MAX_RESULT_POINTS =
      key("query_limits.max_result_points", integer(1, 1_000_000), "10000");
  static final ConfigKey<Integer> MAX_GROUPS =
      key("query_limits.max_group_by_cardinality", integer(1, 1_000_000), "1000");

  static final ConfigKey<String> LIMITS_FILE = key("limits.file", ValueTypes.optionalPath(), "");
  static final ConfigKey<Duration> LIMITS_POLL_INTERVAL =
      key("limits.poll_interval", duration(Duration.ofMillis(100), HOUR), "2s");

  static final ConfigKey<Integer> MAX_BATCH_SIZE =
      key("batch_write.max_batch_size", integer(1, 1_000_000), "10000");
  static final ConfigKey<Integer> MAX_REQUEST_SIZE_BYTES =
      key(
          "batch_write.max_request_size_bytes",
          ValueTypes.bytes(1_024, BatchWriteConfig.INFLATED_BYTES_MAX),
          "10485760");
  static final ConfigKey<Boolean> COMPRESSION =
      key("batch_write.compression", ValueTypes.compression(), "true");
  static final ConfigKey<Duration> IDEMPOTENCY_WINDOW =
      key("batch_write.idempotency_window", duration(SECOND, DAY), "1h");
  static final ConfigKey<Duration> FLUSH_INTERVAL =
      key(
          "batch_write.flush_interval",
          duration(Duration.ZERO, BatchWriteConfig.FLUSH_INTERVAL_MAX),
          "20ms");

  /** Its default where points are answered from a buffer, so that nobody waits for it. */
  static final String BUFFER_FLUSH_INTERVAL = "10s";

  static final ConfigKey<Integer> FLUSH_ROWS =
      key("batch_write.flush_rows", integer(1, BatchWriteConfig.FLUSH_ROWS_MAX), "100000");

  static final ConfigKey<Duration> DEFAULT_RETENTION =
      key("retention.default_retention", duration(HOUR, CENTURY), "30d");
  static final ConfigKey<Duration> CLEANUP_INTERVAL =
      key("retention.cleanup_interval", duration(Duration.ZERO, Duration.ofDays(7)), "1h");
  static final ConfigKey<Duration> SHORTENING_GRACE =
      key("retention.shortening_grace", duration(Duration.ZERO, Duration.ofDays(30)), "24h");
  static final ConfigKey<List<RetentionPolicy>> RETENTION_POLICIES =
      key("retention.policies", ValueTypes.retentionPolicies(HOUR, CENTURY), "");

  static final ConfigKey<LoggingConfig.Level> LOGGING_LEVEL =
      key("logging.level", oneOf(LoggingConfig.Level.class, Map.of()), "info");
  static final ConfigKey<LoggingConfig.Format> LOGGING_FORMAT =
      key("logging.format", oneOf(LoggingConfig.Format.class, Map.of()), "json");
  static final ConfigKey<LoggingConfig.Output> LOGGING_OUTPUT =
      key("logging.output", oneOf(LoggingConfig.Output.class, Map.of()), "stdout");

  static final ConfigKey<Boolean> METRICS_ENABLED = key("metrics.enabled", bool(), "true");
  static final ConfigKey<String> METRICS_PATH =
      key("metrics.path", ValueTypes.httpPath(), "/metrics");
  static final ConfigKey<Duration> METRICS_INTERVAL =
      key("metrics.interval", duration(Duration.ZERO, HOUR), "10s");

  static final ConfigKey<String> MANAGEMENT_HOST =
      key("management.host", ValueTypes.optionalHost(), "");
  static final ConfigKey<Integer> MANAGEMENT_PORT =
      key("management.port", ValueTypes.port(), "8081");
  static final ConfigKey<Integer> MANAGEMENT_INTERNAL_PORT =
      key("management.internal_port", ValueTypes.port(), "8082");
  static final ConfigKey<String> MANAGEMENT_INTERNAL_TOKEN_FILE =
      key("management.internal_token_file", ValueTypes.optionalPath(), "");

  static final ConfigKey<List<String>> ENTITY_KEYS =
      key(
          "entity_keys",
          ValueTypes.dimensionKeys(),
          "customer_id,user_id,account_id,org_id,tenant");

  /** All of them, in the order of this class. */
  static final List<ConfigKey<?>> ALL = List.copyOf(KEYS);

  private ConfigKeys() {}

  private static <T> ConfigKey<T> key(String path, ValueType<T> type, String fallback) {
    return register(new ConfigKey<>(path, type, fallback, false));
  }

  private static <T> ConfigKey<T> hidden(String path, ValueType<T> type) {
    return register(new ConfigKey<>(path, type, "", true));
  }

  private static <T> ConfigKey<T> register(ConfigKey<T> key) {
    KEYS.add(key);
    return key;
  }
}
