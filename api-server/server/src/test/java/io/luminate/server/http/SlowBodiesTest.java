// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A body that does not arrive in time is the client's mistake, and it is told so. */
final class SlowBodiesTest {
  private static RunningServer server;

  @BeforeAll
  static void start() throws Exception {
    server = new RunningServer(Map.of("LUMINATE_SERVER_READ_TIMEOUT", "500ms"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/api/v1/write, t:write",
    "/api/v1/write, no token",
    "/api/v1/query, t:read",
    "/api/v1/admin/retention, t:admin"
  })
  void bodyThatDoesNotArrive_is400_andTheConnectionCloses(String path, String token)
      throws Exception {
    try (RawConnection client = new RawConnection(server.port())) {
      client.send(RawConnection.head(path, token, "a".repeat(100)) + "{\"metrics");
      RawConnection.Reply reply = client.read().orElseThrow();
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.body())
          .startsWith("{\"error\":{\"code\":\"INVALID_REQUEST\"")
          .contains("within 500 ms (read_timeout)")
          .contains("\"read_timeout_ms\":500", "\"received_bytes\":9");
      assertThat(reply.headers())
          .containsEntry("connection", "close")
          .containsEntry("content-type", "application/json")
          .containsKey("x-request-id");
      assertThat(reply.headers().containsKey("x-ratelimit-remaining"))
          .isEqualTo(!token.equals("no token"));
      assertThat(client.read()).isEmpty();
    }
  }
}
