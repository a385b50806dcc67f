// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.publishing;

import io.luminate.model.RetentionPolicies;
import io.luminate.model.TenantId;
import io.luminate.server.auth.Authenticator;
import io.luminate.server.auth.InternalTokens;
import io.luminate.server.config.CommandLine;
import io.luminate.server.config.ConfigLoader;
import io.luminate.server.config.LuminateConfig;
import io.luminate.server.http.ApiServer;
import io.luminate.server.limits.LimitsInForce;
import io.luminate.server.limits.TenantLimits;
import io.luminate.server.limits.usage.SeriesCounts;
import io.luminate.server.limits.usage.SeriesWatch;
import io.luminate.server.telemetry.Telemetry;
import io.luminate.store.MetricsStore;
import io.luminate.store.reference.ReferenceStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The real server, as a pod has it: its internal port is 8082 of an address of its own. */
final class PodServer implements AutoCloseable {
  private final String ip;
  private final Path tokens;
  private final MetricsStore store =
      new ReferenceStore(InstantSource.system(), RetentionPolicies.keepFor(Duration.ofDays(30)));
  private final HttpClient http = HttpClient.newHttpClient();
  private Telemetry telemetry;
  private Authenticator authenticator;
  private LimitsInForce limits;
  private ApiServer server;

  /**
   * Listens when this returns.
   *
   * @param files what its Secret is mounted as, by name
   */
  PodServer(String ip, Path folder, Map<String, String> files) throws Exception {
    this.ip = ip;
    this.tokens = Files.createDirectories(folder.resolve(ip));
    mount(files);
    start();
  }

  /** As a kubelet does when the Secret has become another. */
  void mount(Map<String, String> files) throws IOException {
    for (String name : List.of("current", "previous")) {
      if (files.containsKey(name)) {
        Files.writeString(tokens.resolve(name), files.get(name));
      } else {
        Files.deleteIfExists(tokens.resolve(name));
      }
    }
  }

  private void start() throws Exception {
    LuminateConfig config =
        ConfigLoader.load(
                CommandLine.parse(List.of()),
                Map.of(
                    "LUMINATE_SERVER_HOST", "127.0.0.1",
                    "LUMINATE_SERVER_PORT", "0",
                    "LUMINATE_AUTH_ENABLED", "false",
                    "LUMINATE_MANAGEMENT_HOST", ip,
                    "LUMINATE_MANAGEMENT_PORT", "0",
                    "LUMINATE_MANAGEMENT_INTERNAL_TOKEN_FILE",
                        tokens.resolve("current").toString()))
            .config();
    InstantSource clock = InstantSource.system();
    telemetry = new Telemetry(Duration.ZERO, clock);
    telemetry.bindStore(store, "rocksdb");
    authenticator = Authenticator.of(config.auth(), clock);
    limits = new LimitsInForce(TenantLimits.of(config), clock);
    SeriesWatch series = new SeriesWatch(SeriesCounts.of(store), limits::of, Duration.ZERO, clock);
    server =
        new ApiServer(
            new ApiServer.Parts(
                config,
                limits,
                series,
                store,
                authenticator,
                Optional.of(InternalTokens.open(tokens.resolve("current"))),
                telemetry,
                clock,
                System::nanoTime,
                "1.2.3"));
    server.start();
  }

  /** Its process ends and another one begins, over the same store. */
  void restart() throws Exception {
    stop();
    start();
  }

  String ip() {
    return ip;
  }

  long version() {
    return limits.state().version().orElse(0);
  }

  /** Processes that it shares the load with. */
  int shares() {
    return limits.replicas();
  }

  /** What a tenant may write in a second. */
  long metricsPerSecond(String tenant) {
    return limits.of(new TenantId(tenant)).rates().metricsPerSecond();
  }

  /** Tells it something as a person would. */
  HttpResponse<String> put(String path, String json) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://" + ip + ":8082/internal/v1/" + path))
            .header("Authorization", "Bearer " + Files.readString(tokens.resolve("current")))
            .PUT(BodyPublishers.ofString(json))
            .build(),
        BodyHandlers.ofString());
  }

  private void stop() throws Exception {
    server.close();
    authenticator.close();
    telemetry.close();
  }

  @Override
  public void close() throws Exception {
    stop();
    store.close();
    http.close();
  }
}
