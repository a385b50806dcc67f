// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.load;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/**
 * HTTP/1.1 with keep-alive and nothing else: the client shares the processors with the server it
 * measures. A small body goes in one packet with its head, as of other clients. For one thread.
 */
public final class HttpConnection implements AutoCloseable {
  private static final int CONNECT_MILLIS_MAX = 5_000;
  private static final int LINE_BYTES_MAX = 16_384;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final byte[] NO_BODY = {};

  private final String host;
  private final String authorization;
  private final Socket socket = new Socket();
  private final InputStream in;
  private final OutputStream out;

  public HttpConnection(InetSocketAddress server, Duration replyWithin) throws IOException {
    this(server, replyWithin, "");
  }

  /**
   * @param token sent with every request; none if it is empty
   */
  public HttpConnection(InetSocketAddress server, Duration replyWithin, String token)
      throws IOException {
    authorization = token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n";
    host = server.getHostString() + ":" + server.getPort();
    try {
      socket.connect(server, CONNECT_MILLIS_MAX);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(Math.toIntExact(replyWithin.toMillis()));
      in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
      out = new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  public HttpReply get(String path) throws IOException {
    return send("GET", path, "text/plain", NO_BODY, 0);
  }

  public HttpReply post(String path, String contentType, byte[] body, int length)
      throws IOException {
    return send("POST", path, contentType, body, length);
  }

  private HttpReply send(String method, String path, String contentType, byte[] body, int length)
      throws IOException {
    String head =
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: "
            + host
            + "\r\n"
            + authorization
            + "Content-Type: "
            + contentType
            + "\r\nContent-Length: "
            + length
            + "\r\n\r\n";
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    out.write(body, 0, length);
    out.flush();
    return reply();
  }

  private HttpReply reply() throws IOException {
    String statusLine = line();
    if (!statusLine.startsWith("HTTP/1.1 ")) {
      throw new IOException("not HTTP/1.1: " + statusLine);
    }
    int status = Integer.parseInt(statusLine.substring(9, 12));
    int length = 0;
    boolean chunked = false;
    for (String line = line(); !line.isEmpty(); line = line()) {
      String header = line.toLowerCase(Locale.ROOT);
      if (header.startsWith("content-length:")) {
        length = Integer.parseInt(header.substring("content-length:".length()).strip());
      }
      chunked |= header.startsWith("transfer-encoding:") && header.endsWith("chunked");
    }
    byte[] body = chunked ? chunks() : exactly(length);
    return new HttpReply(status, new String(body, StandardCharsets.UTF_8));
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      int size = Integer.parseInt(line().split(";", 2)[0].strip(), 16);
      body.writeBytes(exactly(size));
      String end = line();
      if (size == 0) {
        while (!end.isEmpty()) {
          end = line();
        }
        return body.toByteArray();
      }
    }
  }

  private byte[] exactly(int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("the server closed after " + bytes.length + " of " + count + " bytes");
    }
    return bytes;
  }

  /** Up to CR LF, without them. */
  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the server closed the connection");
      }
      if (line.length() == LINE_BYTES_MAX) {
        throw new IOException("a header line is longer than " + LINE_BYTES_MAX + " bytes");
      }
      line.append((char) c);
    }
    return line.toString().stripTrailing();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
