// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.luminate.server.http.reply.ApiError;
import io.luminate.server.ingest.RejectedPoint;
import io.luminate.server.ingest.Rejection;
import io.luminate.server.ingest.Rejections;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Bodies of the answers to a write. */
public final class WriteReply {
  private static final String OMITTED = "errors_omitted";

  private WriteReply() {}

  /**
   * {@code {"accepted", "rejected", "errors": [{"index", "metric", "code", "error"}]}}, with {@code
   * "folded"} if any point was, and {@code "errors_omitted": {code: [[first, last]]}} with the
   * indexes of those, if any, that are not listed.
   */
  public static byte[] stored(int accepted, int folded, List<RejectedPoint> rejected) {
    return ReplyJson.render(
        json -> {
          json.writeStartObject();
          json.writeNumberField("accepted", accepted);
          json.writeNumberField("rejected", rejected.size());
          if (folded > 0) {
            json.writeNumberField("folded", folded);
          }
          List<RejectedPoint> listed = Rejections.told(rejected);
          json.writeArrayFieldStart("errors");
          for (RejectedPoint point : listed) {
            write(json, point);
          }
          json.writeEndArray();
          if (listed.size() < rejected.size()) {
            json.writeFieldName(OMITTED);
            ApiError.write(json, omitted(rejected, listed));
          }
          json.writeEndObject();
        });
  }

  private static void write(JsonGenerator json, RejectedPoint point) throws IOException {
    json.writeStartObject();
    json.writeNumberField("index", point.index());
    json.writeStringField("metric", point.metric());
    json.writeStringField("code", point.rejection().code().name());
    json.writeStringField("error", point.rejection().message());
    if (hasDetails(point)) {
      json.writeFieldName("details");
      ApiError.write(json, point.rejection().details());
    }
    json.writeEndObject();
  }

  /** Of a limit; what else is wrong with a point is said in words. */
  private static boolean hasDetails(RejectedPoint point) {
    return point.rejection().code() == Rejection.Code.CARDINALITY_EXCEEDED;
  }

  /** The first rejection speaks for all; its details hold every one that is listed. */
  public static ApiError allRejected(List<RejectedPoint> rejected) {
    List<RejectedPoint> listed = Rejections.told(rejected);
    RejectedPoint first = listed.getFirst();
    Map<String, Object> details = new HashMap<>(first.rejection().details());
    List<Map<String, Object>> errors = new ArrayList<>(listed.size());
    for (RejectedPoint point : listed) {
      Map<String, Object> error = new HashMap<>();
      error.put("index", point.index());
      error.put("metric", point.metric());
      error.put("code", point.rejection().code().name());
      error.put("error", point.rejection().message());
      if (hasDetails(point)) {
        error.put("details", point.rejection().details());
      }
      errors.add(error);
    }
    details.put("errors", errors);
    if (listed.size() < rejected.size()) {
      details.put(OMITTED, omitted(rejected, listed));
    }
    return new ApiError(400, first.rejection().code().name(), first.rejection().message(), details);
  }

  /**
   * Those that are not listed: by their code ranges of indexes, both ends inclusive.
   *
   * @param listed some of them, in the same order
   */
  private static Map<String, List<List<Integer>>> omitted(
      List<RejectedPoint> rejected, List<RejectedPoint> listed) {
    Map<String, List<List<Integer>>> ranges = new HashMap<>();
    Iterator<RejectedPoint> rest = listed.iterator();
    RejectedPoint next = rest.next();
    for (RejectedPoint point : rejected) {
      if (point.index() == next.index()) {
        next = rest.hasNext() ? rest.next() : next;
      } else {
        String code = point.rejection().code().name();
        add(ranges.computeIfAbsent(code, _ -> new ArrayList<>()), point.index());
      }
    }
    return ranges;
  }

  private static void add(List<List<Integer>> ranges, int index) {
    if (!ranges.isEmpty() && ranges.getLast().getLast() == index - 1) {
      ranges.set(ranges.size() - 1, List.of(ranges.getLast().getFirst(), index));
    } else {
      ranges.add(List.of(index, index));
    }
  }
}
