// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.ingest;

import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Why one point was refused; the details name the field, the limit and what was seen. */
public record Rejection(Code code, String message, Map<String, Object> details) {
  public Rejection {
    details = Map.copyOf(details);
  }

  public static Rejection of(Code code, String message) {
    return new Rejection(code, message, Map.of());
  }

  private static final Map<Code, Rejection> CODES =
      Stream.of(Code.values()).collect(Collectors.toMap(code -> code, code -> of(code, "")));

  /** In the message and the details. */
  int textChars() {
    int chars = message.length();
    for (Map.Entry<String, Object> detail : details.entrySet()) {
      chars += detail.getKey().length() + detail.getValue().toString().length();
    }
    return chars;
  }

  /** One that takes no memory of its own. */
  static Rejection ofCode(Code code) {
    return Objects.requireNonNull(CODES.get(code));
  }

  /** The names are part of the API. */
  public enum Code {
    INVALID_POINT,
    INVALID_METRIC_NAME,
    INVALID_DIMENSION,
    DIMENSION_LIMIT_EXCEEDED,
    INVALID_TIMESTAMP,
    INVALID_VALUE,
    CARDINALITY_EXCEEDED,
    FORBIDDEN
  }
}
