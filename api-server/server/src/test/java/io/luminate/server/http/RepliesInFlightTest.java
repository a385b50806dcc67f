// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.assertError;
import static io.luminate.server.http.RunningServer.now;
import static io.luminate.server.http.RunningServer.point;
import static io.luminate.server.http.RunningServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.RetentionPolicies;
import io.luminate.store.reference.ReferenceStore;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Replies share a bounded memory until their clients have read them. */
final class RepliesInFlightTest {
  private static final long BUDGET_BYTES = 40 << 20;
  private static final int POINTS = 10_000;

  /** Rendered, 5 400 bytes. */
  private static final String DIMENSIONS =
      IntStream.range(0, 20)
          .mapToObj(key -> "\"key%02d\":\"%s\"".formatted(key, "v".repeat(256)))
          .collect(Collectors.joining(",", "{", "}"));

  private static final MemoryBudget budget = MemoryBudget.ofReplies(BUDGET_BYTES);
  private static RunningServer server;

  @BeforeAll
  static void start() throws Exception {
    ReferenceStore store =
        new ReferenceStore(InstantSource.system(), RetentionPolicies.keepFor(Duration.ofDays(30)));
    server =
        new RunningServer(
            store,
            Map.of("LUMINATE_SERVER_WRITE_TIMEOUT", "1h"),
            MemoryBudget.ofRequests(),
            budget);
    assertThat(
            server
                .post("/api/v1/write", token("t"), points(), "Content-Encoding", "gzip")
                .statusCode())
        .isEqualTo(200);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void replyThatNeverHasRoom_is400_withTheLimit() throws Exception {
    HttpResponse<String> refused = server.post("/api/v1/query", token("t"), query(POINTS));
    assertError(refused, 400, "QUERY_MEMORY_EXCEEDED");
    assertThat(refused.body())
        .contains("\"max_reply_bytes\":" + BUDGET_BYTES)
        .containsPattern("\"received_at_least\":[0-9]{8}");
    assertThat(budget.bytesUsed()).isZero();
  }

  @Test
  void replyThatIsNotRead_keepsItsMemory_untilItIs() throws Exception {
    String half = query(POINTS / 2);
    try (RawConnection idle = new RawConnection(server.port())) {
      idle.post("/api/v1/query", token("t"), half);
      idle.awaitBytes();
      HttpResponse<String> refused = server.post("/api/v1/query", token("t"), half);
      assertError(refused, 503, "OVERLOADED");
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
      assertThat(refused.body())
          .contains("\"max_bytes_in_flight\":" + BUDGET_BYTES)
          .containsPattern("\"bytes\":[0-9]{8}");
      RawConnection.Reply late = idle.read().orElseThrow();
      assertThat(late.status()).isEqualTo(200);
      assertThat(late.body()).endsWith("}").hasSizeGreaterThan(POINTS / 2 * 5_000);
    }
    awaitNothingInFlight();
    assertThat(server.post("/api/v1/query", token("t"), half).statusCode()).isEqualTo(200);
  }

  @Test
  void replyOfAClientThatIsGone_givesItsMemoryBack() throws Exception {
    for (int i = 0; i < 5; i++) {
      RawConnection client = new RawConnection(server.port());
      client.post("/api/v1/query", token("t"), query(POINTS / 2));
      client.awaitBytes();
      client.reset();
      awaitNothingInFlight();
    }
  }

  private static void awaitNothingInFlight() {
    while (budget.bytesUsed() > 0) {
      Thread.onSpinWait();
    }
  }

  private static String query(int limit) {
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
