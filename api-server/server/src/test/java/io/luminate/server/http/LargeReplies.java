// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.now;
import static io.luminate.server.http.RunningServer.point;
import static io.luminate.server.http.RunningServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;

/** A metric whose points are large in replies. */
final class LargeReplies {
  static final int POINTS = 10_000;

  /** Rendered, 5 400 bytes. */
  private static final String DIMENSIONS =
      IntStream.range(0, 20)
          .mapToObj(key -> "\"key%02d\":\"%s\"".formatted(key, "v".repeat(256)))
          .collect(Collectors.joining(",", "{", "}"));

  private LargeReplies() {}

  /** Writes all points. */
  static void write(RunningServer server) throws Exception {
    HttpResponse<String> stored =
        server.post("/api/v1/write", token("t"), points(), "Content-Encoding", "gzip");
    assertThat(stored.statusCode()).isEqualTo(200);
  }

  /** For so many of the points. */
  static String query(int limit) {
    return "{\"queryType\":\"range\",\"metricName\":\"m\",\"timeRange\":{\"relative\":\"1h\"},"
        + "\"limit\":"
        + limit
        + "}";
  }

  private static byte[] points() throws Exception {
    long now = now();
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(wire)) {
      out.write("{\"metrics\":[".getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < POINTS; i++) {
        String text = (i == 0 ? "" : ",") + point("m", now - i, i, DIMENSIONS);
        out.write(text.getBytes(StandardCharsets.UTF_8));
      }
      out.write("]}".getBytes(StandardCharsets.UTF_8));
    }
    return wire.toByteArray();
  }
}
