// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tests of failures break many connections; whatever they do, the server must outlive it. */
final class BrokenConnectionsTest {
  private static final long SEED = 20_260_311;
  private static final int CONNECTIONS = 300;

  private final Random random = new Random(SEED);
  private final ClickHouseServer server = ClickHouse.shared();

  @Test
  void server_outlivesThem() throws Exception {
    String table = server.newDatabase() + ".t";
    server.execute("CREATE TABLE %s (n UInt64) ENGINE = MergeTree ORDER BY n".formatted(table));
    for (int i = 0; i < CONNECTIONS; i++) {
      leaveInTheMiddle("INSERT INTO %s VALUES (%d)".formatted(table, i));
      leaveBeforeTheEnd("SELECT number, toString(number) FROM numbers(10000000)");
      send(server.httpUrl().getPort(), noise());
      send(server.tcpPort(), noise());
    }
    assertThat(server.isRunning()).as("seed %d: %s", SEED, server.account()).isTrue();
    assertThat(server.query("SELECT 1")).as("seed %d", SEED).containsExactly("1");
  }

  private void leaveInTheMiddle(String sql) throws IOException {
    byte[] whole = random.nextBoolean() ? request(sql) : chunked(sql);
    send(server.httpUrl().getPort(), Arrays.copyOf(whole, random.nextInt(whole.length + 1)));
  }

  private void leaveBeforeTheEnd(String sql) throws IOException {
    try (Socket socket = connect(server.httpUrl().getPort())) {
      socket.getOutputStream().write(request(sql));
      byte[] some = socket.getInputStream().readNBytes(1 + random.nextInt(100_000));
      assertThat(some).as("seed %d", SEED).asString(StandardCharsets.ISO_8859_1).contains("200 OK");
      hangUp(socket);
    }
  }

  private void send(int port, byte[] bytes) throws IOException {
    try (Socket socket = connect(port)) {
      socket.getOutputStream().write(bytes);
      hangUp(socket);
    } catch (SocketException hungUp) {
      assertThat(hungUp).hasMessageMatching("(?i).*(reset|broken pipe).*");
    }
  }

  private static Socket connect(int port) throws IOException {
    return new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
  }

  /** Politely or by a reset. */
  private void hangUp(Socket socket) throws IOException {
    socket.setSoLinger(random.nextBoolean(), 0);
  }

  private byte[] request(String sql) {
    return (head() + "Content-Length: " + sql.length() + "\r\n\r\n" + sql)
        .getBytes(StandardCharsets.UTF_8);
  }

  private byte[] chunked(String sql) {
    String chunk = Integer.toHexString(sql.length()) + "\r\n" + sql + "\r\n0\r\n\r\n";
    return (head() + "Transfer-Encoding: chunked\r\n\r\n" + chunk).getBytes(StandardCharsets.UTF_8);
  }

  private String head() {
    return "POST / HTTP/1.1\r\nHost: localhost\r\nX-ClickHouse-User: %s\r\nX-ClickHouse-Key: %s\r\n"
        .formatted(server.admin().name(), server.admin().password());
  }

  private byte[] noise() {
    byte[] bytes = new byte[1 + random.nextInt(200)];
    random.nextBytes(bytes);
    return bytes;
  }
}
