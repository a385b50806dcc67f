// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.now;
import static io.luminate.server.http.RunningServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.luminate.store.rocksdb.engine.RocksMetricsStore;
import io.luminate.store.rocksdb.engine.RocksStoreOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The most that the API lets into one write, on the embedded engine. */
final class LargestBatchTest {
  private static final int POINTS = 3_000;
  private static final int INFLATED_BYTES_MAX = 64 << 20;

  /** 252 code points of four bytes each; the number makes it 256. */
  private static final String LONG_VALUE = "\uD83D\uDC1F".repeat(252);

  @TempDir private Path folder;

  @Test
  void write_sixtyMebibytesOfNewSeries_isStored_andOutlivesTheServer() throws Exception {
    byte[] body = body();
    try (RocksMetricsStore store = RocksMetricsStore.open(folder, RocksStoreOptions.defaults());
        RunningServer server = new RunningServer(store, Map.of())) {
      String accepted = "{\"accepted\":" + POINTS + ",\"rejected\":0,\"errors\":[]}";
      assertThat(write(server, body).body()).isEqualTo(accepted);
      assertThat(write(server, body).body()).as("again under its key").isEqualTo(accepted);
      assertCount(server);
    }
    try (RocksMetricsStore store = RocksMetricsStore.open(folder, RocksStoreOptions.defaults());
        RunningServer server = new RunningServer(store, Map.of())) {
      assertCount(server);
    }
  }

  private static HttpResponse<String> write(RunningServer server, byte[] body) throws Exception {
    return server.post(
        "/api/v1/write", token("t"), body, "Content-Encoding", "zstd", "Idempotency-Key", "1");
  }

  private static void assertCount(RunningServer server) throws Exception {
    String count =
        "{\"queryType\":\"aggregate\",\"aggregation\":\"count\",\"metricName\":\"m\","
            + "\"timeRange\":{\"relative\":\"1h\"}}";
    assertThat(server.post("/api/v1/query", token("t"), count).body())
        .contains("\"count\":" + POINTS, "\"series\":" + POINTS);
  }

  private static byte[] body() throws IOException {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    long inflatedBytes = 2;
    try (OutputStream out = new ZstdOutputStreamNoFinalizer(wire)) {
      out.write("{\"metrics\":[".getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < POINTS; i++) {
        byte[] point = point(i).getBytes(StandardCharsets.UTF_8);
        inflatedBytes += point.length;
        out.write(point);
      }
      out.write("]}".getBytes(StandardCharsets.UTF_8));
    }
    assertThat(inflatedBytes).isBetween(58L << 20, (long) INFLATED_BYTES_MAX);
    return wire.toByteArray();
  }

  private static String point(int number) {
    StringBuilder dimensions = new StringBuilder();
    for (int key = 0; key < 20; key++) {
      dimensions.append(key == 0 ? "" : ",").append("\"key").append(key).append("\":\"");
      dimensions.append(LONG_VALUE).append("%04d".formatted(number)).append('"');
    }
    String point = RunningServer.point("m", now(), number, "{" + dimensions + "}");
    return number == 0 ? point : "," + point;
  }
}
