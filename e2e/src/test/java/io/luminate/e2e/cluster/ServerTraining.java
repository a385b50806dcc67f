// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.cluster;

import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.server.ServerMain;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.opentest4j.TestAbortedException;

/**
 * What a first JVM does, whose classes the servers of pods have then: one server over the embedded
 * store and one over ClickHouse, each with what is mounted into pods, are asked what pods are.
 */
final class ServerTraining {
  private static final String ROCKSDB_HOST = "127.0.0.2";
  private static final String CLICKHOUSE_HOST = "127.0.0.4";
  private static final Duration CALL_MAX = Duration.ofSeconds(5);
  private static final String INTERNAL_TOKEN = "the internal token of the training, 32 or more";
  private static final String POINT =
      """
      {"metrics": [{"name": "training", "timestamp": %d, "value": 1}]}
      """;
  private static final String COUNT =
      """
      {"queryType": "aggregate", "metricName": "training", "timeRange": {"relative": "1h"}, "aggregation": "count"}
      """;
  private static final String LIMITS =
      """
      {"version": %d, "tenants": {"acme": {"queryLimits": {"maxQueryTimeRange": "1h"}}},
       "retention": {"policies": [{"name": "debug", "metricPattern": "debug_*", "retention": "7d"}]}}
      """;

  private final Path folder;
  private final List<String> hosts = new ArrayList<>();
  private final List<String> configs = new ArrayList<>();

  private ServerTraining(Path folder) {
    this.folder = folder;
  }

  /** Does it, unless it was done. */
  static void of(JarredClassPath classes) throws IOException, InterruptedException {
    PodJvm server = new PodJvm(ServerMain.class, classes);
    if (!server.isTrained()) {
      ServerTraining training =
          new ServerTraining(Files.createDirectories(classes.folder().resolve("training")));
      training.configure();
      server.train(BothServers.class, training.configs, Map.of(), training::isDone);
    }
  }

  private void configure() throws IOException {
    Files.writeString(folder.resolve("token"), INTERNAL_TOKEN);
    Files.writeString(folder.resolve("limits"), LIMITS.formatted(1));
    configure(ROCKSDB_HOST, "rocksdb: {data_dir: \"%s\"}".formatted(folder.resolve("data")));
    try {
      ClickHouseServer server = ClickHouse.shared();
      configure(
          CLICKHOUSE_HOST,
          "backend: clickhouse\n  clickhouse: {addresses: [\"%s\"], database: %s, username: %s, password: \"%s\"}"
              .formatted(
                  server.httpUrl(),
                  server.newDatabase(),
                  server.luminate().name(),
                  server.luminate().password()));
    } catch (TestAbortedException nowhere) {
      // Then no pod is over ClickHouse either.
    }
  }

  private void configure(String host, String storage) throws IOException {
    Path config = folder.resolve(host + ".yaml");
    Files.writeString(
        config,
        """
        server: {host: %s}
        auth: {jwt_secret: "%s"}
        limits: {file: "%s"}
        management: {internal_token_file: "%s"}
        storage:
          %s
        """
            .formatted(
                host,
                TenantToken.SECRET,
                folder.resolve("limits"),
                folder.resolve("token"),
                storage));
    hosts.add(host);
    configs.add(config.toString());
  }

  private boolean isDone() throws IOException, InterruptedException {
    for (String host : hosts) {
      if (!isDone(host)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDone(String host) throws IOException, InterruptedException {
    String api = "http://" + host + ":8080/api/v1/";
    String internal = "http://" + host + ":8082/internal/v1/";
    String tenant = TenantToken.of("acme");
    return has(post(api + "write", tenant, POINT.formatted(System.currentTimeMillis())))
        && has(post(api + "query", tenant, COUNT))
        && has(
            request(internal + "config", INTERNAL_TOKEN)
                .PUT(BodyPublishers.ofString(LIMITS.formatted(2))))
        && has(request(internal + "config?document=false", INTERNAL_TOKEN))
        && has(request(internal + "usage?limit=100", INTERNAL_TOKEN))
        && has(request(internal + "retention", INTERNAL_TOKEN));
  }

  private static HttpRequest.Builder post(String uri, String token, String body) {
    return request(uri, token)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body));
  }

  private static HttpRequest.Builder request(String uri, String token) {
    return HttpRequest.newBuilder(URI.create(uri))
        .timeout(CALL_MAX)
        .header("Authorization", "Bearer " + token);
  }

  private static boolean has(HttpRequest.Builder request) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), BodyHandlers.discarding()).statusCode() == 200;
    }
  }
}
