// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigLoaderTest {
  /** The example of the product's contract, with the embedded store's present name. */
  private static final String EXAMPLE =
      """
      server:
        host: "0.0.0.0"
        port: 8080
        read_timeout: "30s"
        write_timeout: "30s"
        shutdown_timeout: "10s"
      auth:
        enabled: true
        jwt_secret: "${JWT_SECRET}"  # From environment variable
        token_expiry: "24h"
      storage:
        backend: "rocksdb"  # or "clickhouse"
        rocksdb:
          data_dir: "/var/lib/luminate/data"
        clickhouse:
          addresses: ["localhost:9000"]
          database: "luminate"
          username: "${CLICKHOUSE_USER}"
          password: "${CLICKHOUSE_PASSWORD}"
          max_open_conns: 10
          max_idle_conns: 5
          conn_max_lifetime: "1h"
      batch_write:
        max_batch_size: 10000
        max_request_size_bytes: 10485760  # 10 MB
        compression: gzip
      retention:
        default_retention: "30d"          # Default retention period
        cleanup_interval: "1h"            # How often to run cleanup
        policies:
          - metric_pattern: "debug_*"
            retention: "7d"            # Debug metrics: 7 days
          - metric_pattern: "*"
            retention: "30d"           # Default: 30 days
      logging:
        level: "info"  # debug, info, warn, error
      metrics:
      """;

  @TempDir private Path folder;

  @Test
  void load_example() throws ConfigException {
    String secret = "x".repeat(40);
    LuminateConfig config = ConfigFiles.load(folder, EXAMPLE, Map.of("JWT_SECRET", secret));
    assertThat(config.auth().keySource()).isEqualTo(new KeySource.HmacSecret(new Secret(secret)));
    assertThat(config.storage().clickhouse().addresses()).containsExactly("localhost:9000");
    assertThat(config.retention().policies().policies()).hasSize(2);
    assertThat(config.metrics().path()).isEqualTo("/metrics");
  }

  @Test
  void load_nothingGiven_refusesToRunOpen() {
    assertThat(problems(Map.of()))
        .singleElement()
        .asString()
        .contains("auth.enabled", "LUMINATE_AUTH_JWT_SECRET", "LUMINATE_SERVER_HOST=127.0.0.1");
  }

  @Test
  void load_withoutTokensOnLoopback() throws ConfigException {
    for (String host : List.of("127.0.0.1", "127.9.9.9", "::1", "localhost")) {
      LuminateConfig config =
          ConfigFiles.load(Map.of("LUMINATE_SERVER_HOST", host, "LUMINATE_AUTH_ENABLED", "false"));
      assertThat(config.auth().keySource()).isEqualTo(new KeySource.None());
      assertThat(config.management().host()).isEqualTo(host);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "192.168.1.1", "localhost.example", "example.org"})
  void load_withoutTokensElsewhere_mustBeMeant(String host) throws ConfigException {
    Map<String, String> environment = new HashMap<>();
    environment.put("LUMINATE_SERVER_HOST", host);
    environment.put("LUMINATE_AUTH_ENABLED", "false");
    assertThat(problems(environment)).singleElement().asString().contains(host, "loopback");
    environment.put("LUMINATE_AUTH_ALLOW_ANONYMOUS", "true");
    assertThat(ConfigFiles.load(environment).auth().enabled()).isFalse();
  }

  @Test
  void load_allowAnonymousWithTokens_warns() throws ConfigException {
    LoadedConfig loaded =
        ConfigFiles.loaded(folder, "auth: {allow_anonymous: true}", ConfigFiles.SECRET);
    assertThat(loaded.warnings()).singleElement().asString().contains("allow_anonymous");
  }

  @Test
  void load_ackBuffered_flushesEveryTenSeconds_unlessToldOtherwise() throws ConfigException {
    String buffered = "storage: {clickhouse: {ack: buffered}}\n";
    LoadedConfig loaded = ConfigFiles.loaded(folder, buffered, ConfigFiles.SECRET);
    assertThat(loaded.config().batchWrite().flushInterval()).isEqualTo(Duration.ofSeconds(10));
    assertThat(loaded.settings()).contains("batch_write.flush_interval = 10s  (default)");
    String told = buffered + "batch_write: {flush_interval: 20ms}\n";
    assertThat(ConfigFiles.load(folder, told, ConfigFiles.SECRET).batchWrite().flushInterval())
        .isEqualTo(Duration.ofMillis(20));
  }

  @Test
  void load_reportsAllProblemsAtOnce() {
    String yaml =
        """
        server:
          prot: 8080
          port: 70000
          read_timeout: 30 seconds
          read_timeout: 30s
        storage:
          backend: badger
          badger: {data_dir: /x}
        extra: 1
        query_limits:
          default_query_timeout: 31s
        """;
    assertThat(problems(yaml, ConfigFiles.SECRET))
        .map(ConfigProblem::toString)
        .map(text -> text.replace(folder + "/", ""))
        .containsExactlyInAnyOrder(
            "config.yaml:2: server.prot: unknown key; allowed here: host, port, read_timeout,"
                + " shutdown_timeout, write_timeout",
            "config.yaml:3: server.port: got \"70000\", expected a whole number from 0 to 65535",
            "config.yaml:4: server.read_timeout: got \"30 seconds\", expected a duration from 1ms"
                + " to 1h, such as 30s, 1h or 7d; a duration is a number and one of ms, s, m, h, d,"
                + " w",
            "config.yaml:5: server.read_timeout: stands here twice",
            "config.yaml:7: storage.backend: got \"badger\", expected rocksdb or clickhouse; the"
                + " embedded store is called rocksdb",
            "config.yaml:8: storage.badger: unknown key; the embedded store is called rocksdb:"
                + " write storage.rocksdb.data_dir (value_log_max_entries has no counterpart)",
            "config.yaml:9: extra: unknown key; allowed here: auth, batch_write,"
                + " cardinality_limits, entity_keys, limits, logging, management, metrics,"
                + " query_limits, rate_limits, retention, server, storage",
            "config.yaml:11: query_limits.default_query_timeout: is 31s, longer than"
                + " query_limits.max_query_timeout, which is 30s");
  }

  /** A cluster remembers blocks of rows, of which a day has too many. */
  @Test
  void load_idempotencyWindow_ofACluster_isAnHourAtMost() throws Exception {
    String day =
        """
        storage: {backend: clickhouse, clickhouse: {cluster: main}}
        batch_write: {idempotency_window: 1d}
        """;
    assertThat(problems(day, ConfigFiles.SECRET))
        .map(ConfigProblem::toString)
        .singleElement()
        .asString()
        .contains("batch_write.idempotency_window: is 1d, and with storage.clickhouse.cluster")
        .contains("1h at most");
    ConfigFiles.load(folder, day.replace("1d", "1h"), ConfigFiles.SECRET);
    ConfigFiles.load(folder, day.replace("cluster: main", "database: main"), ConfigFiles.SECRET);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          server.host                            | 10.0.0.1:8080   | without port
          server.host                            | ''              | IP address
          server.port                            | -1              | from 0 to 65535
          server.port                            | 80.5            | from 0 to 65535
          server.port                            | 99999999999999999999 | from 0 to 65535
          server.port                            | tcp://10.1.2.3:8080  | enableServiceLinks: false
          server.read_timeout                    | 30              | a number and one of ms, s, m, h, d, w
          server.read_timeout                    | 0               | from 1ms to 1h
          server.read_timeout                    | 2h              | from 1ms to 1h
          server.read_timeout                    | 999999999999w   | too large
          server.read_timeout                    | -5s             | a duration
          auth.enabled                           | yes             | true or false
          auth.token_expiry                      | 1 day           | a duration
          auth.jwks_url                          | ftp://host/x    | http or https
          auth.jwks_url                          | host/jwks       | http or https
          auth.jwks_url                          | http://h/a b    | http or https
          storage.rocksdb.durability             | fsync           | disk or process
          storage.clickhouse.addresses           | ''              | a list of 1 to 256
          storage.clickhouse.addresses           | tcp://a:9000    | host:8123 or an http(s) URL
          storage.clickhouse.addresses           | a b:8123        | host:8123 or an http(s) URL
          rate_limits.metrics_per_second         | -1              | from 0 to
          rate_limits.metrics_per_second         | 10k             | from 0 to
          query_limits.max_result_points         | 0               | from 1 to
          batch_write.max_request_size_bytes     | 10 Mb           | one of KiB, MiB, GiB
          batch_write.max_request_size_bytes     | 65MiB           | from 1024 to 67108864
          batch_write.max_request_size_bytes     | 999999999999GiB | too large
          batch_write.compression                | lzma            | true or false
          retention.default_retention            | 59m             | from 1h
          retention.policies                     | api_*           | patterns
          retention.policies                     | api-*=7d        | patterns
          retention.policies                     | a=7d,a=8d       | different patterns
          retention.policies                     | a=7x            | patterns
          logging.level                          | verbose         | debug or info or warn or error
          logging.format                         | xml             | json or text
          logging.output                         | /var/log/x      | stdout or stderr
          metrics.path                           | metrics         | a path such as /metrics
          metrics.path                           | /api/v1/write   | outside /api
          metrics.path                           | /ready          | other than /live
          entity_keys                            | a,b,a           | different dimension keys
          entity_keys                            | customer-id     | dimension keys
          """)
  void load_valueNotAllowed(String path, String value, String expected) {
    String name =
        ConfigKeys.ALL.stream()
            .filter(key -> key.path().equals(path))
            .findFirst()
            .orElseThrow()
            .environmentNames()
            .getFirst();
    Map<String, String> environment = new HashMap<>(ConfigFiles.SECRET);
    environment.put(name, value);
    String shown = "got \"" + value.replace(" ", "") + "\"";
    assertThat(problems(environment))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.origin()).isEqualTo(name);
              assertThat(problem.key()).isEqualTo(path);
              assertThat(problem.message()).contains(expected);
              assertThat(problem.message().replace(" ", "")).contains(shown.replace(" ", ""));
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "server: 8080",
        "server: [1]",
        "server: {port: {a: 1}}",
        "server: {port: [1]}",
        "server: {port: }",
        "- a",
        "just text",
        "server: {port: 1",
        "a: &x [*x]",
        "--- {}\n--- {}",
        "? [a]\n: b",
        "server: {<<: {port: 1}}",
        "retention: {policies: [{metric_pattern: a}]}",
        "retention: {policies: [{metric_pattern: a, retention: 7d, tenant: x}]}",
        "retention: {policies: [[a]]}",
        "entity_keys: {a: b}",
      })
  void load_wrongShape_isOneProblem(String yaml) {
    assertThat(problems(yaml, ConfigFiles.SECRET)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing\n", "---\n", "server:\nstorage: {rocksdb: }\n", "{}"})
  void load_emptySections_areDefaults(String yaml) throws ConfigException {
    assertThat(ConfigFiles.load(folder, yaml, ConfigFiles.SECRET))
        .isEqualTo(ConfigFiles.load(ConfigFiles.SECRET));
  }

  @Test
  void load_fileMissing() {
    Path missing = folder.resolve("missing.yaml");
    assertThatThrownBy(
            () ->
                ConfigLoader.load(
                    CommandLine.parse(List.of("--config=" + missing)), ConfigFiles.SECRET))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("missing.yaml: there is no such file");
  }

  @Test
  void load_fileNotText() throws IOException {
    Path file = folder.resolve("config.yaml");
    Files.write(file, "server: {host: \u00e4}".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(
            () ->
                ConfigLoader.load(
                    CommandLine.parse(List.of("--config=" + file)), ConfigFiles.SECRET))
        .hasMessageContaining("not valid UTF-8");
    Files.write(file, new byte[(1 << 20) + 1]);
    assertThatThrownBy(
            () ->
                ConfigLoader.load(
                    CommandLine.parse(List.of("--config=" + file)), ConfigFiles.SECRET))
        .hasMessageContaining("larger than 1048576 bytes");
  }

  @Test
  void load_referenceUnresolved() {
    assertThat(problems("server: {host: \"${NOT_THERE}\"}", ConfigFiles.SECRET))
        .singleElement()
        .asString()
        .contains("server.host", "${NOT_THERE}");
    assertThat(problems("server: {host: \"${NOT-A-NAME}\"}", ConfigFiles.SECRET))
        .singleElement()
        .asString()
        .contains("malformed reference");
  }

  @Test
  void load_referenceInsideText() throws ConfigException {
    Map<String, String> environment = new HashMap<>(ConfigFiles.SECRET);
    environment.put("BASE", "/mnt/$1");
    LuminateConfig config =
        ConfigFiles.load(
            folder, "storage: {rocksdb: {data_dir: \"${BASE}/a/${BASE}\"}}", environment);
    assertThat(config.storage().rocksdb().dataDir()).isEqualTo(Path.of("/mnt/$1/a/mnt/$1"));
  }

  @Test
  void load_variableIsTakenLiterally() throws ConfigException {
    String secret = "${HOME}".repeat(8);
    LuminateConfig config = ConfigFiles.load(Map.of("LUMINATE_AUTH_JWT_SECRET", secret));
    assertThat(config.auth().keySource()).isEqualTo(new KeySource.HmacSecret(new Secret(secret)));
  }

  @Test
  void load_keySources_exactlyOne() throws ConfigException {
    Map<String, String> environment = new HashMap<>(ConfigFiles.SECRET);
    environment.put("LUMINATE_AUTH_JWKS_URL", "https://issuer.example/jwks");
    environment.put("LUMINATE_AUTH_JWT_PUBLIC_KEY_PATH", "pom.xml");
    assertThat(problems(environment))
        .singleElement()
        .asString()
        .contains("jwt_secret and jwks_url and jwt_public_key_path", "exactly one");
    environment.put("LUMINATE_AUTH_JWT_SECRET", "");
    environment.put("LUMINATE_AUTH_JWT_PUBLIC_KEY_PATH", "");
    assertThat(ConfigFiles.load(environment).auth().keySource())
        .isInstanceOf(KeySource.JwksUrl.class);
  }

  @Test
  void load_publicKeyUnreadable() {
    assertThat(problems(Map.of("LUMINATE_AUTH_JWT_PUBLIC_KEY_PATH", "/no/such.pem")))
        .singleElement()
        .asString()
        .contains("auth.jwt_public_key_path", "/no/such.pem");
  }

  @Test
  void load_portsCollide() throws ConfigException {
    Map<String, String> environment = new HashMap<>(ConfigFiles.SECRET);
    environment.put("LUMINATE_SERVER_PORT", "8081");
    assertThat(problems(environment)).singleElement().asString().contains("is 8081", "server.port");
    environment.put("LUMINATE_SERVER_PORT", "8082");
    assertThat(ConfigFiles.load(environment).server().port()).isEqualTo(8082);
    environment.put("LUMINATE_MANAGEMENT_INTERNAL_TOKEN_FILE", "/etc/token");
    assertThat(problems(environment)).singleElement().asString().contains("internal_port");
  }

  @Test
  void load_clickhouse_portOfTheNativeProtocol_warns() throws ConfigException {
    Map<String, String> environment = new HashMap<>(ConfigFiles.SECRET);
    environment.put("LUMINATE_CLICKHOUSE_ADDRESSES", "one:9000,two:8123");
    environment.put("LUMINATE_CLICKHOUSE_READ_ADDRESSES", "https://three:9440/");
    assertThat(ConfigFiles.loaded(folder, "", environment).warnings()).isEmpty();
    environment.put("LUMINATE_STORAGE_BACKEND", "clickhouse");
    assertThat(ConfigFiles.loaded(folder, "", environment).warnings())
        .satisfiesExactly(
            warning -> assertThat(warning).contains("addresses: one:9000", "8123"),
            warning -> assertThat(warning).contains("read_addresses: https://three:9440/"));
  }

  @Test
  void load_unknownVariable_warns() throws ConfigException {
    Map<String, String> environment = new HashMap<>(ConfigFiles.SECRET);
    environment.put("LUMINATE_SERVICE_HOST", "10.0.0.1");
    environment.put("LUMINATE_HEAP", "1g");
    environment.put("LUMINATE_MINE", "127.0.0.1");
    environment.put("OTHER_THING", "x");
    LoadedConfig loaded =
        ConfigFiles.loaded(folder, "server: {host: \"${LUMINATE_MINE}\"}", environment);
    assertThat(loaded.warnings())
        .singleElement()
        .asString()
        .contains("LUMINATE_SERVICE_HOST", "no effect");
  }

  @Test
  void load_legacyVariable_isAnError() {
    Map<String, String> environment = new HashMap<>(ConfigFiles.SECRET);
    environment.put("LUMINATE_BADGER_DATA_DIR", "/data");
    assertThat(problems(environment))
        .singleElement()
        .asString()
        .contains("LUMINATE_BADGER_DATA_DIR", "LUMINATE_ROCKSDB_DATA_DIR");
  }

  @Test
  void load_bothNamesOfAVariable_mustAgree() throws ConfigException {
    Map<String, String> environment = new HashMap<>(ConfigFiles.SECRET);
    environment.put("LUMINATE_STORAGE_ROCKSDB_DATA_DIR", "/a");
    environment.put("LUMINATE_ROCKSDB_DATA_DIR", "/b");
    assertThat(problems(environment))
        .singleElement()
        .asString()
        .contains("LUMINATE_STORAGE_ROCKSDB_DATA_DIR", "LUMINATE_ROCKSDB_DATA_DIR");
    environment.put("LUMINATE_ROCKSDB_DATA_DIR", "/a");
    assertThat(ConfigFiles.load(environment).storage().rocksdb().dataDir())
        .isEqualTo(Path.of("/a"));
  }

  @Test
  void load_flagWinsOverVariable() throws ConfigException {
    Map<String, String> environment = new HashMap<>(ConfigFiles.SECRET);
    environment.put("LUMINATE_ROCKSDB_DATA_DIR", "/b");
    LoadedConfig loaded =
        ConfigLoader.load(CommandLine.parse(List.of("--data-dir", "/flag")), environment);
    assertThat(loaded.config().storage().rocksdb().dataDir()).isEqualTo(Path.of("/flag"));
    assertThat(loaded.settings()).contains("storage.rocksdb.data_dir = /flag  (--data-dir)");
  }

  @Test
  void load_tenantsFlag_isTheLimitsFile() throws ConfigException {
    LoadedConfig loaded =
        ConfigLoader.load(CommandLine.parse(List.of("--tenants=t.yaml")), ConfigFiles.SECRET);
    assertThat(loaded.config().limits().path()).contains(Path.of("t.yaml"));
    assertThat(loaded.settings()).contains("limits.file = t.yaml  (--tenants)");
  }

  @Test
  void secrets_areNeverShown() throws ConfigException {
    String secret = "a-secret-that-must-not-be-shown-anywhere";
    Map<String, String> environment =
        Map.of(
            "LUMINATE_AUTH_JWT_SECRET", secret,
            "LUMINATE_CLICKHOUSE_PASSWORD", secret);
    LoadedConfig loaded = ConfigFiles.loaded(folder, "", environment);
    assertThat(loaded.settings().toString()).doesNotContain(secret).contains("***");
    assertThat(loaded.config().auth().toString()).doesNotContain(secret);
    assertThat(loaded.config().storage().clickhouse().login().password().toString())
        .isEqualTo("***");
  }

  @Test
  void secrets_areNotShownWhenRefused() {
    String hidden = "too-short-secret";
    Map<String, String> environment =
        Map.of(
            "LUMINATE_AUTH_JWT_SECRET",
            hidden,
            "LUMINATE_AUTH_JWKS_URL",
            "https://me:" + hidden + "@host/a b",
            "LUMINATE_CLICKHOUSE_ADDRESSES",
            "http://me:" + hidden + "@host:8123");
    List<ConfigProblem> problems = problems(environment);
    assertThat(problems).hasSize(3);
    assertThat(problems.toString())
        .doesNotContain(hidden)
        .contains("at least 32 bytes; it has 16 bytes");
  }

  private List<ConfigProblem> problems(String yaml, Map<String, String> environment) {
    return caught(() -> ConfigFiles.load(folder, yaml, environment));
  }

  private static List<ConfigProblem> problems(Map<String, String> environment) {
    return caught(() -> ConfigFiles.load(environment));
  }

  private static List<ConfigProblem> caught(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable load) {
    ConfigException refused = catchThrowableOfType(ConfigException.class, load);
    assertThat(refused).as("the configuration must be refused").isNotNull();
    return refused.problems();
  }
}
