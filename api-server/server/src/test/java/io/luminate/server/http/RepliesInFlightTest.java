// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.assertError;
import static io.luminate.server.http.RunningServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Replies share a bounded memory until their clients have read them. */
final class RepliesInFlightTest {
  private static final long BUDGET_BYTES = 40 << 20;

  /** Of one tenant. */
  private static final long SHARE_BYTES = 30 << 20;

  private static final MemoryBudget budget = MemoryBudget.ofReplies(BUDGET_BYTES);
  private static RunningServer server;

  @BeforeAll
  static void start() throws Exception {
    server =
        new RunningServer(
            new ScriptedStore(),
            Map.of("LUMINATE_SERVER_WRITE_TIMEOUT", "1h"),
            MemoryBudget.ofRequests(),
            budget);
    LargeReplies.write(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void replyThatNeverHasRoom_is400_withTheLimit() throws Exception {
    HttpResponse<String> refused =
        server.post("/api/v1/query", token("t"), LargeReplies.query(LargeReplies.POINTS));
    assertError(refused, 400, "QUERY_MEMORY_EXCEEDED");
    assertThat(refused.body())
        .contains("\"max_reply_bytes\":" + SHARE_BYTES)
        .containsPattern("\"received_at_least\":[0-9]{8}");
    assertThat(budget.bytesUsed()).isZero();
  }

  @Test
  void replyThatIsNotRead_keepsItsMemory_untilItIs() throws Exception {
    String half = LargeReplies.query(LargeReplies.POINTS / 2);
    try (RawConnection idle = new RawConnection(server.port())) {
      idle.post("/api/v1/query", token("t"), half);
      idle.awaitBytes();
      HttpResponse<String> refused = server.post("/api/v1/query", token("t"), half);
      assertError(refused, 503, "OVERLOADED");
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
      assertThat(refused.body())
          .contains("\"max_bytes_in_flight\":" + SHARE_BYTES)
          .containsPattern("\"bytes\":[0-9]{8}");
      assertThat(server.post("/api/v1/query", token("other"), half).statusCode()).isEqualTo(200);
      RawConnection.Reply late = idle.read().orElseThrow();
      assertThat(late.status()).isEqualTo(200);
      assertThat(late.body()).endsWith("}").hasSizeGreaterThan(LargeReplies.POINTS / 2 * 5_000);
    }
    awaitNothingInFlight();
    assertThat(server.post("/api/v1/query", token("t"), half).statusCode()).isEqualTo(200);
  }

  @Test
  void replyOfAClientThatIsGone_givesItsMemoryBack() throws Exception {
    for (int i = 0; i < 5; i++) {
      RawConnection client = new RawConnection(server.port());
      client.post("/api/v1/query", token("t"), LargeReplies.query(LargeReplies.POINTS / 2));
      client.awaitBytes();
      client.reset();
      awaitNothingInFlight();
    }
  }

  private static void awaitNothingInFlight() {
    while (budget.bytesUsed() > 0) {
      LockSupport.parkNanos(1_000_000);
    }
  }
}
