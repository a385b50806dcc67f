// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The head of a request has to arrive in time, however lively its bytes drop in. */
final class SlowHeadsTest {
  /** Between two bytes; the server's timeout is twenty times as long. */
  private static final int PAUSE_MILLIS = 100;

  private static final int BYTES_MAX = 1_000;
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final String SETTINGS = frame(0, 4, 0);

  private static RunningServer server;

  @BeforeAll
  static void start() throws Exception {
    server = new RunningServer(Map.of("LUMINATE_SERVER_READ_TIMEOUT", "2s"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** What comes at once, and what then drips for ever. Characters are bytes. */
  private enum Head {
    REQUEST_LINE("", "GET /" + "a".repeat(BYTES_MAX)),
    HEADER("GET /api/v1/health HTTP/1.1\r\nHost: a\r\nX: ", "a".repeat(BYTES_MAX)),
    SECOND_REQUEST("GET /api/v1/health HTTP/1.1\r\nHost: a\r\n\r\nGET /", "a".repeat(BYTES_MAX)),
    HTTP2_FRAME(PREFACE + SETTINGS + frame(BYTES_MAX, 1, 4), "a".repeat(BYTES_MAX)),
    HTTP2_HEADERS(PREFACE + SETTINGS + frame(0, 1, 0), frame(0, 9, 0).repeat(BYTES_MAX / 9));

    private final String start;
    private final String drops;

    Head(String start, String drops) {
      this.start = start;
      this.drops = drops;
    }
  }

  @ParameterizedTest
  @EnumSource
  void drippingHead_isCutOff(Head head) throws Exception {
    try (Socket client = connect()) {
      send(client, head.start);
      int sent = 0;
      while (open(client)) {
        assertThat(sent).isLessThan(BYTES_MAX - 1);
        if (sent < head.drops.length()) {
          send(client, head.drops.substring(sent, sent + 1));
        }
        sent++;
      }
    }
  }

  /** As long as each of them is in time. */
  @Test
  void connection_takesHeadAfterHead() throws Exception {
    try (Socket client = connect()) {
      ByteArrayOutputStream replies = new ByteArrayOutputStream();
      for (int i = 0; i < 30; i++) {
        send(client, "GET /api/v1/he");
        assertThat(open(client)).isTrue();
        send(client, "alth HTTP/1.1\r\nHost: a\r\n\r\nGET /api/v1/health HTTP/1.1\r\nHo");
        assertThat(open(client)).isTrue();
        send(client, "st: a\r\n\r\n");
      }
      send(client, "GET /api/v1/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      client.setSoTimeout(60_000);
      client.getInputStream().transferTo(replies);
      assertThat(replies.toString(StandardCharsets.US_ASCII)).contains("Connection: close");
    }
  }

  private static Socket connect() throws IOException {
    Socket client = new Socket("127.0.0.1", server.port());
    client.setSoTimeout(PAUSE_MILLIS);
    client.setTcpNoDelay(true);
    return client;
  }

  private static void send(Socket client, String text) throws IOException {
    try {
      client.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    } catch (SocketException closed) {
      client.shutdownInput();
    }
  }

  /** Reads until there is nothing for a while; false when the server closed the connection. */
  private static boolean open(Socket client) throws IOException {
    byte[] replies = new byte[4_096];
    try {
      int count = 0;
      while (count >= 0) {
        count = client.getInputStream().read(replies);
      }
      return false;
    } catch (SocketTimeoutException quiet) {
      return true;
    } catch (SocketException reset) {
      return false;
    }
  }

  /** The header of a frame on stream 1, or 0 for settings. */
  private static String frame(int length, int type, int flags) {
    char stream = (char) (type == 4 ? 0 : 1);
    return new String(
        new char[] {
          0,
          (char) (length >> 8),
          (char) (length & 0xFF),
          (char) type,
          (char) flags,
          0,
          0,
          0,
          stream
        });
  }
}
