// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.luminate.server.http.ExplainingStore.Explained;
import io.luminate.store.AggregateQuery;
import io.luminate.store.AggregateResult;
import io.luminate.store.AggregateRow;
import io.luminate.store.RateQuery;
import io.luminate.store.RateResult;
import io.luminate.store.RateRow;
import io.luminate.store.ScanStats;
import io.luminate.store.reference.ExactAnswer;
import io.luminate.store.testkit.AnswerCheck;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Whether two replies say the same: all fields equal, and the rows of each as the exact answer has
 * them, values within the tolerance and groups in the same order unless their values are that
 * close.
 */
final class SameAnswer {
  /** What may differ: how the work was done. Rows are compared by themselves. */
  private static final Set<String> OF_THE_STORE = Set.of("executionTimeMs", "stats", "results");

  private SameAnswer() {}

  /**
   * @param exact of a question whose values may differ; all others' rows are equal
   */
  static void assertSame(String what, String actual, String expected, Optional<Explained> exact) {
    Map<String, Object> one = parse(actual);
    Map<String, Object> other = parse(expected);
    assertThat(without(one, OF_THE_STORE)).as(what).isEqualTo(without(other, OF_THE_STORE));
    assertThat(stats(one).points()).as("points of %s", what).isEqualTo(stats(other).points());
    if (exact.isEmpty()) {
      assertThat(rows(one)).as(what).isEqualTo(rows(other));
      return;
    }
    check("actual reply to " + what, one, exact.get());
    check("expected reply to " + what, other, exact.get());
  }

  /** Empty if there is none. */
  static String cursor(String reply) {
    return String.valueOf(parse(reply).getOrDefault("cursor", ""));
  }

  private static void check(String what, Map<String, Object> reply, Explained exact) {
    ScanStats stats = stats(reply);
    long totalGroups = number(reply, "totalGroups").orElseThrow();
    switch (exact) {
      case Explained.Aggregate(AggregateQuery query, ExactAnswer answer) ->
          AnswerCheck.check(
              what,
              query,
              countedAs(stats, answer),
              new AggregateResult(
                  rows(reply).stream().map(row -> aggregateRow(row, query.groupBy())).toList(),
                  totalGroups,
                  real(reply, "rankError"),
                  stats));
      case Explained.Rate(RateQuery query, ExactAnswer answer) ->
          AnswerCheck.check(
              what,
              query,
              countedAs(stats, answer),
              new RateResult(
                  rows(reply).stream().map(row -> rateRow(row, query.groupBy())).toList(),
                  totalGroups,
                  stats));
    }
  }

  /** A store may leave the number of series out. */
  private static ExactAnswer countedAs(ScanStats stats, ExactAnswer answer) {
    return stats.series().isPresent()
        ? answer
        : new ExactAnswer(
            answer.groups(),
            new ScanStats(OptionalLong.empty(), answer.stats().points(), 0, 0)
                .leavingOut(answer.stats().overflowSeriesLeftOut(), 0));
  }

  private static AggregateRow aggregateRow(Map<String, Object> row, List<String> groupBy) {
    return new AggregateRow(
        number(row, "timestamp"),
        groupKey(row, groupBy),
        value(row, "value"),
        number(row, "count").orElseThrow());
  }

  private static RateRow rateRow(Map<String, Object> row, List<String> groupBy) {
    return new RateRow(
        number(row, "timestamp").orElseThrow(), groupKey(row, groupBy), value(row, "rate"));
  }

  private static List<String> groupKey(Map<String, Object> row, List<String> groupBy) {
    Map<?, ?> key = (Map<?, ?>) row.getOrDefault("groupKey", Map.of());
    assertThat(List.<Object>copyOf(key.keySet())).as("keys of %s", row).isEqualTo(groupBy);
    return key.values().stream().map(String::valueOf).toList();
  }

  private static OptionalDouble value(Map<String, Object> row, String field) {
    OptionalDouble value = real(row, field);
    assertThat(row.containsKey("overflow")).as("overflow of %s", row).isEqualTo(value.isEmpty());
    return value;
  }

  private static ScanStats stats(Map<String, Object> reply) {
    Map<?, ?> stats = (Map<?, ?>) reply.get("stats");
    return new ScanStats(
        number(stats, "series"),
        number(stats, "points").orElseThrow(),
        number(stats, "bytes").orElseThrow(),
        number(stats, "preAggregatedPoints").orElseThrow(),
        number(stats, "overflowSeriesLeftOut").orElse(0));
  }

  private static OptionalLong number(Map<?, ?> object, String field) {
    OptionalDouble real = real(object, field);
    return real.isPresent() ? OptionalLong.of((long) real.getAsDouble()) : OptionalLong.empty();
  }

  private static OptionalDouble real(Map<?, ?> object, String field) {
    return object.get(field) instanceof Double real
        ? OptionalDouble.of(real)
        : OptionalDouble.empty();
  }

  private static Map<String, Object> without(Map<String, Object> object, Set<String> fields) {
    Map<String, Object> rest = new HashMap<>(object);
    rest.keySet().removeAll(fields);
    return rest;
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
