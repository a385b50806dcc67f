// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import static io.luminate.server.config.ConfigKeys.AUTH_ALLOW_ANONYMOUS;
import static io.luminate.server.config.ConfigKeys.AUTH_ENABLED;
import static io.luminate.server.config.ConfigKeys.AUTH_JWKS_URL;
import static io.luminate.server.config.ConfigKeys.AUTH_JWT_PUBLIC_KEY_PATH;
import static io.luminate.server.config.ConfigKeys.AUTH_JWT_SECRET;
import static io.luminate.server.config.ConfigKeys.CLICKHOUSE_ADDRESSES;
import static io.luminate.server.config.ConfigKeys.CLICKHOUSE_CLUSTER;
import static io.luminate.server.config.ConfigKeys.CLICKHOUSE_READ_ADDRESSES;
import static io.luminate.server.config.ConfigKeys.DEFAULT_QUERY_TIMEOUT;
import static io.luminate.server.config.ConfigKeys.IDEMPOTENCY_WINDOW;
import static io.luminate.server.config.ConfigKeys.MANAGEMENT_INTERNAL_PORT;
import static io.luminate.server.config.ConfigKeys.MANAGEMENT_INTERNAL_TOKEN_FILE;
import static io.luminate.server.config.ConfigKeys.MANAGEMENT_PORT;
import static io.luminate.server.config.ConfigKeys.MAX_QUERY_TIMEOUT;
import static io.luminate.server.config.ConfigKeys.SERVER_HOST;
import static io.luminate.server.config.ConfigKeys.SERVER_PORT;
import static io.luminate.server.config.ConfigKeys.STORAGE_BACKEND;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What settings must say together. */
final class ConfigRules {
  private static final List<ConfigKey<?>> KEY_SOURCES =
      List.of(AUTH_JWT_SECRET, AUTH_JWT_PUBLIC_KEY_PATH, AUTH_JWKS_URL);

  private static final Duration CLUSTER_WINDOW_MAX = Duration.ofHours(1);

  private static final Pattern NATIVE_PORT = Pattern.compile(":(9000|9440)/?$");

  private final Settings settings;
  private final List<ConfigProblem> problems;
  private final List<String> warnings = new ArrayList<>();

  private ConfigRules(Settings settings, List<ConfigProblem> problems) {
    this.settings = settings;
    this.problems = problems;
  }

  /** Adds what is contradictory to the problems, and returns warnings. */
  static List<String> check(Settings settings, List<ConfigProblem> problems) {
    ConfigRules rules = new ConfigRules(settings, problems);
    rules.oneKeySource();
    rules.anonymousOnlyWhereMeant();
    rules.publicKeyReadable();
    rules.timeouts();
    rules.ports();
    rules.clickHouseAddresses();
    rules.idempotencyInCluster();
    return rules.warnings;
  }

  private void oneKeySource() {
    if (!settings.sound(KEY_SOURCES) || !settings.sound(List.of(AUTH_ENABLED))) {
      return;
    }
    List<String> given = new ArrayList<>();
    settings.get(AUTH_JWT_SECRET).ifPresent(secret -> given.add("jwt_secret"));
    settings.get(AUTH_JWKS_URL).ifPresent(url -> given.add("jwks_url"));
    if (!settings.get(AUTH_JWT_PUBLIC_KEY_PATH).isEmpty()) {
      given.add("jwt_public_key_path");
    }
    if (given.size() > 1) {
      problem(
          AUTH_JWT_SECRET,
          "auth",
          "has " + String.join(" and ", given) + "; tokens are verified by exactly one of them");
    } else if (given.isEmpty() && settings.get(AUTH_ENABLED)) {
      problem(
          AUTH_ENABLED,
          AUTH_ENABLED.path(),
          "is true and there is no key: give auth.jwt_secret (LUMINATE_AUTH_JWT_SECRET),"
              + " auth.jwt_public_key_path or auth.jwks_url; or, to try it out on one machine,"
              + " LUMINATE_AUTH_ENABLED=false with LUMINATE_SERVER_HOST=127.0.0.1");
    }
  }

