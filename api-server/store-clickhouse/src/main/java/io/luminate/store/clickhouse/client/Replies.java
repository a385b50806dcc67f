// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;

/** What ClickHouse's HTTP interface answers. */
final class Replies {
  private static final int OK = 200;
  private static final int MESSAGE_BYTES_MAX = 16 << 10;

  /** A JSON object of numbers as texts. */
  private static final String SUMMARY = "X-ClickHouse-Summary";

  private static final Pattern READ_ROWS = Pattern.compile("\"read_rows\":\"(\\d+)\"");
  private static final Pattern READ_BYTES = Pattern.compile("\"read_bytes\":\"(\\d+)\"");

  private static final String ERROR = "X-ClickHouse-Exception-Code";

  private Replies() {}

  /**
   * @throws ClickHouseFailure if it is an error
   */
  static <T> Answer<T> answer(ClassicHttpResponse response, RowFunction<T> read)
      throws IOException, HttpException {
    if (response.getCode() != OK || response.containsHeader(ERROR)) {
      throw refusal(response);
    }
    String summary = header(response, SUMMARY).orElse("");
    T value = read.apply(new RowReader(body(response)));
    return new Answer<>(value, number(READ_ROWS, summary), number(READ_BYTES, summary));
  }

  /** Without a code it is of something in between, such as a load balancer. */
  private static ClickHouseFailure refusal(ClassicHttpResponse response)
      throws IOException, HttpException {
    byte[] text = body(response).readNBytes(MESSAGE_BYTES_MAX);
    String said = new String(text, StandardCharsets.UTF_8).strip();
    Optional<String> code = header(response, ERROR);
    return code.isPresent()
        ? ClickHouseFailure.refused(Integer.parseInt(code.get()), said)
        : ClickHouseFailure.strangeAnswer(response.getCode(), said);
  }

  private static Optional<String> header(ClassicHttpResponse response, String name)
      throws HttpException {
    return Optional.ofNullable(response.getHeader(name)).map(Header::getValue);
  }

  private static InputStream body(ClassicHttpResponse response) throws IOException {
    HttpEntity entity = response.getEntity();
    return entity == null ? InputStream.nullInputStream() : entity.getContent();
  }

  private static long number(Pattern field, String summary) {
    Matcher found = field.matcher(summary);
    return found.find() ? Long.parseLong(found.group(1)) : 0;
  }
}
