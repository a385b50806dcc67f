// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.RetentionPolicies;
import io.luminate.model.TenantId;
import io.luminate.server.auth.AuthException;
import io.luminate.server.auth.Authenticator;
import io.luminate.server.auth.InternalTokens;
import io.luminate.server.auth.Principal;
import io.luminate.server.auth.Scope;
import io.luminate.server.config.CommandLine;
import io.luminate.server.config.ConfigLoader;
import io.luminate.server.config.LuminateConfig;
import io.luminate.server.limits.LimitsInForce;
import io.luminate.server.limits.RateLimiter;
import io.luminate.server.limits.TenantLimits;
import io.luminate.server.limits.usage.SeriesCounts;
import io.luminate.server.limits.usage.SeriesWatch;
import io.luminate.server.telemetry.Telemetry;
import io.luminate.store.MetricsStore;
import io.luminate.store.reference.ReferenceStore;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * The real server on free ports. A token is {@code Bearer tenant:scope,scope[:key=value]}: who a
 * token is for is another package's matter. Settings that say whether there is authentication bring
 * the real one instead.
 */
final class RunningServer implements AutoCloseable {
  static final String ALL = "read,write,admin";

  private final ApiServer server;
  private final LimitsInForce limits;
  private final SeriesWatch series;
  private final Telemetry telemetry;
  private final Authenticator authenticator;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  RunningServer(Map<String, String> settings) throws Exception {
    this(
        new ReferenceStore(InstantSource.system(), RetentionPolicies.keepFor(Duration.ofDays(30))),
        settings);
  }

  RunningServer(MetricsStore store, Map<String, String> settings) throws Exception {
    this(store, settings, MemoryBudget.ofRequests(), MemoryBudget.ofReplies());
  }

  RunningServer(
      MetricsStore store, Map<String, String> settings, MemoryBudget requests, MemoryBudget replies)
      throws Exception {
    this(store, settings, requests, replies, System::nanoTime);
  }

  /** Rates are limited by this clock, and only where the settings say so. */
  RunningServer(
      MetricsStore store,
      Map<String, String> settings,
      MemoryBudget requests,
      MemoryBudget replies,
      LongSupplier nanoClock)
      throws Exception {
    this(store, settings, requests, replies, nanoClock, JerseyHandler.CONCURRENT_MAX);
  }

  /** With room for so many calls other than writes. */
  RunningServer(
      MetricsStore store,
      Map<String, String> settings,
      MemoryBudget requests,
      MemoryBudget replies,
      LongSupplier nanoClock,
      int callsMax)
      throws Exception {
    Map<String, String> environment = new HashMap<>(settings);
    environment.putIfAbsent("LUMINATE_SERVER_HOST", "127.0.0.1");
    environment.putIfAbsent("LUMINATE_SERVER_PORT", "0");
    environment.putIfAbsent("LUMINATE_MANAGEMENT_HOST", "127.0.0.1");
    environment.putIfAbsent("LUMINATE_MANAGEMENT_PORT", "0");
    environment.putIfAbsent("LUMINATE_MANAGEMENT_INTERNAL_PORT", "0");
    environment.putIfAbsent("LUMINATE_AUTH_ENABLED", "false");
    for (RateLimiter.Kind kind : RateLimiter.Kind.values()) {
      environment.putIfAbsent(
          "LUMINATE_RATE_LIMITS_" + kind.limit().toUpperCase(Locale.ROOT), "1000000000");
    }
    LuminateConfig config = ConfigLoader.load(CommandLine.parse(List.of()), environment).config();
    authenticator =
        settings.containsKey("LUMINATE_AUTH_ENABLED")
            ? Authenticator.of(config.auth(), InstantSource.system())
            : new PlainTokens();
    telemetry = new Telemetry(Duration.ZERO, InstantSource.system());
    telemetry.bindStore(store, "rocksdb");
    limits = new LimitsInForce(TenantLimits.of(config), InstantSource.system());
    series =
        new SeriesWatch(SeriesCounts.of(store), limits::of, Duration.ZERO, InstantSource.system());
    server =
        new ApiServer(
            new ApiServer.Parts(
                config,
                limits,
                series,
                store,
                authenticator,
                tokens(config),
                telemetry,
                InstantSource.system(),
                nanoClock,
                "1.2.3"),
            requests,
            replies,
            callsMax);
    server.start();
  }

