// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.server.config.ServerConfig;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever comes too many is told so at once, and those who are there notice nothing. */
final class ConnectionLimitTest {
  private static final int CONNECTIONS_MAX = 3;
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

  private boolean isServed() throws IOException {
    try (RawConnection connection = new RawConnection(listener.port())) {
      assertServed(connection);
      return true;
    } catch (SocketException refused) {
      return false;
    }
  }

  @Test
  void connectionsThatAreTooMany_areReset_andTheOthersServed() throws Exception {
    for (int i = 0; i < 2 * CONNECTIONS_MAX; i++) {
      try (RawConnection refused = new RawConnection(listener.port())) {
        assertThatThrownBy(refused::read).isInstanceOf(SocketException.class);
      }
    }
    for (RawConnection connection : open) {
      assertServed(connection);
    }
  }

  @Test
  void connectionThatEnds_makesRoomForAnother() throws Exception {
    assertThat(isServed()).isFalse();
    open.removeFirst().close();
    Instant giveUp = Instant.now().plus(PATIENCE);
    while (!isServed()) {
      assertThat(Instant.now()).isBefore(giveUp);
    }
  }
}
