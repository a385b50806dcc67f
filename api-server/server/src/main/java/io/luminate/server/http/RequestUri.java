// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.http.reply.ApiException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpURI;

/**
 * What a request is about, in the form that Java takes. Clients send characters as they are that
 * RFC 3986 wants encoded; their meaning is clear, so they are encoded here.
 *
 * @param uri without its query where that is malformed
 * @param problem what is malformed, for whoever may know
 */
record RequestUri(URI uri, Optional<ApiException> problem) {
  static final URI BASE = URI.create("http://luminate/");

  private static final String PATH_CHARACTERS = "-._~!$&'()*+,;=:@/%";
  private static final String QUERY_CHARACTERS = PATH_CHARACTERS + "?";
  private static final int SHOWN_LENGTH = 3;

  static RequestUri of(HttpURI sent) {
    String path = Optional.ofNullable(sent.getPath()).orElse("/");
    String query = Optional.ofNullable(sent.getQuery()).orElse("");
    String root = "http://luminate" + (path.startsWith("/") ? "" : "/");
    String place = root + encoded(path, PATH_CHARACTERS);
    int bad = malformedEscape(query);
    if (bad >= 0) {
      return new RequestUri(URI.create(place), Optional.of(malformed(query, bad)));
    }
    String whole = query.isEmpty() ? place : place + "?" + encoded(query, QUERY_CHARACTERS);
    return new RequestUri(URI.create(whole), Optional.empty());
  }

  private static ApiException malformed(String query, int at) {
    String seen = query.substring(at, Math.min(query.length(), at + SHOWN_LENGTH));
    return new ApiException(
        400,
        "INVALID_REQUEST",
        "a % in the query string must be followed by two hexadecimal digits, got " + seen,
        Map.of("field", "query string", "offset", at, "received", seen));
  }

  /** Index of the first percent sign without its two digits, or -1. */
  private static int malformedEscape(String text) {
    for (int at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at + 1)) {
      if (at + 2 >= text.length() || !hex(text.charAt(at + 1)) || !hex(text.charAt(at + 2))) {
        return at;
      }
    }
    return -1;
  }

  private static boolean hex(char c) {
    return c < 128 && Character.digit(c, 16) >= 0;
  }

  private static String encoded(String text, String allowed) {
    StringBuilder out = new StringBuilder(text.length());
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      boolean alphanumeric = b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z';
      if (alphanumeric || b > 0 && allowed.indexOf(b) >= 0) {
        out.append((char) b);
      } else {
        out.append(String.format(Locale.ROOT, "%%%02X", b & 0xFF));
      }
    }
    return out.toString();
  }
}