  private static Optional<InternalTokens> tokens(LuminateConfig config) throws Exception {
    Optional<Path> file = config.management().internalTokenPath();
    return file.isPresent() ? Optional.of(InternalTokens.open(file.get())) : Optional.empty();
  }

  /** For a test to change beside the server. */
  LimitsInForce limits() {
    return limits;
  }

  /** What Jersey has paths of. */
  Set<Object> resources() {
    return server.resources().getInstances().stream()
        .filter(each -> each.getClass().isAnnotationPresent(jakarta.ws.rs.Path.class))
        .collect(Collectors.toSet());
  }

  int internalPort() {
    return server.internalPort().orElseThrow();
  }

  int port() {
    return server.port();
  }

  int managementPort() {
    return server.managementPort();
  }

  HttpRequest.Builder request(String path, String token) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path));
    return token.isEmpty() ? builder : builder.header("Authorization", "Bearer " + token);
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.timeout(Duration.ofSeconds(60)).build(), BodyHandlers.ofString());
  }

  HttpResponse<String> get(String path, String token) throws Exception {
    return send(request(path, token));
  }

  HttpResponse<String> delete(String path, String token) throws Exception {
    return send(request(path, token).DELETE());
  }

  HttpResponse<String> post(String path, String token, String json) throws Exception {
    return post(path, token, json.getBytes(StandardCharsets.UTF_8));
  }

  HttpResponse<String> post(String path, String token, byte[] body, String... headers)
      throws Exception {
    HttpRequest.Builder builder =
        request(path, token)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(body));
    return send(headers.length == 0 ? builder : builder.headers(headers));
  }

  HttpResponse<String> management(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + managementPort() + path);
    return send(HttpRequest.newBuilder(uri));
  }

  static String token(String tenant) {
    return tenant + ":" + ALL;
  }

  static String point(String name, long timestamp, double value, String dimensions) {
    return "{\"name\":\"%s\",\"timestamp\":%d,\"value\":%s,\"dimensions\":%s}"
        .formatted(name, timestamp, value, dimensions);
  }

  static String batch(String... points) {
    return "{\"metrics\":[" + String.join(",", points) + "]}";
  }

  static long now() {
    return System.currentTimeMillis();
  }

  static void assertError(HttpResponse<String> reply, int status, String code) {
    assertThat(reply.body()).startsWith("{\"error\":{\"code\":\"" + code + "\",\"message\":");
    assertThat(reply.statusCode()).isEqualTo(status);
    assertThat(reply.headers().firstValue("X-Request-Id")).isPresent();
    assertThat(reply.headers().firstValue("Content-Type")).hasValue("application/json");
  }

  @Override
  public void close() {
    server.close();
    telemetry.close();
    authenticator.close();
  }

  private static final class PlainTokens implements Authenticator {
    @Override
    public Principal authenticate(String header) {
      String[] parts = header.replaceFirst("^Bearer ", "").split(":", 3);
      if (parts.length < 2) {
        throw new AuthException(AuthException.Reason.UNAUTHORIZED, "no token");
      }
      Map<String, String> pins =
          parts.length < 3
              ? Map.of()
              : Arrays.stream(parts[2].split(","))
                  .map(pin -> pin.split("="))
                  .collect(Collectors.toMap(pin -> pin[0], pin -> pin[1]));
      return new Principal(
          parts[0],
          new TenantId(parts[0]),
          Arrays.stream(parts[1].split(","))
              .map(scope -> Scope.valueOf(scope.toUpperCase(java.util.Locale.ROOT)))
              .collect(Collectors.toSet()),
          pins);
    }

    @Override
    public void close() {}
  }
}
