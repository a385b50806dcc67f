// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/** One connection over HTTP/1.1, byte by byte; whoever waits longer than a minute has lost. */
final class RawConnection implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;

  private final Socket socket;

  /** Names of headers are in lower case. */
  record Reply(int status, Map<String, String> headers, String body) {}

  RawConnection(int port) throws IOException {
    socket = new Socket("127.0.0.1", port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
  }

  void send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  void get(String path) throws IOException {
    send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
  }

  void post(String path, String token, String body) throws IOException {
    send(head(path, token, body) + body);
  }

  static String head(String path, String token, String body) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
        + token
        + "\r\nContent-Type: application/json\r\nContent-Length: "
        + body.getBytes(StandardCharsets.UTF_8).length
        + "\r\n\r\n";
  }

  /** Waits for the first bytes of a reply without taking any. */
  void awaitBytes() throws IOException {
    while (socket.getInputStream().available() == 0) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Empty when the server closed the connection without an answer. */
  Optional<Reply> read() throws IOException {
    Optional<Reply> head = readHead();
    if (head.isEmpty()) {
      return head;
    }
    int length = Integer.parseInt(head.get().headers().getOrDefault("content-length", "0"));
    byte[] body = socket.getInputStream().readNBytes(length);
    if (body.length < length) {
      throw new EOFException("within the body of a reply: " + head);
    }
    return Optional.of(
        new Reply(
            head.get().status(), head.get().headers(), new String(body, StandardCharsets.UTF_8)));
  }

  /** Reads no body. */
  Optional<Reply> readHead() throws IOException {
    InputStream in = socket.getInputStream();
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0 && head.size() == 0) {
        return Optional.empty();
      }
      if (next < 0) {
        throw new EOFException("within the head of a reply: " + head);
      }
      head.write(next);
    }
    String[] lines = head.toString(StandardCharsets.US_ASCII).split("\r\n");
    Map<String, String> headers = new TreeMap<>();
    for (String line : Arrays.copyOfRange(lines, 1, lines.length)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    int status = Integer.parseInt(lines[0].split(" ")[1]);
    return Optional.of(new Reply(status, headers, ""));
  }

  /** Bytes that came before the server closed the connection. */
  long readByteByByte() throws IOException {
    long count = 0;
    try {
      while (socket.getInputStream().read() >= 0) {
        count++;
      }
    } catch (SocketException reset) {
      return count;
    }
    return count;
  }

  /** Closes with a reset, as the system does for a process that dies with unread bytes. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
