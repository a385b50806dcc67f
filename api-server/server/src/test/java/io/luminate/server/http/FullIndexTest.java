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

  private static HttpResponse<String> write(RunningServer server, IntStream series)
      throws Exception {
    String value = "{\"k\":\"" + "x".repeat(200) + "%d\"}";
    String body =
        batch(
            series.mapToObj(i -> point("m", now(), i, value.formatted(i))).toArray(String[]::new));
    return server.post("/api/v1/write", token("acme"), body);
  }
}
