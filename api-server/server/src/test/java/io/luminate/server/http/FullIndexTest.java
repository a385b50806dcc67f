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
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the heap has no room for more series, those that exist keep flowing. */
final class FullIndexTest {
  private static final int SERIES = 5_000;

  @TempDir Path folder;

  @Test
  void write_pastTheMemoryForSeries_rejectsNewSeriesAlone() throws Exception {
    try (RocksMetricsStore store =
            RocksMetricsStore.open(folder, RocksStoreOptions.defaults().withIndex(1 << 20));
        RunningServer server = new RunningServer(store, Map.of())) {
      HttpResponse<String> reply = write(server, IntStream.range(0, SERIES));
      assertThat(reply.statusCode()).isEqualTo(207);
      assertThat(reply.body())
          .contains("\"code\":\"CARDINALITY_EXCEEDED\"", "new series are refused");
      assertThat(write(server, IntStream.range(0, 100)).statusCode()).isEqualTo(200);
      assertError(write(server, IntStream.of(SERIES)), 400, "CARDINALITY_EXCEEDED");
    }
  }

  /** One tenant, within all limits of its own, has no more than its share of the heap. */
  @Test
  void write_pastOneTenantsShare_othersGoOn() throws Exception {
    try (RocksMetricsStore store =
            RocksMetricsStore.open(folder, RocksStoreOptions.defaults().withIndex(1 << 20));
        RunningServer server = new RunningServer(store, Map.of())) {
      assertThat(write(server, IntStream.range(0, SERIES)).statusCode()).isEqualTo(207);
      assertThat(write(server, "globex", IntStream.range(0, 100)).body())
          .isEqualTo("{\"accepted\":100,\"rejected\":0,\"errors\":[]}");
      assertThat(server.get("/api/v1/usage", token("acme")).body())
          .containsPattern(
              "\"maxIndexBytes\":\\{\"limit\":786432,\"used\":7[0-9]{5},\"left\":[0-9]+}");
      assertThat(server.get("/api/v1/usage", token("globex")).body())
          .containsPattern(
              "\"maxIndexBytes\":\\{\"limit\":786432,\"used\":[0-9]{5},\"left\":[0-9]+}");
    }
  }

  @Test
  void write_pastTheMemoryForSeries_isFolded_ifThatIsWanted() throws Exception {
    try (RocksMetricsStore store =
            RocksMetricsStore.open(folder, RocksStoreOptions.defaults().withIndex(1 << 20));
        RunningServer server =
            new RunningServer(store, Map.of("LUMINATE_CARDINALITY_LIMITS_OVERFLOW", "fold"))) {
      assertThat(write(server, IntStream.range(0, SERIES)).body())
          .startsWith("{\"accepted\":5000,\"rejected\":0,\"folded\":");
      assertThat(
              server
                  .post(
                      "/api/v1/query",
                      token("acme"),
                      "{\"queryType\":\"aggregate\",\"metricName\":\"m\",\"aggregation\":\"count\","
                          + "\"timeRange\":{\"relative\":\"1h\"}}")
                  .body())
          .contains("\"value\":5000.0,\"count\":5000");
    }
  }

  private static HttpResponse<String> write(RunningServer server, IntStream series)
      throws Exception {
    return write(server, "acme", series);
  }

  private static HttpResponse<String> write(RunningServer server, String tenant, IntStream series)
      throws Exception {
    String value = "{\"k\":\"" + "x".repeat(200) + "%d\"}";
    String body =
        batch(
            series.mapToObj(i -> point("m", now(), i, value.formatted(i))).toArray(String[]::new));
    return server.post("/api/v1/write", token(tenant), body);
  }
}
