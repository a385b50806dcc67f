// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.http.reply.ApiException;
import io.luminate.server.http.reply.Failures;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.server.Request;

/** Headers that have one meaning, and therefore come once. */
final class RequestHeaders {
  private RequestHeaders() {}

  /** Refuses a header that comes twice: proxies and servers differ in which one counts. */
  static Optional<String> single(Request request, String name) {
    List<String> values = request.getHeaders().getValuesList(name);
    if (values.size() > 1) {
      throw new ApiException(
          400,
          "INVALID_REQUEST",
          "the header " + name + " may come once, got it " + values.size() + " times",
          Map.of("header", name, "max_count", 1, "received", values.size()));
    }
    return values.stream().findFirst();
  }

  /** Whom the caller says it is, or "". */
  static String authorization(Request request) {
    return single(request, "Authorization").orElse("");
  }

  /** Refuses a body that is said to be no JSON. */
  static void checkJson(Request request) {
    String contentType = single(request, "Content-Type").orElse("");
    if (!contentType.isEmpty() && !MediaTypes.isJson(contentType)) {
      throw new ApiException(Failures.ofStatus(415));
    }
  }

  static Inflation inflation(Request request, boolean compressionAllowed) {
    return Inflation.of(single(request, "Content-Encoding").orElse(""), compressionAllowed);
  }
}
