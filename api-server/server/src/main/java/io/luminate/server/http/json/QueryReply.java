// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.luminate.model.Interval;
import io.luminate.model.MetricPoint;
import io.luminate.server.query.QueryAnswer;
import io.luminate.store.AggregateRow;
import io.luminate.store.RateRow;
import io.luminate.store.ScanStats;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Bodies of the answers to queries. */
public final class QueryReply {
  private QueryReply() {}

  public static ReplyJson.Body body(QueryAnswer answer, long executionMillis) {
    return json -> {
      json.writeStartObject();
      switch (answer) {
        case QueryAnswer.Range range -> range(json, range, executionMillis);
        case QueryAnswer.Aggregate aggregate -> aggregate(json, aggregate, executionMillis);
        case QueryAnswer.Rate rate -> rate(json, rate, executionMillis);
      }
      json.writeEndObject();
    };
  }

  /** Rows in the answer. */
  public static int rows(QueryAnswer answer) {
    return switch (answer) {
      case QueryAnswer.Range range -> range.result().points().size();
      case QueryAnswer.Aggregate aggregate -> aggregate.result().rows().size();
      case QueryAnswer.Rate rate -> rate.result().rows().size();
    };
  }

  private static void range(JsonGenerator json, QueryAnswer.Range answer, long executionMillis)
      throws IOException {
    json.writeStringField("queryType", "range");
    json.writeArrayFieldStart("results");
    for (MetricPoint point : answer.result().points()) {
      json.writeStartObject();
      json.writeNumberField("timestamp", point.timestampMillis());
      json.writeNumberField("value", point.value());
      json.writeObjectFieldStart("dimensions");
      for (int i = 0; i < point.dimensions().size(); i++) {
        json.writeStringField(point.dimensions().key(i), point.dimensions().value(i));
      }
      json.writeEndObject();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeBooleanField("truncated", answer.cursor().isPresent());
    if (answer.cursor().isPresent()) {
      json.writeStringField("cursor", answer.cursor().get());
    }
    end(json, answer.result().stats(), executionMillis);
  }

  private static void aggregate(
      JsonGenerator json, QueryAnswer.Aggregate answer, long executionMillis) throws IOException {
    List<String> groupBy = answer.plan().query().groupBy();
    Optional<Interval> interval = answer.plan().query().interval();
    json.writeStringField("queryType", "aggregate");
    json.writeArrayFieldStart("results");
    long groups = 0;
    List<String> last = List.of();
    for (AggregateRow row : answer.result().rows()) {
      groups += groups == 0 || !row.groupKey().equals(last) ? 1 : 0;
      last = row.groupKey();
      json.writeStartObject();
      if (row.bucketStartMillis().isPresent()) {
        json.writeNumberField("timestamp", row.bucketStartMillis().getAsLong());
      }
      groupKey(json, groupBy, row.groupKey());
      value(json, "value", row.value());
      json.writeNumberField("count", row.count());
      if (row.bucketStartMillis().isPresent()) {
        partial(json, row.bucketStartMillis().getAsLong(), interval, answer.plan().nowMillis());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    groups(json, groups, answer.result().totalGroups());
    OptionalDouble rankError = answer.result().rankError();
    if (rankError.isPresent()) {
      json.writeBooleanField("approximate", true);
      json.writeNumberField("rankError", rankError.getAsDouble());
    }
    end(json, answer.result().stats(), executionMillis);
  }

  private static void rate(JsonGenerator json, QueryAnswer.Rate answer, long executionMillis)
      throws IOException {
    List<String> groupBy = answer.plan().query().groupBy();
    Optional<Interval> interval = Optional.of(answer.plan().query().interval());
    json.writeStringField("queryType", "rate");
    json.writeArrayFieldStart("results");
    long groups = 0;
    List<String> last = List.of();
    for (RateRow row : answer.result().rows()) {
      groups += groups == 0 || !row.groupKey().equals(last) ? 1 : 0;
      last = row.groupKey();
      json.writeStartObject();
      json.writeNumberField("timestamp", row.bucketStartMillis());
      if (!groupBy.isEmpty()) {
        groupKey(json, groupBy, row.groupKey());
      }
      value(json, "rate", row.rate());
      partial(json, row.bucketStartMillis(), interval, answer.plan().nowMillis());
      json.writeEndObject();
    }
    json.writeEndArray();
    groups(json, groups, answer.result().totalGroups());
    end(json, answer.result().stats(), executionMillis);
  }

  private static void groupKey(JsonGenerator json, List<String> keys, List<String> values)
      throws IOException {
    json.writeObjectFieldStart("groupKey");
    for (int i = 0; i < keys.size(); i++) {
      json.writeStringField(keys.get(i), values.get(i));
    }
    json.writeEndObject();
  }

  /** JSON has no infinity. */
  private static void value(JsonGenerator json, String field, OptionalDouble value)
      throws IOException {
    if (value.isPresent()) {
      json.writeNumberField(field, value.getAsDouble());
    } else {
      json.writeNullField(field);
      json.writeBooleanField("overflow", true);
    }
  }

  /** More points may still come for a bucket that is not over. */
  private static void partial(
      JsonGenerator json, long bucketStartMillis, Optional<Interval> interval, long nowMillis)
      throws IOException {
    if (interval.isPresent() && bucketStartMillis + interval.get().millis() > nowMillis) {
      json.writeBooleanField("partial", true);
    }
  }

  private static void groups(JsonGenerator json, long returned, long total) throws IOException {
    json.writeBooleanField("truncated", returned < total);
    json.writeNumberField("totalGroups", total);
  }

  private static void end(JsonGenerator json, ScanStats stats, long executionMillis)
      throws IOException {
    json.writeNumberField("executionTimeMs", executionMillis);
    json.writeObjectFieldStart("stats");
    if (stats.series().isPresent()) {
      json.writeNumberField("series", stats.series().getAsLong());
    }
    json.writeNumberField("points", stats.points());
    json.writeNumberField("bytes", stats.bytes());
    json.writeNumberField("preAggregatedPoints", stats.preAggregatedPoints());
    if (stats.overflowSeriesLeftOut() > 0) {
      json.writeNumberField("overflowSeriesLeftOut", stats.overflowSeriesLeftOut());
    }
    json.writeEndObject();
  }
}
