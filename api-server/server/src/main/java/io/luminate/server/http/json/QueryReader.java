// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.json;

import io.luminate.model.Filter;
import io.luminate.model.Interval;
import io.luminate.server.query.InvalidQuery;
import io.luminate.server.query.QueryRequest;
import io.luminate.server.query.QueryRequest.Kind;
import io.luminate.server.query.TimeSpec;
import io.luminate.store.Aggregation;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** Reads the JSON query language; what it does not know it refuses by name. */
public final class QueryReader {
  /** A point has no more dimensions; protects the store from absurd queries. */
  private static final int FILTERS_MAX = 64;

  private static final int GROUP_BY_MAX = 20;

  /** A metric's or key's name has at most 256 characters, a value 1 024 bytes. */
  private static final int NAME_LENGTH_MAX = 256;

  private static final String TENANT_KEY = "_tenant_id";

  private QueryReader() {}

  /** Throws INVALID_QUERY naming the field. */
  public static QueryRequest read(InputStream body) throws IOException {
    ObjectFields fields = ObjectFields.of(body, InvalidQuery::of);
    Kind kind = kind(fields);
    QueryRequest request =
        new QueryRequest(
            kind,
            metricName(fields),
            time(fields),
            filters(fields),
            aggregation(fields),
            groupBy(fields),
            duration(fields, "interval").map(d -> new Interval(d.toMillis())),
            fields.integer("limit"),
            duration(fields, "timeout"),
            fields.text("cursor"));
    fields.end();
    return request;
  }

  private static Kind kind(ObjectFields fields) {
    String name = fields.requiredText("queryType");
    return switch (name) {
      case "range" -> Kind.RANGE;
      case "aggregate" -> Kind.AGGREGATE;
      case "rate" -> Kind.RATE;
      default ->
          throw fields.problem("queryType", "must be range, aggregate or rate, got " + cut(name));
    };
  }

  private static String metricName(ObjectFields fields) {
    String name = fields.requiredText("metricName");
    if (name.isEmpty() || name.length() > NAME_LENGTH_MAX) {
      throw fields.beyond(
          "metricName",
          "has 1 to " + NAME_LENGTH_MAX + " characters",
          "max_length",
          NAME_LENGTH_MAX,
          name.length());
    }
    return name;
  }

  private static Optional<Aggregation> aggregation(ObjectFields fields) {
    return fields
        .text("aggregation")
        .map(
            name ->
                switch (name) {
                  case "avg" -> Aggregation.AVG;
                  case "sum" -> Aggregation.SUM;
                  case "count" -> Aggregation.COUNT;
                  case "min" -> Aggregation.MIN;
                  case "max" -> Aggregation.MAX;
                  case "p50" -> Aggregation.P50;
                  case "p95" -> Aggregation.P95;
                  case "p99" -> Aggregation.P99;
                  case "integral" -> Aggregation.INTEGRAL;
                  default ->
                      throw fields.problem(
                          "aggregation",
                          "must be one of avg, sum, count, min, max, p50, p95, p99, integral, got "
                              + cut(name));
                });
  }

  private static Optional<TimeSpec> time(ObjectFields fields) {
    return fields.object("timeRange").map(QueryReader::timeSpec);
  }

  private static TimeSpec timeSpec(ObjectFields fields) {
    Optional<Duration> back = duration(fields, "relative");
    Optional<Object> start = fields.any("start");
    Optional<Object> end = fields.any("end");
    fields.end();
    if (back.isPresent()) {
      if (start.isPresent() || end.isPresent()) {
        throw fields.problem("relative", "excludes start and end");
      }
      return new TimeSpec.Relative(back.get());
    }
    if (start.isEmpty() || end.isEmpty()) {
      throw fields.problem(start.isEmpty() ? "start" : "end", "is missing");
    }
    return new TimeSpec.Absolute(
        instant(fields, "start", start.get()), instant(fields, "end", end.get()));
  }

  private static long instant(ObjectFields fields, String field, Object value) {
    if (value instanceof String text) {
      return Rfc3339.parseMillis(text)
          .orElseThrow(
              () ->
                  fields.problem(
                      field, "must be Unix milliseconds or an RFC 3339 text, got " + cut(text)));
    }
    return fields.integer(field, value);
  }

  private static Optional<Duration> duration(ObjectFields fields, String field) {
    return fields
        .text(field)
        .map(
            text ->
                Durations.parse(text)
                    .orElseThrow(
                        () ->
                            fields.problem(
                                field,
                                "must be a whole number followed by s, m, h, d or w, got "
                                    + cut(text))));
  }

  private static List<Filter> filters(ObjectFields fields) {
    Optional<ObjectFields> given = fields.named("filters");
    if (given.isEmpty()) {
      return List.of();
    }
    ObjectFields filters = given.get();
    List<String> keys = filters.rest();
    if (keys.size() > FILTERS_MAX) {
      throw fields.beyond(
          "filters", "has at most " + FILTERS_MAX + " keys", "max_keys", FILTERS_MAX, keys.size());
    }
    return keys.stream().map(key -> filter(filters, key)).toList();
  }

  private static Filter filter(ObjectFields filters, String key) {
    checkKey(filters, key, key);
    Object value = filters.any(key).orElse("");
    if (value instanceof String text) {
      return Filter.equal(key, text);
    }
    if (!(value instanceof List<?> list)) {
      String got = value.equals(StrictJson.NULL) ? ", got null" : "";
      throw filters.problem(key, "must be a string or an array of strings" + got);
    }
    if (list.isEmpty() || list.size() > Filter.VALUES_MAX) {
      throw filters.beyond(
          key,
          "takes 1 to " + Filter.VALUES_MAX + " values",
          "max_values",
          Filter.VALUES_MAX,
          list.size());
    }
    return new Filter(key, strings(filters, key, list));
  }

  private static List<String> groupBy(ObjectFields fields) {
    List<String> keys =
        fields.list("groupBy").map(list -> strings(fields, "groupBy", list)).orElse(List.of());
    if (keys.size() > GROUP_BY_MAX) {
      throw fields.beyond(
          "groupBy",
          "has at most " + GROUP_BY_MAX + " keys",
          "max_keys",
          GROUP_BY_MAX,
          keys.size());
    }
    if (new HashSet<>(keys).size() < keys.size()) {
      throw fields.problem("groupBy", "names a key twice");
    }
    keys.forEach(key -> checkKey(fields, "groupBy", key));
    return keys;
  }

  /**
   * @param field that names the key: the key itself in filters
   */
  private static void checkKey(ObjectFields fields, String field, String key) {
    if (key.equals(TENANT_KEY)) {
      throw fields.problem(field, "cannot name " + key + ": the tenant comes from the token");
    }
    if (key.isEmpty() || key.length() > NAME_LENGTH_MAX) {
      throw fields.beyond(
          cut(field),
          "must name keys of 1 to " + NAME_LENGTH_MAX + " characters",
          "max_length",
          NAME_LENGTH_MAX,
          key.length());
    }
  }

  private static List<String> strings(ObjectFields fields, String field, List<?> list) {
    List<String> texts = new ArrayList<>(list.size());
    for (Object item : list) {
      if (!(item instanceof String text)) {
        String got = item.equals(StrictJson.NULL) ? ", got null" : "";
        throw fields.problem(field, "must hold strings only" + got);
      }
      texts.add(text);
    }
    return texts;
  }

  private static String cut(String text) {
    return text.length() <= 64 ? text : text.substring(0, 64) + "…";
  }
}
