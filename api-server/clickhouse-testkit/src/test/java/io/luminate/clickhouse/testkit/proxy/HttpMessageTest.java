// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a message ends; what stands behind it in the stream belongs to the next one. */
final class HttpMessageTest {
  private static final String NEXT = "HTTP/1.1 200 OK\r\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
        "POST / HTTP/1.1\r\ncontent-length:3\r\n\r\nabc",
        "GET /ping HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, Chunked\r\n\r\nA;x=y\r\n0123456789\r\n0\r\nT: v\r\n\r\n"
      })
  void request_endsWithItsBody(String request) throws IOException {
    InputStream in = stream(request + NEXT);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    HttpMessage message = HttpMessage.read(in).orElseThrow();
    message.writeHead(out);
    message.copyRequestBody(in, out);
    assertThat(out).hasToString(request);
    assertThat(in).hasContent(NEXT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n1\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n1\n\r\n0\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\n"
      })
  void answer_endsWithItsBody(String answer) throws IOException {
    InputStream in = stream(answer + NEXT);
    assertThat(copyOfAnswer(in, false)).isEqualTo(answer);
    assertThat(in).hasContent(NEXT);
  }

  @Test
  void answer_withoutLengthEndsWithTheConnection() throws IOException {
    String answer = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + "x".repeat(100_000);
    assertThat(copyOfAnswer(stream(answer), false)).isEqualTo(answer);
  }

  @Test
  void answer_toHeadHasNoBody() throws IOException {
    String answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
    InputStream in = stream(answer + NEXT);
    assertThat(copyOfAnswer(in, true)).isEqualTo(answer);
    assertThat(in).hasContent(NEXT);
  }

  @Test
  void answer_interim() throws IOException {
    assertThat(HttpMessage.read(stream("HTTP/1.1 100 Continue\r\n\r\n")).orElseThrow().isInterim())
        .isTrue();
    assertThat(HttpMessage.read(stream("HTTP/1.1 200 OK\r\n\r\n")).orElseThrow().isInterim())
        .isFalse();
  }

  @Test
  void read_atTheEnd() throws IOException {
    assertThat(HttpMessage.read(stream(""))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST / HT",
        "POST / HTTP/1.1\r\nContent-Length: 3\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n"
      })
  void request_cutShort(String request) {
    InputStream in = stream(request);
    assertThatThrownBy(
            () ->
                HttpMessage.read(in).orElseThrow().copyRequestBody(in, new ByteArrayOutputStream()))
        .isInstanceOf(EOFException.class);
  }

  private static String copyOfAnswer(InputStream in, boolean toHeadRequest) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    HttpMessage message = HttpMessage.read(in).orElseThrow();
    message.writeHead(out);
    message.copyAnswerBody(in, out, toHeadRequest);
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
