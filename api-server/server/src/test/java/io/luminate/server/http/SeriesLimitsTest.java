// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.assertError;
import static io.luminate.server.http.RunningServer.batch;
import static io.luminate.server.http.RunningServer.now;
import static io.luminate.server.http.RunningServer.point;
import static io.luminate.server.http.RunningServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.store.rocksdb.engine.RocksMetricsStore;
import io.luminate.store.rocksdb.engine.RocksStoreOptions;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** New series past a limit are refused one by one, with all that helps. */
final class SeriesLimitsTest {
  @TempDir Path folder;

  private RocksMetricsStore store;
  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    store = RocksMetricsStore.open(folder, RocksStoreOptions.defaults());
    server =
        new RunningServer(
            store,
            Map.of(
                "LUMINATE_CARDINALITY_LIMITS_MAX_UNIQUE_SERIES_PER_METRIC", "2",
                "LUMINATE_CARDINALITY_LIMITS_MAX_METRICS_PER_TENANT", "1"));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    store.close();
  }

  private HttpResponse<String> write(String tenant, String metric, String... customers)
      throws Exception {
    String[] points =
        Stream.of(customers)
            .map(c -> point(metric, now(), 1, "{\"customer\":\"" + c + "\"}"))
            .toArray(String[]::new);
    return server.post("/api/v1/write", token(tenant), batch(points));
  }

  @Test
  void write_pastTheSeriesOfAMetric_refusesNewOnes_withDetails() throws Exception {
    HttpResponse<String> reply = write("acme", "m", "a", "b", "c", "a", "d");
    assertThat(reply.statusCode()).isEqualTo(207);
    assertThat(reply.body())
        .contains("\"accepted\":3,\"rejected\":2", "\"index\":2", "\"index\":4")
        .contains(
            "\"details\":{\"current\":2,\"fastest_growing_dimension\":\"customer\","
                + "\"limit\":\"max_unique_series_per_metric\",\"metric_name\":\"m\",\"value\":2}");
    assertThat(write("acme", "m", "a", "b").statusCode()).isEqualTo(200);
    assertError(write("acme", "m", "c"), 400, "CARDINALITY_EXCEEDED");
    assertThat(write("globex", "m", "c").statusCode()).isEqualTo(200);
  }

  @Test
  void write_pastTheMetricsOfATenant_refusesNewOnes() throws Exception {
    assertThat(write("acme", "m", "a").statusCode()).isEqualTo(200);
    HttpResponse<String> other = write("acme", "n", "a");
    assertError(other, 400, "CARDINALITY_EXCEEDED");
    assertThat(other.body())
        .contains("\"current\":1", "\"limit\":\"max_metrics_per_tenant\"", "\"value\":1");
    assertThat(write("acme", "m", "b").statusCode()).isEqualTo(200);
  }

  @Test
  void write_reservedValue_isInvalid() throws Exception {
    assertError(write("acme", "m", "__overflow__"), 400, "INVALID_DIMENSION");
  }
}
