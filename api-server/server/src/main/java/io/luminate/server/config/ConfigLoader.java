// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import io.luminate.model.EntityKeys;
import io.luminate.model.RetentionPolicies;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts the configuration together: a flag wins over a variable, a variable over the file, the file
 * over the default. All problems are reported at once, but of a file that cannot be read nothing
 * else: whatever it would have said.
 */
public final class ConfigLoader {
  private ConfigLoader() {}

  public static LoadedConfig load(CommandLine commandLine, Map<String, String> environment)
      throws ConfigException {
    List<ConfigProblem> problems = new ArrayList<>();
    Map<String, RawValue> raw = new HashMap<>();
    if (commandLine.configPath().isPresent()) {
      raw.putAll(YamlSource.read(commandLine.configPath().get(), problems));
    }
    raw.putAll(EnvironmentSource.read(environment, problems));
    flag(raw, ConfigKeys.ROCKSDB_DATA_DIR, "--data-dir", commandLine.dataDir());
    flag(raw, ConfigKeys.LIMITS_FILE, "--tenants", commandLine.tenantsFile());
    Settings settings = new Settings(raw, environment, problems);
    List<String> warnings = new ArrayList<>(ConfigRules.check(settings, problems));
    if (!problems.isEmpty()) {
      throw new ConfigException(ProblemOrder.sorted(problems, commandLine.configPath()));
    }
    EnvironmentSource.unknown(environment, settings.referenced()).stream()
        .map(name -> name + " is no setting of this server and has no effect")
        .forEach(warnings::add);
    return new LoadedConfig(build(settings), warnings, settings.shown());
  }

  private static void flag(Map<String, RawValue> raw, ConfigKey<?> key, String flag, String value) {
    if (!value.isEmpty()) {
      raw.put(key.path(), RawValue.literal(flag, value, false));
    }
  }

  private static LuminateConfig build(Settings s) {
    return new LuminateConfig(
        server(s),
        auth(s),
        storage(s),
        rateLimits(s),
        cardinalityLimits(s),
        queryLimits(s),
        new LimitsConfig(s.get(ConfigKeys.LIMITS_FILE), s.get(ConfigKeys.LIMITS_POLL_INTERVAL)),
        batchWrite(s),
        retention(s),
        logging(s),
        metrics(s),
        management(s),
        new EntityKeys(s.get(ConfigKeys.ENTITY_KEYS)));
  }

  private static ServerConfig server(Settings s) {
    return new ServerConfig(
        s.get(ConfigKeys.SERVER_HOST),
        s.get(ConfigKeys.SERVER_PORT),
        s.get(ConfigKeys.SERVER_READ_TIMEOUT),
        s.get(ConfigKeys.SERVER_WRITE_TIMEOUT),
        s.get(ConfigKeys.SERVER_SHUTDOWN_TIMEOUT));
  }

  private static AuthConfig auth(Settings s) {
    return new AuthConfig(
        s.get(ConfigKeys.AUTH_ENABLED),
        s.get(ConfigKeys.AUTH_ALLOW_ANONYMOUS),
        keySource(s),
        s.get(ConfigKeys.AUTH_TOKEN_EXPIRY));
  }

  private static KeySource keySource(Settings s) {
    String publicKeyPath = s.get(ConfigKeys.AUTH_JWT_PUBLIC_KEY_PATH);
    Optional<KeySource> fromFile =
        publicKeyPath.isEmpty()
            ? Optional.empty()
            : Optional.of(new KeySource.PublicKeyFile(Path.of(publicKeyPath)));
    return s.get(ConfigKeys.AUTH_JWT_SECRET)
        .<KeySource>map(KeySource.HmacSecret::new)
        .or(() -> s.get(ConfigKeys.AUTH_JWKS_URL).map(KeySource.JwksUrl::new))
        .or(() -> fromFile)
        .orElse(new KeySource.None());
  }

