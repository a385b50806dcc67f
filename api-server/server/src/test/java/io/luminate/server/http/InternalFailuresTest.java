// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.store.MetricsStore;
import io.luminate.store.StoreHealth;
import io.luminate.store.clickhouse.ClickHouseStore;
import io.luminate.store.clickhouse.ClickHouseStoreOptions;
import io.luminate.store.clickhouse.client.ClickHouseAccess;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator gets an answer whatever happens. */
final class InternalFailuresTest {
  private static final String SECRET = "internal-0123456789abcdef0123456789";

  private static final String CONFIG = "/internal/v1/config";

  @TempDir private Path folder;

  @Test
  void usage_anErrorOfTheStore_is500_asOftenAsItIsAsked() throws Exception {
    ScriptedStore store = new ScriptedStore();
    store.beforeFigures =
        () -> {
          throw new StackOverflowError("simulated");
        };
    try (RunningServer server = server(store)) {
      for (int i = 0; i < 20; i++) {
        assertError(usage(server), 500, "INTERNAL_ERROR");
      }
      store.beforeFigures = () -> {};
      assertThat(usage(server).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void storage_isToldOf_whateverIsWrongWithIt() throws Exception {
    ScriptedStore store = new ScriptedStore();
    try (RunningServer server = server(store)) {
      store.health = new StoreHealth.Unhealthy("the disk is full", true);
      assertThat(get(server, CONFIG).body())
          .contains("\"storage\":{\"status\":\"read_only\",\"error\":\"the disk is full\"}");
      store.health = new StoreHealth.Unhealthy("gone", false);
      assertThat(get(server, CONFIG).body())
          .contains("\"storage\":{\"status\":\"unavailable\",\"error\":\"gone\"}");
    }
  }

  @Test
  void storage_ofAClickHouseThatNobodyReaches_isToldOfAtOnce() throws Exception {
    ClickHouseAccess nowhere =
        new ClickHouseAccess(
            List.of("http://127.0.0.1:1"), "none", "u", "p", 8, Duration.ofHours(1));
    try (MetricsStore store = ClickHouseStore.open(ClickHouseStoreOptions.defaults(nowhere));
        RunningServer server = server(store)) {
      assertThat(get(server, CONFIG + "?document=false").body())
          .contains(
              "\"storage\":{\"status\":\"unavailable\",\"error\":\"ClickHouse does not answer\"}");
    }
  }

  private RunningServer server(MetricsStore store) throws Exception {
    Path token = Files.writeString(folder.resolve("current"), SECRET);
    return new RunningServer(
        store, Map.of("LUMINATE_MANAGEMENT_INTERNAL_TOKEN_FILE", token.toString()));
  }

  private static HttpResponse<String> usage(RunningServer server) throws Exception {
    return get(server, "/internal/v1/usage");
  }

  private static HttpResponse<String> get(RunningServer server, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.internalPort() + path);
    return server.send(HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + SECRET));
  }
}
