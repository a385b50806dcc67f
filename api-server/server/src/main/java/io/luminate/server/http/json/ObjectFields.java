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
import java.util.function.BiFunction;

/**
 * The fields of one object, taken one by one; a field left over was not expected. A null counts as
 * absent.
 */
final class ObjectFields {
  private final String path;
  private final Map<String, Object> fields;
  private final BiFunction<String, String, RuntimeException> problem;

  /**
   * @param path of the object within the body, ending in a dot unless it is the body
   * @param problem makes the refusal out of a field's name and what is wrong with it
   */
  ObjectFields(
      String path,
      Map<String, Object> fields,
      BiFunction<String, String, RuntimeException> problem) {
    this.path = path;
    this.fields = new HashMap<>(fields);
    this.fields.values().removeIf(StrictJson.NULL::equals);
    this.problem = problem;
  }

  static ObjectFields of(InputStream body, BiFunction<String, String, RuntimeException> problem)
      throws IOException {
    try {
      return new ObjectFields("", StrictJson.object(body), problem);
    } catch (MalformedJsonException e) {
      throw problem.apply("body", "is malformed: " + e.getMessage());
    }
  }

  RuntimeException problem(String field, String what) {
    return problem.apply(path + field, what);
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
    throw problem(field, "must be a whole number of 64 bits");
  }

  Optional<ObjectFields> object(String field) {
    return any(field)
        .map(
            value -> {
              if (value instanceof Map<?, ?> map) {
                return new ObjectFields(path + field + ".", texts(map), problem);
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
