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
import io.luminate.store.PointBatch;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Request bodies share a bounded memory; what does not fit is told to come back. */
final class BytesInFlightTest {
  private static final long BUDGET_BYTES = 4 << 20;

  private final MemoryBudget budget = MemoryBudget.ofRequests(BUDGET_BYTES);
  private final ScriptedStore store = new ScriptedStore();
  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    server = new RunningServer(store, Map.of(), budget, MemoryBudget.ofReplies());
  }

  @AfterEach
  void stop() {
    server.close();
    assertThat(budget.bytesUsed()).isZero();
  }

  @Test
  void bodiesWithoutRoom_are503_andTheirMemoryReturns() throws Exception {
    String large = padded(1_200_000);
    try (RawConnection first = new RawConnection(server.port())) {
      first.send(
          RawConnection.head("/api/v1/write", token("t"), large)
              .replaceFirst("\r\n", "\r\nExpect: 100-continue\r\n"));
      assertThat(first.read().orElseThrow().status()).isEqualTo(100);
      first.send(large.substring(0, 600_000));
      HttpResponse<String> refused = server.post("/api/v1/write", token("t"), padded(2_500_000));
      assertError(refused, 503, "OVERLOADED");
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
      assertThat(refused.body())
          .contains("\"max_bytes_in_flight\":" + BUDGET_BYTES)
          .containsPattern("\"bytes\":[0-9]{7}");
      first.send(large.substring(600_000));
      assertThat(first.read().orElseThrow().status()).isEqualTo(200);
    }
    assertThat(server.post("/api/v1/write", token("t"), padded(900_000)).statusCode())
        .isEqualTo(200);
  }

  @Test
  void inflatedBodyWithoutRoom_is503() throws Exception {
    byte[] small = Zstd.compress(padded(9_000_000).getBytes(StandardCharsets.UTF_8));
    HttpResponse<String> refused =
        server.post("/api/v1/write", token("t"), small, "Content-Encoding", "zstd");
    assertError(refused, 503, "OVERLOADED");
    assertThat(refused.body()).contains("\"max_bytes_in_flight\":" + BUDGET_BYTES);
  }

  @Test
  void decodedBody_takesTheRoomOfItsPoints() throws Exception {
    assertThat(bytesDuringWrite(padded(500_000))).isEqualTo(PointBatch.POINT_BYTES);
  }

  /** It may be read again, and its answer is stored with it. */
  @Test
  void decodedBody_underAKey_takesRoomBesideItsPointsAndItsAnswer() throws Exception {
    String reply = "{\"accepted\":1,\"rejected\":0,\"errors\":[]}";
    assertThat(bytesDuringWrite(padded(500_000), "Idempotency-Key", "k"))
        .isEqualTo((512 << 10) + PointBatch.POINT_BYTES + 1 + reply.length());
  }

  private long bytesDuringWrite(String body, String... headers) throws Exception {
    AtomicLong duringWrite = new AtomicLong();
    store.beforeWrite = () -> duringWrite.set(budget.bytesUsed());
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    assertThat(server.post("/api/v1/write", token("t"), bytes, headers).statusCode())
        .isEqualTo(200);
    return duringWrite.get();
  }

  /** One point in a body of so many characters. */
  private static String padded(int length) {
    String one = batch(point("m", now(), 1, "{}"));
    return " ".repeat(length - one.length()) + one;
  }
}