  private void anonymousOnlyWhereMeant() {
    if (!settings.sound(List.of(AUTH_ENABLED, AUTH_ALLOW_ANONYMOUS, SERVER_HOST))) {
      return;
    }
    boolean enabled = settings.get(AUTH_ENABLED);
    boolean meant = settings.get(AUTH_ALLOW_ANONYMOUS);
    String host = settings.get(SERVER_HOST);
    if (enabled && meant) {
      warnings.add("auth.allow_anonymous has no effect while auth.enabled is true");
    }
    if (!enabled && !meant && !isLoopback(host)) {
      problem(
          AUTH_ENABLED,
          AUTH_ENABLED.path(),
          "is false while server.host is "
              + host
              + ": without tokens the host must be a loopback address such as 127.0.0.1,"
              + " unless auth.allow_anonymous is true");
    }
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost")
        || (ValueTypes.isAddress(host) && InetAddress.ofLiteral(host).isLoopbackAddress());
  }

  private void publicKeyReadable() {
    String path = settings.get(AUTH_JWT_PUBLIC_KEY_PATH);
    if (!path.isEmpty() && !Files.isReadable(Path.of(path))) {
      problem(
          AUTH_JWT_PUBLIC_KEY_PATH,
          AUTH_JWT_PUBLIC_KEY_PATH.path(),
          "got \"" + path + "\", expected a file that can be read");
    }
  }

  private void timeouts() {
    boolean sound = settings.sound(List.of(DEFAULT_QUERY_TIMEOUT, MAX_QUERY_TIMEOUT));
    if (sound
        && settings.get(DEFAULT_QUERY_TIMEOUT).compareTo(settings.get(MAX_QUERY_TIMEOUT)) > 0) {
      problem(
          DEFAULT_QUERY_TIMEOUT,
          DEFAULT_QUERY_TIMEOUT.path(),
          "is %s, longer than query_limits.max_query_timeout, which is %s"
              .formatted(
                  Units.text(settings.get(DEFAULT_QUERY_TIMEOUT)),
                  Units.text(settings.get(MAX_QUERY_TIMEOUT))));
    }
  }

  /**
   * A server alone is told which keyed inserts it has; the replicas of a cluster remember blocks of
   * rows for this, of which there may be as many as fit into the hour that is the default.
   */
  private void idempotencyInCluster() {
    List<ConfigKey<?>> keys = List.of(STORAGE_BACKEND, CLICKHOUSE_CLUSTER, IDEMPOTENCY_WINDOW);
    if (settings.sound(keys)
        && settings.get(STORAGE_BACKEND) == StorageConfig.Backend.CLICKHOUSE
        && settings.get(CLICKHOUSE_CLUSTER).isPresent()
        && settings.get(IDEMPOTENCY_WINDOW).compareTo(CLUSTER_WINDOW_MAX) > 0) {
      problem(
          IDEMPOTENCY_WINDOW,
          IDEMPOTENCY_WINDOW.path(),
          "is "
              + Units.text(settings.get(IDEMPOTENCY_WINDOW))
              + ", and with storage.clickhouse.cluster may be 1h at most:"
              + " replicas do not remember inserts for longer");
    }
  }

  private void ports() {
    distinct(SERVER_PORT, MANAGEMENT_PORT);
    if (!settings.get(MANAGEMENT_INTERNAL_TOKEN_FILE).isEmpty()) {
      distinct(SERVER_PORT, MANAGEMENT_INTERNAL_PORT);
      distinct(MANAGEMENT_PORT, MANAGEMENT_INTERNAL_PORT);
    }
  }

  private void distinct(ConfigKey<Integer> one, ConfigKey<Integer> other) {
    int port = settings.get(other);
    if (settings.sound(List.of(one, other)) && port != 0 && settings.get(one) == port) {
      problem(other, other.path(), "is " + port + ", which is also " + one.path());
    }
  }

  /** Most clients of ClickHouse take the ports of its native protocol. */
  private void clickHouseAddresses() {
    if (!settings.sound(List.of(STORAGE_BACKEND))
        || settings.get(STORAGE_BACKEND) != StorageConfig.Backend.CLICKHOUSE) {
      return;
    }
    for (ConfigKey<List<String>> key : List.of(CLICKHOUSE_ADDRESSES, CLICKHOUSE_READ_ADDRESSES)) {
      settings.get(key).stream()
          .filter(address -> NATIVE_PORT.matcher(address).find())
          .forEach(
              address ->
                  warnings.add(
                      key.path()
                          + ": "
                          + address
                          + " looks like the port of the native protocol;"
                          + " HTTP is at 8123, or https://host:8443"));
    }
  }

  private void problem(ConfigKey<?> key, String path, String message) {
    problems.add(new ConfigProblem(settings.given(key) ? settings.origin(key) : "", path, message));
  }
}
