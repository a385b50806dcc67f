// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;

/**
 * A statement as a request of ClickHouse's HTTP interface: settings and parameters in the URL, the
 * text as its body. Long parameters are fields of a form instead, of which the text then is one.
 */
final class Question {
  /**
   * Characters of parameters that go into the URL, where they may take three times as many bytes.
   */
  private static final int URL_PARAMETERS_MAX = 4 << 10;

  /**
   * ClickHouse holds an answer back until it is complete, so that an error can still take its
   * place: up to so many bytes in memory, and only what is more in a file.
   */
  private static final String ANSWER_HELD_BACK =
      "&wait_end_of_query=1&http_response_buffer_size=" + (1 << 20);

  private static final String ROWS = "&default_format=RowBinary";

  private static final String BOUNDARY = "luminate-form-field";

  private Question() {}

  static ClassicHttpRequest of(Statement statement, Endpoint endpoint) {
    boolean form = statement.parameterCharacters() > URL_PARAMETERS_MAX;
    byte[] body = form ? form(statement) : statement.sql().getBytes(StandardCharsets.UTF_8);
    String type = form ? "multipart/form-data; boundary=" + BOUNDARY : "text/plain; charset=UTF-8";
    ClassicHttpRequest request =
        new BasicClassicHttpRequest(Method.POST, path(statement, endpoint, form));
    request.setVersion(HttpVersion.HTTP_1_1);
    request.setHeader(HttpHeaders.HOST, endpoint.authority());
    request.setHeader(HttpHeaders.USER_AGENT, "luminate");
    request.setHeader(HttpHeaders.AUTHORIZATION, endpoint.authorization());
    request.setHeader(HttpHeaders.CONTENT_TYPE, type);
    request.setHeader(HttpHeaders.CONTENT_LENGTH, body.length);
    request.setEntity(new ByteArrayEntity(body, ContentType.parse(type)));
    return request;
  }

  private static String path(Statement statement, Endpoint endpoint, boolean form) {
    StringBuilder path = new StringBuilder(512);
    path.append(endpoint.path()).append("/?database=").append(encoded(endpoint.database()));
    path.append(ANSWER_HELD_BACK).append(ROWS);
    if (!statement.queryId().isEmpty()) {
      append(path, "", Map.entry("query_id", statement.queryId()));
    }
    statement.settings().entrySet().forEach(setting -> append(path, "", setting));
    if (!form) {
      statement.parameters().entrySet().forEach(value -> append(path, "param_", value));
    }
    return path.toString();
  }

  private static void append(StringBuilder path, String prefix, Map.Entry<String, ?> entry) {
    path.append('&')
        .append(prefix)
        .append(entry.getKey())
        .append('=')
        .append(encoded(String.valueOf(entry.getValue())));
  }

  /** Most are numbers and names, which stay as they are. */
  private static String encoded(String text) {
    return text.chars().allMatch(Question::isPlain)
        ? text
        : URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static boolean isPlain(int c) {
    return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '.' || c == '-';
  }

  /** RFC 7578. What {@link Statement} writes of a parameter has no line breaks. */
  private static byte[] form(Statement statement) {
    StringBuilder form = new StringBuilder();
    field(form, "query", statement.sql());
    statement
        .parameters()
        .forEach((name, value) -> field(form, "param_" + name, String.valueOf(value)));
    form.append("--").append(BOUNDARY).append("--\r\n");
    return form.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void field(StringBuilder form, String name, String value) {
    form.append("--")
        .append(BOUNDARY)
        .append("\r\nContent-Disposition: form-data; name=\"")
        .append(name)
        .append("\"\r\n\r\n")
        .append(value)
        .append("\r\n");
  }
}
