// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.json;

import io.luminate.model.Filter;
import io.luminate.store.DeleteReceipt;
import java.time.Instant;
import java.util.Locale;

/** A delete and what became of it, in JSON. */
public final class DeleteReply {
  private DeleteReply() {}

  public static ReplyJson.Body of(DeleteReceipt receipt) {
    return json -> {
      json.writeStartObject();
      json.writeStringField("operation_id", receipt.operationId());
      json.writeStringField("status", receipt.status().name().toLowerCase(Locale.ROOT));
      json.writeStringField("metric_name", receipt.request().metricName());
      json.writeStringField(
          "before", Instant.ofEpochMilli(receipt.request().beforeMillis()).toString());
      json.writeObjectFieldStart("filters");
      for (Filter filter : receipt.request().filters()) {
        json.writeArrayFieldStart(filter.key());
        for (String value : filter.values()) {
          json.writeString(value);
        }
        json.writeEndArray();
      }
      json.writeEndObject();
      if (receipt.points().isPresent()) {
        json.writeNumberField("points", receipt.points().getAsLong());
      }
      json.writeStringField("requested_at", receipt.requestedAt().toString());
      if (receipt.doneAt().isPresent()) {
        json.writeStringField("done_at", receipt.doneAt().get().toString());
      }
      json.writeEndObject();
    };
  }
}
