// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.luminate.store.clickhouse.client.ClickHouseAccess.Connections;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whether a statement may have been carried out decides if its points may be sent again. */
class BrokenAnswersTest {
  private static final String ADDRESS = "http://127.0.0.1:";

  private static ClickHouseFailure failure(int port) {
    try (ClickHouseClient client =
        new ClickHouseClient(
            new ClickHouseAccess(
                List.of(ADDRESS + port),
                "default",
                "user",
                "",
                new Connections(1, 1, Duration.ofMinutes(1)),
                Optional.empty()))) {
      Statement statement = Statement.of("SELECT 1").within(Duration.ofSeconds(10));
      return catchThrowableOfType(ClickHouseFailure.class, () -> client.execute(statement));
    }
  }

  /** As ClickHouse does when it is killed: it may have carried out what it read. */
  @Test
  void closedInPlaceOfAnAnswer_mayHaveBeenCarriedOut() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> readAndClose(server));
      ClickHouseFailure failure = failure(server.getLocalPort());
      assertThat(failure.refused()).isFalse();
      assertThat(failure.sent()).as(failure.getMessage()).isTrue();
    }
  }

  private static void readAndClose(ServerSocket server) {
    while (!server.isClosed()) {
      try (Socket socket = server.accept();
          InputStream in = socket.getInputStream()) {
        socket.setSoTimeout(300);
        in.readNBytes(1 << 20);
      } catch (IOException readAll) {
        // Closing now is what this is for.
      }
    }
  }

  @Test
  void nobodyListens_wasNotCarriedOut() throws IOException {
    int port;
    try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = gone.getLocalPort();
    }
    assertThat(failure(port).sent()).isFalse();
  }
}
