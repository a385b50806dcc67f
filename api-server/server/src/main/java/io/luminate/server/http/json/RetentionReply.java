// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.luminate.model.RetentionHold;
import io.luminate.model.RetentionPolicy;
import io.luminate.server.config.RetentionConfig;
import io.luminate.server.limits.document.DocumentRetention;
import io.luminate.store.RetentionReport;
import io.luminate.store.RetentionStatus;
import java.io.IOException;
import java.util.List;

/** Retention, in JSON. */
public final class RetentionReply {
  private RetentionReply() {}

  public static ReplyJson.Body status(RetentionStatus status) {
    return json -> {
      json.writeStartObject();
      fields(json, status);
      json.writeEndObject();
    };
  }

  public static ReplyJson.Body report(RetentionReport report) {
    return json -> {
      json.writeStartObject();
      if (report.freed().isPresent()) {
        RetentionReport.Freed freed = report.freed().get();
        json.writeObjectFieldStart("freed");
        json.writeNumberField("parts", freed.parts());
        json.writeNumberField("points", freed.points());
        json.writeNumberField("bytes", freed.bytes());
        json.writeEndObject();
      }
      fields(json, report.status());
      json.writeEndObject();
    };
  }

  private static void fields(JsonGenerator json, RetentionStatus status) throws IOException {
    json.writeNumberField("documentVersion", status.documentVersion());
    holds(json, "waiting", status.waiting());
    if (status.ttl().isPresent()) {
      RetentionStatus.Ttl ttl = status.ttl().get();
      json.writeObjectFieldStart("ttl");
      json.writeNumberField("version", ttl.version());
      json.writeBooleanField("done", ttl.done());
      json.writeNumberField("partsToDo", ttl.partsToDo());
      if (!ttl.failure().isEmpty()) {
        json.writeStringField("error", ttl.failure());
      }
      json.writeEndObject();
    }
  }

  /** As a document has it. */
  static void document(JsonGenerator json, DocumentRetention retention) throws IOException {
    json.writeStartObject();
    if (retention.fallback().isPresent()) {
      json.writeStringField("default", RetentionConfig.text(retention.fallback().get()));
    }
    json.writeArrayFieldStart("policies");
    for (RetentionPolicy policy : retention.policies()) {
      json.writeStartObject();
      json.writeStringField("name", policy.name());
      if (policy.tenant().isPresent()) {
        json.writeStringField("tenant", policy.tenant().get().value());
      }
      json.writeStringField("metricPattern", policy.metricPattern());
      json.writeStringField("retention", RetentionConfig.text(policy.retention()));
      json.writeEndObject();
    }
    json.writeEndArray();
    if (retention.held().isPresent()) {
      holds(json, "held", retention.held().get());
    }
    json.writeEndObject();
  }

  private static void holds(JsonGenerator json, String name, List<RetentionHold> holds)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (RetentionHold hold : holds) {
      json.writeStartObject();
      if (hold.scope().tenant().isPresent()) {
        json.writeStringField("tenant", hold.scope().tenant().get().value());
      }
      json.writeStringField("metricPattern", hold.scope().metricPattern());
      json.writeStringField("retention", RetentionConfig.text(hold.retention()));
      json.writeStringField("bytesUntil", hold.bytesUntil().toString());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
