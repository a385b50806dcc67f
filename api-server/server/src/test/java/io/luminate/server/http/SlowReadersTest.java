// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whoever does not read a reply in time loses it. */
final class SlowReadersTest {
  private static final MemoryBudget replies = MemoryBudget.ofReplies(80 << 20);
  private static RunningServer server;

  @BeforeAll
  static void start() throws Exception {
    server =
        new RunningServer(
            new ScriptedStore(),
            Map.of("LUMINATE_SERVER_WRITE_TIMEOUT", "1s"),
            MemoryBudget.ofRequests(),
            replies);
    LargeReplies.write(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void replyThatIsReadByteByByte_isCutOff() throws Exception {
    try (RawConnection slow = new RawConnection(server.port())) {
      slow.post("/api/v1/query", token("t"), LargeReplies.query(LargeReplies.POINTS));
      assertThat(slow.readByteByByte()).isBetween(1L, 50_000_000L);
    }
    awaitNothingInFlight();
  }

  @Test
  void replyThatIsNotRead_overHttp2_isCutOff() throws Exception {
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
      client.send(server.request("/api/v1/health", "").build(), BodyHandlers.discarding());
      HttpResponse<InputStream> reply =
          client.send(
              server
                  .request("/api/v1/query", token("t"))
                  .POST(BodyPublishers.ofString(LargeReplies.query(LargeReplies.POINTS)))
                  .build(),
              BodyHandlers.ofInputStream());
      assertThat(reply.version()).isEqualTo(HttpClient.Version.HTTP_2);
      awaitNothingInFlight();
      assertThat(length(reply.body())).isLessThan(50_000_000L);
    }
  }

  private static long length(InputStream body) {
    long length = 0;
    try (body) {
      while (body.read() >= 0) {
        length++;
      }
    } catch (IOException cut) {
      return length;
    }
    return length;
  }

  private static void awaitNothingInFlight() {
    while (replies.bytesUsed() > 0) {
      LockSupport.parkNanos(1_000_000);
    }
  }
}
