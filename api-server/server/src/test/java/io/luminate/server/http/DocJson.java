// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** A printed reply beside a real one: the same, but for what differs from run to run. */
final class DocJson {
  private static final Set<String> VOLATILE =
      Set.of(
          "applied_at",
          "at",
          "before",
          "bytesUntil",
          "bytes",
          "cursor",
          "diskBytes",
          "done_at",
          "disk_used_bytes",
          "executionTimeMs",
          "operation_id",
          "requested_at",
          "sha256",
          "since",
          "timestamp",
          "day",
          "lastRead",
          "readsKnownSince",
          "uptime_seconds",
          "version");

  /** What is in these follows from the heap, or from whether the call before has quite ended. */
  private static final Pattern OF_THE_MOMENT =
      Pattern.compile(
          "max.*InFlight|maxQueryMemory.*|maxConcurrentRequests|maxConcurrentWrites|maxIndexBytes");

  private DocJson() {}

  static Map<String, ?> object(String json) throws IOException {
    Map<String, Object> object = new LinkedHashMap<>();
    ((Map<?, ?>) parse(json)).forEach((key, value) -> object.put((String) key, value));
    return object;
  }

  static void assertSame(String what, String printed, String real) throws IOException {
    assertThat(comparable(parse(real), ""))
        .as("%s%s", what, real)
        .isEqualTo(comparable(parse(printed), ""));
  }

  /** What is volatile is replaced by its type. */
  private static Object comparable(Object value, String name) {
    return switch (value) {
      case Map<?, ?> map when OF_THE_MOMENT.matcher(name).matches() -> map.keySet();
      case Map<?, ?> map -> {
        Map<String, Object> fields = new LinkedHashMap<>();
        map.forEach((key, field) -> fields.put((String) key, comparable(field, (String) key)));
        yield fields;
      }
      case List<?> list -> list.stream().map(item -> comparable(item, name)).toList();
      case Object scalar when VOLATILE.contains(name) -> scalar.getClass();
      case Object scalar -> scalar;
    };
  }

  private static Object parse(String json) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      parser.nextToken();
      Object value = value(parser);
      assertThat(parser.nextToken()).isNull();
      return value;
    }
  }

  private static Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, Object> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          fields.put(name, value(parser));
        }
        yield fields;
      }
      case START_ARRAY -> {
        List<Object> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          items.add(value(parser));
        }
        yield items;
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      default -> parser.getText();
    };
  }
}
