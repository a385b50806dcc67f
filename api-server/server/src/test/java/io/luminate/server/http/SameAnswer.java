// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether two replies say the same: all fields equal, values within the tolerance, and groups in
 * the same order unless their values are that close.
 */
final class SameAnswer {
  private static final double TOLERANCE = 1e-9;

  /** What may differ: how the work was done, and what the clock said meanwhile. */
  private static final Set<String> OF_THE_STORE =
      Set.of("executionTimeMs", "stats", "partial", "results");

  private static final Set<String> VALUES = Set.of("value", "rate");

  private final String what;
  private final double tolerance;

  private SameAnswer(String what, double tolerance) {
    this.what = what;
    this.tolerance = tolerance;
  }

  /**
   * @param scale at least the sum of the magnitudes that a value is made of
   */
  static void assertSame(String what, String actual, String expected, double scale) {
    new SameAnswer(what, TOLERANCE * scale).compare(parse(actual), parse(expected));
  }

  /** Empty if there is none. */
  static String cursor(String reply) {
    return String.valueOf(parse(reply).getOrDefault("cursor", ""));
  }

  private void compare(Map<String, Object> actual, Map<String, Object> expected) {
    assertThat(without(actual, OF_THE_STORE)).as(what).isEqualTo(without(expected, OF_THE_STORE));
    assertThat(points(actual)).as("points of %s", what).isEqualTo(points(expected));
    List<Map<String, Object>> rows = rows(actual);
    List<Map<String, Object>> expectedRows = rows(expected);
    assertThat(rows).as(what).hasSameSizeAs(expectedRows);
    Map<Object, List<Map<String, Object>>> byKey = byKey(expectedRows);
    if (Boolean.FALSE.equals(expected.get("truncated"))) {
      assertThat(byKey(rows).keySet()).as("rows of %s", what).isEqualTo(byKey.keySet());
    }
    for (int i = 0; i < rows.size(); i++) {
      row(rows.get(i), expectedRows.get(i), byKey);
    }
  }

  /** Against the row in the same place, or if that is of a group just as large, its own. */
  private void row(
      Map<String, Object> actual,
      Map<String, Object> inPlace,
      Map<Object, List<Map<String, Object>>> byKey) {
    Map<String, Object> expected =
        key(actual).equals(key(inPlace))
            ? inPlace
            : byKey.getOrDefault(key(actual), List.of(inPlace)).getFirst();
    for (String field : VALUES) {
      if (expected.get(field) instanceof Double value) {
        assertThat(actual.get(field)).as("%s of %s", actual, what).isInstanceOf(Double.class);
        assertThat((Double) actual.get(field))
            .as("%s of %s", actual, what)
            .isCloseTo(value, within(tolerance));
      } else {
        assertThat(actual.get(field)).as("%s of %s", actual, what).isEqualTo(expected.get(field));
      }
    }
    assertThat(actual.get("count")).as("%s of %s", actual, what).isEqualTo(expected.get("count"));
  }

  private static Object key(Map<String, Object> row) {
    return without(row, Set.of("value", "rate", "count", "partial", "overflow"));
  }

  private static Map<Object, List<Map<String, Object>>> byKey(List<Map<String, Object>> rows) {
    Map<Object, List<Map<String, Object>>> byKey = new HashMap<>();
    rows.forEach(row -> byKey.computeIfAbsent(key(row), k -> new ArrayList<>()).add(row));
    return byKey;
  }

  private static Map<String, Object> without(Map<String, Object> object, Set<String> fields) {
    Map<String, Object> rest = new HashMap<>(object);
    rest.keySet().removeAll(fields);
    return rest;
  }

  private static Object points(Map<String, Object> reply) {
    return reply.get("stats") instanceof Map<?, ?> stats ? String.valueOf(stats.get("points")) : "";
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> rows(Map<String, Object> reply) {
    return (List<Map<String, Object>>) reply.get("results");
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> parse(String json) {
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      parser.nextToken();
      return (Map<String, Object>) value(parser);
    } catch (IOException e) {
      throw new AssertionError("not JSON: " + json, e);
    }
  }

  private static Object value(JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      Map<String, Object> fields = new LinkedHashMap<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        fields.put(name, value(parser));
      }
      return fields;
    }
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      List<Object> items = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        items.add(value(parser));
      }
      return items;
    }
    return parser.currentToken().isNumeric() ? parser.getDoubleValue() : scalar(parser);
  }

  private static Object scalar(JsonParser parser) throws IOException {
    return parser.currentToken().isBoolean() ? parser.getBooleanValue() : parser.getText();
  }
}