  private static StorageConfig storage(Settings s) {
    return new StorageConfig(
        s.get(ConfigKeys.STORAGE_BACKEND),
        new RocksDbConfig(s.get(ConfigKeys.ROCKSDB_DATA_DIR), s.get(ConfigKeys.ROCKSDB_DURABILITY)),
        new ClickHouseConfig(
            s.get(ConfigKeys.CLICKHOUSE_ADDRESSES),
            s.get(ConfigKeys.CLICKHOUSE_READ_ADDRESSES),
            s.get(ConfigKeys.CLICKHOUSE_DATABASE),
            s.get(ConfigKeys.CLICKHOUSE_CLUSTER),
            new ClickHouseConfig.Ownership(
                s.get(ConfigKeys.CLICKHOUSE_OWNER), s.get(ConfigKeys.CLICKHOUSE_ADOPT)),
            new ClickHouseConfig.Login(
                s.get(ConfigKeys.CLICKHOUSE_USERNAME),
                s.get(ConfigKeys.CLICKHOUSE_PASSWORD),
                s.get(ConfigKeys.CLICKHOUSE_CA_FILE)),
            s.get(ConfigKeys.CLICKHOUSE_ACK),
            new ClickHouseConfig.Connections(
                s.get(ConfigKeys.CLICKHOUSE_MAX_OPEN_CONNS),
                s.get(ConfigKeys.CLICKHOUSE_MAX_IDLE_CONNS),
                s.get(ConfigKeys.CLICKHOUSE_CONN_MAX_LIFETIME)),
            s.get(ConfigKeys.CLICKHOUSE_MAX_QUERY_MEMORY)));
  }

  private static RateLimits rateLimits(Settings s) {
    return new RateLimits(
        s.get(ConfigKeys.RATE_WRITE_REQUESTS),
        s.get(ConfigKeys.RATE_QUERY_REQUESTS),
        s.get(ConfigKeys.RATE_METRICS),
        s.get(ConfigKeys.CONCURRENT_QUERIES));
  }

  private static CardinalityLimits cardinalityLimits(Settings s) {
    return new CardinalityLimits(
        s.get(ConfigKeys.MAX_DIMENSIONS),
        s.get(ConfigKeys.MAX_KEY_LENGTH),
        s.get(ConfigKeys.MAX_VALUE_LENGTH),
        s.get(ConfigKeys.MAX_SERIES),
        s.get(ConfigKeys.MAX_METRICS),
        s.get(ConfigKeys.OVERFLOW));
  }

  private static QueryLimits queryLimits(Settings s) {
    return new QueryLimits(
        s.get(ConfigKeys.MAX_QUERY_TIMEOUT),
        s.get(ConfigKeys.DEFAULT_QUERY_TIMEOUT),
        s.get(ConfigKeys.MAX_QUERY_TIME_RANGE),
        s.get(ConfigKeys.MAX_RESULT_POINTS),
        s.get(ConfigKeys.MAX_GROUPS));
  }

  private static BatchWriteConfig batchWrite(Settings s) {
    return new BatchWriteConfig(
        s.get(ConfigKeys.MAX_BATCH_SIZE),
        s.get(ConfigKeys.MAX_REQUEST_SIZE_BYTES),
        s.get(ConfigKeys.COMPRESSION),
        s.get(ConfigKeys.IDEMPOTENCY_WINDOW),
        s.get(ConfigKeys.FLUSH_INTERVAL),
        s.get(ConfigKeys.FLUSH_ROWS));
  }

  private static RetentionConfig retention(Settings s) {
    return new RetentionConfig(
        new RetentionPolicies(
            s.get(ConfigKeys.DEFAULT_RETENTION), s.get(ConfigKeys.RETENTION_POLICIES)),
        s.get(ConfigKeys.CLEANUP_INTERVAL),
        s.get(ConfigKeys.SHORTENING_GRACE));
  }

  private static LoggingConfig logging(Settings s) {
    return new LoggingConfig(
        s.get(ConfigKeys.LOGGING_LEVEL),
        s.get(ConfigKeys.LOGGING_FORMAT),
        s.get(ConfigKeys.LOGGING_OUTPUT));
  }

  private static MetricsConfig metrics(Settings s) {
    return new MetricsConfig(
        s.get(ConfigKeys.METRICS_ENABLED),
        s.get(ConfigKeys.METRICS_PATH),
        s.get(ConfigKeys.METRICS_INTERVAL));
  }

  private static ManagementConfig management(Settings s) {
    String host = s.get(ConfigKeys.MANAGEMENT_HOST);
    return new ManagementConfig(
        host.isEmpty() ? s.get(ConfigKeys.SERVER_HOST) : host,
        s.get(ConfigKeys.MANAGEMENT_PORT),
        s.get(ConfigKeys.MANAGEMENT_INTERNAL_PORT),
        s.get(ConfigKeys.MANAGEMENT_INTERNAL_TOKEN_FILE));
  }
}
