// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.json;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The fields of one object, taken one by one; a field left over was not expected. A null counts as
 * absent, but not where the names are the client's own.
 */
final class ObjectFields {
  private final String path;
  private final Map<String, Object> fields;
  private final Refusal refusal;

  /** Makes a refusal out of a field's name, what is wrong with it, and the limit if it is one. */
  interface Refusal {
    RuntimeException of(String field, String problem, Map<String, Object> details);
  }

  /**
   * @param path of the object within the body, ending in a dot unless it is the body
   */
  private ObjectFields(String path, Map<String, Object> fields, Refusal refusal) {
    this.path = path;
    this.fields = new HashMap<>(fields);
    this.refusal = refusal;
  }

  static ObjectFields of(InputStream body, Refusal refusal) throws IOException {
    try {
      return new ObjectFields("", StrictJson.object(body), refusal).withoutNulls();
    } catch (MalformedJsonException e) {
      throw refusal.of("body", "is malformed: " + e.getMessage(), Map.of("offset", e.offset()));
    }
  }

  private ObjectFields withoutNulls() {
    fields.values().removeIf(StrictJson.NULL::equals);
    return this;
  }

  RuntimeException problem(String field, String what) {
    return refusal.of(path + field, what, Map.of());
  }

  /** Something beside its bounds. */
  RuntimeException beyond(String field, String rule, String limit, long value, Object received) {
    return refusal.of(
        path + field, rule + ", got " + received, Map.of(limit, value, "received", received));
  }

  Optional<Object> any(String field) {
    return Optional.ofNullable(fields.remove(field));
  }

  Optional<String> text(String field) {
    return any(field)
        .map(
            value -> {
              if (value instanceof String text) {
                return text;
              }
              throw problem(field, "must be a string");
            });
  }

  String requiredText(String field) {
    return text(field).orElseThrow(() -> problem(field, "is missing"));
  }

  OptionalLong integer(String field) {
    Optional<Object> value = any(field);
    return value.isEmpty() ? OptionalLong.empty() : OptionalLong.of(integer(field, value.get()));
  }

  long integer(String field, Object value) {
    if (value instanceof BigDecimal number
        && number.scale() > -20
        && number.precision() - number.scale() <= 19) {
      try {
        return number.longValueExact();
      } catch (ArithmeticException e) {
        throw problem(field, "must be a whole number of 64 bits, got " + number);
      }
    }
    throw problem(
        field,
        "must be a whole number of 64 bits"
            + (value instanceof BigDecimal number ? ", got " + number : ""));
  }

  Optional<ObjectFields> object(String field) {
    return named(field).map(ObjectFields::withoutNulls);
  }

  /** An object whose names are the client's own; a null in it is a value. */
  Optional<ObjectFields> named(String field) {
    return any(field)
        .map(
            value -> {
              if (value instanceof Map<?, ?> map) {
                return new ObjectFields(path + field + ".", texts(map), refusal);
              }
              throw problem(field, "must be an object");
            });
  }

  private static Map<String, Object> texts(Map<?, ?> map) {
    Map<String, Object> named = new HashMap<>();
    map.forEach((key, value) -> named.put(String.valueOf(key), value));
    return named;
  }

  Optional<List<?>> list(String field) {
    return any(field)
        .map(
            value -> {
              if (value instanceof List<?> list) {
                return list;
              }
              throw problem(field, "must be an array");
            });
  }

  /** Names not taken yet, sorted. */
  List<String> rest() {
    return fields.keySet().stream().sorted().toList();
  }

  /** Refuses what nobody took. */
  void end() {
    rest().stream()
        .findFirst()
        .ifPresent(
            name -> {
              throw problem(name, "is not a known field");
            });
  }
}
