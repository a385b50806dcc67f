// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit.proxy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The head of an HTTP/1.1 message as it came, and what it says of the body behind it (RFC 9112,
 * section 6).
 */
record HttpMessage(String head) {
  /** No client here sends a tenth of it; queries may stand in the first line. */
  private static final int LINE_BYTES_MAX = 1 << 20;

  private static final int HEAD_BYTES_MAX = 2 << 20;

  private static final int BUFFER_BYTES = 1 << 16;

  /** Empty where the connection ended in place of a message. */
  static Optional<HttpMessage> read(InputStream in) throws IOException {
    in.mark(1);
    if (in.read() < 0) {
      return Optional.empty();
    }
    in.reset();
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!readLine(in, head).isEmpty()) {
      if (head.size() > HEAD_BYTES_MAX) {
        throw new IOException("a head of more than " + HEAD_BYTES_MAX + " bytes");
      }
    }
    return Optional.of(new HttpMessage(head.toString(StandardCharsets.ISO_8859_1)));
  }

  /** Without its end; all bytes go to the copy. */
  private static String readLine(InputStream in, OutputStream copy) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the connection ended within a message");
      }
      copy.write(b);
      line.append((char) b);
      if (line.length() > LINE_BYTES_MAX) {
        throw new IOException("a line of more than " + LINE_BYTES_MAX + " bytes");
      }
    }
    copy.write('\n');
    return line.toString().strip();
  }

  /** Whether the body is one, or a form of such. */
  boolean isText() {
    String type = header("content-type").orElse("");
    return type.startsWith("text/") || type.startsWith("multipart/form-data");
  }

  /** Whether the body is a statement as it is; rows stand behind one that is in the target. */
  boolean isStatement() {
    return head.startsWith("POST ")
        && contentLength().isPresent()
        && header("content-encoding").isEmpty()
        && header("content-type").orElse("text/plain").startsWith("text/plain")
        && !target().matches(".*[?&]query=.*");
  }

  /** Of a request. */
  String target() {
    return head.split(" ", 3)[1];
  }

  HttpMessage withBodyOf(int bytes) {
    return new HttpMessage(
        head.replaceFirst("(?im)^content-length:[^\\r\\n]*", "Content-Length: " + bytes));
  }

  boolean isHeadRequest() {
    return head.startsWith("HEAD ");
  }

  /** 100 Continue and its kind: the answer proper is still to come. */
  boolean isInterim() {
    return status().startsWith("1");
  }

  private String status() {
    String[] words = head.split(" ", 3);
    return words.length > 1 && words[0].startsWith("HTTP/") ? words[1] : "";
  }

  void writeHead(OutputStream out) throws IOException {
    out.write(head.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  /** Of a request: it has a body only if it says so. */
  void copyRequestBody(InputStream in, OutputStream out) throws IOException {
    if (isChunked()) {
      copyChunks(in, out);
    } else {
      copy(in, out, contentLength().orElse(0L));
    }
  }

  /** Of an answer: without a length it goes on to the end of the connection. */
  void copyAnswerBody(InputStream in, OutputStream out, boolean toHeadRequest) throws IOException {
    if (toHeadRequest || status().equals("204") || status().equals("304")) {
      return;
    }
    if (isChunked()) {
      copyChunks(in, out);
    } else if (contentLength().isPresent()) {
      copy(in, out, contentLength().get());
    } else {
      in.transferTo(out);
    }
    out.flush();
  }

  private boolean isChunked() {
    return header("transfer-encoding").map(value -> value.endsWith("chunked")).orElse(false);
  }

  private Optional<Long> contentLength() {
    return header("content-length").map(Long::parseLong);
  }

  private Optional<String> header(String name) {
    return Arrays.stream(head.split("\n"))
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip().toLowerCase(Locale.ROOT))
        .findFirst();
  }

  private static void copyChunks(InputStream in, OutputStream out) throws IOException {
    long bytes;
    do {
      String size = readLine(in, out).split(";", 2)[0].strip();
      bytes = Long.parseLong(size, 16);
      // With the line end behind it; behind the last, empty one are the trailers.
      if (bytes > 0) {
        copy(in, out, bytes + 2);
      }
      out.flush();
    } while (bytes > 0);
    while (!readLine(in, out).isEmpty()) {
      out.flush();
    }
    out.flush();
  }

  private static void copy(InputStream in, OutputStream out, long bytes) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long left = bytes;
    while (left > 0) {
      int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (read < 0) {
        throw new EOFException(left + " bytes of a body are missing");
      }
      out.write(buffer, 0, read);
      out.flush();
      left -= read;
    }
  }
}
