// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.assertError;
import static io.luminate.server.http.RunningServer.batch;
import static io.luminate.server.http.RunningServer.now;
import static io.luminate.server.http.RunningServer.point;
import static io.luminate.server.http.RunningServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compressed bodies, of writes and of everything else. */
final class EncodedBodiesTest {
  private static final String QUERY =
      "{\"queryType\":\"range\",\"metricName\":\"m\",\"timeRange\":{\"relative\":\"1h\"}}";
  private static final String RETENTION = "{\"metric_name\":\"m\",\"retention_days\":7}";

  private final MemoryBudget requests = MemoryBudget.ofRequests(64 << 20);
  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    server = new RunningServer(new ScriptedStore(), Map.of(), requests, MemoryBudget.ofReplies());
  }

  @AfterEach
  void stop() {
    server.close();
    assertThat(requests.bytesUsed()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd", "identity"})
  void queryAndRetention_areInflated(String encoding) throws Exception {
    assertThat(post("/api/v1/query", encoding, encode(encoding, QUERY)).statusCode())
        .isEqualTo(200);
    assertThat(post("/api/v1/admin/retention", encoding, encode(encoding, RETENTION)).statusCode())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"/api/v1/query", "/api/v1/admin/retention", "/api/v1/write"})
  void wrongEncoding_isRefused(String path) throws Exception {
    byte[] body = QUERY.getBytes(StandardCharsets.UTF_8);
    assertError(post(path, "br", body), 415, "UNSUPPORTED_MEDIA_TYPE");
    assertError(post(path, "gzip", body), 400, "INVALID_ENCODING");
    assertError(post(path, "zstd", body), 400, "INVALID_ENCODING");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd"})
  void queryThatInflatesBeyondABody_is413(String encoding) throws Exception {
    HttpResponse<String> fits =
        post("/api/v1/query", encoding, encode(encoding, padded(QUERY, 1 << 20)));
    assertThat(fits.statusCode()).as(fits.body()).isEqualTo(200);
    HttpResponse<String> reply =
        post("/api/v1/query", encoding, encode(encoding, padded(QUERY, (1 << 20) + 1)));
    assertError(reply, 413, "BATCH_TOO_LARGE");
    assertThat(reply.body()).contains("\"max_inflated_bytes\":1048576");
  }

  @Test
  void zstdWindow_isBounded() throws Exception {
    String write = padded(batch(point("m", now(), 1, "{}")), 20 << 20);
    assertThat(post("/api/v1/write", "zstd", zstd(write, 23)).statusCode()).isEqualTo(200);
    HttpResponse<String> refused = post("/api/v1/write", "zstd", zstd(write, 24));
    assertError(refused, 415, "UNSUPPORTED_MEDIA_TYPE");
    assertThat(refused.body()).contains("\"max_zstd_window_bytes\":8388608");
  }

  @Test
  void gzipMembers_areReadToTheLast() throws Exception {
    String write = batch(point("m", now(), 1, "{}"));
    byte[] first = encode("gzip", write.substring(0, 10));
    byte[] second = encode("gzip", write.substring(10));
    assertThat(post("/api/v1/write", "gzip", join(first, second)).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 18, 19, 100, 200_000})
  void whatFollowsTheLastGzipMember_is400(int bytes) throws Exception {
    byte[] body = encode("gzip", batch(point("m", now(), 1, "{}")));
    byte[] rest = new byte[bytes];
    Arrays.fill(rest, (byte) 'x');
    assertError(post("/api/v1/write", "gzip", join(body, rest)), 400, "INVALID_ENCODING");
  }

  private HttpResponse<String> post(String path, String encoding, byte[] body) throws Exception {
    return server.post(path, token("t"), body, "Content-Encoding", encoding);
  }

  private static String padded(String text, int length) {
    return " ".repeat(length - text.length()) + text;
  }

  private static byte[] encode(String encoding, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return switch (encoding) {
      case "gzip" -> gzip(bytes);
      case "zstd" -> Zstd.compress(bytes);
      default -> bytes;
    };
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(wire)) {
      out.write(bytes);
    }
    return wire.toByteArray();
  }

  private static byte[] zstd(String text, int windowLog) throws IOException {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    try (ZstdOutputStreamNoFinalizer out = new ZstdOutputStreamNoFinalizer(wire)) {
      out.setLong(windowLog);
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return wire.toByteArray();
  }

  private static byte[] join(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }
}
