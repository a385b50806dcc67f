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
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** However slowly one tenant sends its bodies, the others find room for theirs. */
final class BodySharesTest {
  private static final int MIB = 1 << 20;
  private static final int BUDGET_MIB = 32;

  /** Its array has a MiB from the first byte on. */
  private static final int BODY_BYTES = MIB - BodyReader.PADDING;

  private static final String QUERY =
      "{\"queryType\":\"range\",\"metricName\":\"m\",\"timeRange\":{\"relative\":\"1h\"}}";

  private final MemoryBudget budget = MemoryBudget.ofRequests(BUDGET_MIB * MIB);
  private final List<RawConnection> slow = new ArrayList<>();
  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    server =
        new RunningServer(
            new ScriptedStore(),
            Map.of("LUMINATE_BATCH_WRITE_MAX_REQUEST_SIZE_BYTES", String.valueOf(MIB)),
            budget,
            MemoryBudget.ofReplies());
  }

  @AfterEach
  void stop() throws Exception {
    for (RawConnection connection : slow) {
      connection.close();
    }
    server.close();
    assertThat(budget.bytesUsed()).isZero();
  }

  /** One point in a body of so many characters. */
  private static String padded(int length) {
    String one = batch(point("m", now(), 1, "{}"));
    return " ".repeat(length - one.length()) + one;
  }

  /** Returns when the server waits for the body, and has its array or has refused it. */
  private RawConnection sendSlowly(String path, String token) throws Exception {
    RawConnection connection = new RawConnection(server.port());
    slow.add(connection);
    String body = padded(BODY_BYTES);
    connection.send(
        RawConnection.head(path, token, body).replaceFirst("\r\n", "\r\nExpect: 100-continue\r\n"));
    assertThat(connection.read().orElseThrow().status()).isEqualTo(100);
    return connection;
  }

  @Test
  void slowBodies_ofOneTenant_haveHalfOfTheRoom() throws Exception {
    for (int i = 0; i < BUDGET_MIB; i++) {
      sendSlowly("/api/v1/write", token("a"));
    }
    assertThat(budget.bytesUsed()).isEqualTo(BUDGET_MIB / 2 * MIB);
    assertThat(server.post("/api/v1/write", token("b"), padded(BODY_BYTES)).statusCode())
        .isEqualTo(200);
    HttpResponse<String> refused = server.post("/api/v1/write", token("a"), padded(100));
    assertError(refused, 503, "OVERLOADED");
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    assertThat(refused.body())
        .contains("the tenant's request bodies")
        .contains("\"max_bytes_in_flight\":" + BUDGET_MIB / 2 * MIB)
        .contains("\"bytes\":" + (BUDGET_MIB / 2 * MIB + (64 << 10)));
    slow.getFirst().send(padded(BODY_BYTES));
    assertThat(slow.getFirst().read().orElseThrow().status()).isEqualTo(200);
    assertThat(server.post("/api/v1/write", token("a"), padded(100)).statusCode()).isEqualTo(200);
  }

  @Test
  void slowBodies_ofAnythingElse_haveAQuarterOfTheRoom_andOfOneTenantHalfOfThat() throws Exception {
    int shareBytes = BUDGET_MIB / 8 * MIB;
    for (int i = 0; i < BUDGET_MIB; i++) {
      sendSlowly("/api/v1/query", token("a"));
    }
    assertThat(budget.bytesUsed()).isEqualTo(shareBytes);
    HttpResponse<String> refused = server.post("/api/v1/query", token("a"), QUERY);
    assertError(refused, 503, "OVERLOADED");
    assertThat(refused.body())
        .contains("the tenant's bodies of requests other than writes")
        .contains("\"max_bytes_in_flight\":" + shareBytes);
    assertThat(server.post("/api/v1/query", token("b"), QUERY).statusCode()).isEqualTo(200);
    for (int i = 0; i < BUDGET_MIB; i++) {
      sendSlowly("/api/v1/query", token("b"));
    }
    assertThat(budget.bytesUsed()).isEqualTo(BUDGET_MIB / 4 * MIB);
    assertThat(server.post("/api/v1/write", token("b"), padded(BODY_BYTES)).statusCode())
        .isEqualTo(200);
  }

  /** Whoever has no good token is in nobody's way. */
  @Test
  void slowBodies_withoutAToken_haveAShareOfTheirOwn() throws Exception {
    for (int i = 0; i < BUDGET_MIB; i++) {
      sendSlowly("/api/v1/query", "no token");
    }
    assertThat(budget.bytesUsed()).isEqualTo(BUDGET_MIB / 8 * MIB);
    assertThat(server.post("/api/v1/query", token("a"), QUERY).statusCode()).isEqualTo(200);
    HttpResponse<String> refused = server.post("/api/v1/query", "no token", QUERY);
    assertError(refused, 503, "OVERLOADED");
    assertThat(refused.body()).contains("nobody's bodies of requests other than writes");
  }

  /** What a body inflates to may be more than half. */
  @Test
  void largestBody_hasRoomAlone() throws Exception {
    byte[] small = Zstd.compress(padded(20 * MIB).getBytes(StandardCharsets.UTF_8));
    HttpResponse<String> reply =
        server.post("/api/v1/write", token("a"), small, "Content-Encoding", "zstd");
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
  }

  @Test
  void shares_ofEitherDefaultHeap_areHalf_andOfATinyOneABody() {
    assertThat(shareMib(80, 10)).isEqualTo(40);
    assertThat(shareMib(400, 10)).isEqualTo(200);
    assertThat(shareMib(30, 10)).isEqualTo(24);
    assertThat(shareMib(10, 10)).isEqualTo(10);
  }

  private static long shareMib(int wholeMib, int bodyMib) {
    MemoryBudget whole = MemoryBudget.ofRequests((long) wholeMib * MIB);
    return BodyShares.ofWrites(new BufferPool(whole), bodyMib * MIB).arrivingBytesMax() / MIB;
  }
}
