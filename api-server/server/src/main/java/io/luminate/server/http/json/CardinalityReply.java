// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.luminate.server.query.MetricSeries;
import io.luminate.store.SeriesBreakdown;
import java.io.IOException;

/** What makes a metric's series many, in JSON. */
public final class CardinalityReply {
  private CardinalityReply() {}

  public static ReplyJson.Body of(MetricSeries metric) {
    SeriesBreakdown breakdown = metric.breakdown();
    return json -> {
      json.writeStartObject();
      json.writeStringField("metric", metric.metricName());
      json.writeNumberField("series", breakdown.series());
      json.writeArrayFieldStart("dimensions");
      for (SeriesBreakdown.KeyShare key : breakdown.keys()) {
        key(json, key, breakdown.series());
      }
      json.writeEndArray();
      json.writeBooleanField("truncated", breakdown.moreKeys());
      json.writeArrayFieldStart("days");
      for (SeriesBreakdown.Day day : breakdown.days()) {
        day(json, day);
      }
      json.writeEndArray();
      if (metric.lastRead().isPresent()) {
        json.writeStringField("lastRead", metric.lastRead().get().toString());
      }
      json.writeStringField("readsKnownSince", metric.readsSince().toString());
      json.writeEndObject();
    };
  }

  private static void key(JsonGenerator json, SeriesBreakdown.KeyShare key, long series)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("key", key.name());
    json.writeNumberField("values", key.values());
    json.writeNumberField("seriesWithout", key.seriesWithout());
    json.writeNumberField("saving", thousandths(series - key.seriesWithout(), series));
    json.writeEndObject();
  }

  private static double thousandths(long part, long whole) {
    return whole == 0 ? 0 : Math.round(1_000.0 * part / whole) / 1_000.0;
  }

  private static void day(JsonGenerator json, SeriesBreakdown.Day day) throws IOException {
    json.writeStartObject();
    json.writeStringField("day", day.date().toString());
    json.writeNumberField("series", day.series());
    json.writeNumberField("newSeries", day.newSeries());
    json.writeEndObject();
  }
}
