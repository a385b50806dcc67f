// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.server.config.ServerConfig;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever comes too many is told so at once, and those who are there notice nothing. */
final class ConnectionLimitTest {
  private static final int CONNECTIONS_MAX = 3;
  private static final OptionalInt SERVED = OptionalInt.of(200);
  private static final OptionalInt TOLD = OptionalInt.of(503);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Listener listener =
      new Listener(
          "test",
          new Listener.Address("127.0.0.1", 0, "test"),
          new Listener.Size(8, CONNECTIONS_MAX),
          new ServerConfig("127.0.0.1", 0, PATIENCE, PATIENCE, Duration.ofSeconds(10)),
          new Greeting());
  private final List<RawConnection> open = new ArrayList<>();

  private static final class Greeting extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      Replies.send(response, callback, 200, Replies.JSON, new byte[0]);
      return true;
    }
  }

  @BeforeEach
  void start() throws IOException {
    listener.start();
    for (int i = 0; i < CONNECTIONS_MAX; i++) {
      open.add(new RawConnection(listener.port()));
      assertServed(open.getLast());
    }
  }

  @AfterEach
  void stop() throws IOException {
    for (RawConnection connection : open) {
      connection.close();
    }
    listener.stop();
  }

  private static void assertServed(RawConnection connection) throws IOException {
    connection.get("/");
    assertThat(connection.read().orElseThrow().status()).isEqualTo(200);
  }

  /** Of the answer on a new connection; empty where it is reset. */
  private OptionalInt status() throws IOException {
    try (RawConnection connection = new RawConnection(listener.port())) {
      connection.get("/");
      // Who is told late finds the connection closed.
      return connection.read().map(RawConnection.Reply::status).stream().mapToInt(s -> s).findAny();
    } catch (SocketException reset) {
      return OptionalInt.empty();
    }
  }

  private void awaitStatus(OptionalInt awaited) throws IOException {
    Instant giveUp = Instant.now().plus(PATIENCE);
    while (!status().equals(awaited)) {
      assertThat(Instant.now()).isBefore(giveUp);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100_000})
  void connectionThatIsTooMany_isToldSo(int bodyBytes) throws Exception {
    try (RawConnection refused = new RawConnection(listener.port())) {
      refused.post("/", "t:write", " ".repeat(bodyBytes));
      RawConnection.Reply reply = refused.read().orElseThrow();
      assertThat(reply.status()).isEqualTo(503);
      assertThat(reply.headers())
          .containsEntry("connection", "close")
          .containsEntry("content-type", "application/json")
          .containsEntry("retry-after", "1")
          .containsKey("x-request-id");
      assertThat(reply.body())
          .startsWith("{\"error\":{\"code\":\"OVERLOADED\",\"message\":")
          .endsWith("\"details\":{\"max_connections\":3}}}");
      assertThat(refused.read()).isEmpty();
    }
  }

  /** Those that were told leave their places to others. */
  @Test
  void connectionsThatAreTooMany_areRefused_andTheOthersServed() throws Exception {
    for (int i = 0; i < 10 * CONNECTIONS_MAX; i++) {
      assertThat(status()).isNotEqualTo(SERVED);
    }
    awaitStatus(TOLD);
    for (RawConnection connection : open) {
      assertServed(connection);
    }
  }

  /** Whoever says nothing keeps a place among those to be told, for a moment. */
  @Test
  void connectionsThatAreTooMany_toBeTold_areReset() throws Exception {
    Instant giveUp = Instant.now().plus(PATIENCE);
    OptionalInt status = TOLD;
    while (status.isPresent()) {
      assertThat(Instant.now()).isBefore(giveUp);
      List<RawConnection> silent = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS_MAX; i++) {
        silent.add(new RawConnection(listener.port()));
      }
      status = status();
      for (RawConnection each : silent) {
        each.close();
      }
    }
  }

  /** Neither an answer nor the end is owed to who says nothing, but its socket is given back. */
  @Test
  void connectionThatIsTooMany_andSilent_ends() throws Exception {
    try (RawConnection refused = new RawConnection(listener.port())) {
      assertThat(refused.read()).isEmpty();
    }
  }

  @Test
  void connectionThatEnds_makesRoomForAnother() throws Exception {
    assertThat(status()).isEqualTo(TOLD);
    open.removeFirst().close();
    awaitStatus(SERVED);
  }
}
