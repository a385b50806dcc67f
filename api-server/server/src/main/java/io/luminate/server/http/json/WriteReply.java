// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.luminate.server.http.reply.ApiError;
import io.luminate.server.ingest.RejectedPoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Bodies of the answers to a write. */
public final class WriteReply {
  private WriteReply() {}

  /** {@code {"accepted", "rejected", "errors": [{"index", "metric", "code", "error"}]}}. */
  public static byte[] stored(int accepted, List<RejectedPoint> rejected) {
    return ReplyJson.render(
        json -> {
          json.writeStartObject();
          json.writeNumberField("accepted", accepted);
          json.writeNumberField("rejected", rejected.size());
          json.writeArrayFieldStart("errors");
          for (RejectedPoint point : rejected) {
            write(json, point);
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static void write(JsonGenerator json, RejectedPoint point) throws IOException {
    json.writeStartObject();
    json.writeNumberField("index", point.index());
    json.writeStringField("metric", point.metric());
    json.writeStringField("code", point.rejection().code().name());
    json.writeStringField("error", point.rejection().message());
    json.writeEndObject();
  }

  /** The first rejection speaks for all; its details hold every one. */
  public static ApiError allRejected(List<RejectedPoint> rejected) {
    RejectedPoint first = rejected.getFirst();
    Map<String, Object> details = new HashMap<>(first.rejection().details());
    List<Map<String, Object>> errors = new ArrayList<>(rejected.size());
    for (RejectedPoint point : rejected) {
      errors.add(
          Map.of(
              "index", point.index(),
              "metric", point.metric(),
              "code", point.rejection().code().name(),
              "error", point.rejection().message()));
    }
    details.put("errors", errors);
    return new ApiError(400, first.rejection().code().name(), first.rejection().message(), details);
  }
}
