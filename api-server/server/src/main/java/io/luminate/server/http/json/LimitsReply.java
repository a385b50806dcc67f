// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.luminate.model.TenantId;
import io.luminate.server.config.TenantLimit;
import io.luminate.server.limits.LimitsInForce;
import io.luminate.server.limits.Origin;
import io.luminate.server.limits.Sharing;
import io.luminate.server.limits.document.LimitsDocument;
import io.luminate.server.limits.document.Overrides;
import io.luminate.store.StoreHealth;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What is known about the limits in force, and of the storage behind them, in JSON. */
public final class LimitsReply {
  private LimitsReply() {}

  /**
   * All of it.
   *
   * @param whole whether the document's own content is wanted
   */
  public static ReplyJson.Body status(LimitsInForce limits, StoreHealth storage, boolean whole) {
    LimitsInForce.State state = limits.state();
    return json -> {
      json.writeStartObject();
      json.writeStringField("since", state.since().toString());
      if (state.received().isPresent()) {
        received(json, state.received().get());
      }
      json.writeFieldName("replicas");
      sharing(json, limits.sharing());
      json.writeBooleanField("fileGood", limits.isFileGood());
      json.writeObjectFieldStart("storage");
      StorageReply.fields(json, storage);
      json.writeEndObject();
      if (limits.refusal().isPresent()) {
        refusal(json, limits.refusal().get());
      }
      if (whole && state.received().isPresent()) {
        json.writeFieldName("document");
        document(json, state.received().get().document());
      }
      json.writeEndObject();
    };
  }

  private static void received(JsonGenerator json, LimitsInForce.Received received)
      throws IOException {
    LimitsDocument document = received.document();
    version(json, document);
    origin(json, received.origin());
    json.writeStringField("sha256", document.sha256());
    json.writeNumberField("tenants", document.tenants().size());
    json.writeArrayFieldStart("ignored");
    for (String path : document.ignored()) {
      json.writeString(path);
    }
    json.writeEndArray();
  }

  private static void version(JsonGenerator json, LimitsDocument document) throws IOException {
    if (document.version().isPresent()) {
      json.writeNumberField("version", document.version().getAsLong());
    }
  }

  private static void origin(JsonGenerator json, Origin origin) throws IOException {
    json.writeStringField("way", origin.way().name().toLowerCase(Locale.ROOT));
    json.writeStringField("from", origin.where());
  }

  private static void refusal(JsonGenerator json, LimitsInForce.Refusal refusal)
      throws IOException {
    json.writeObjectFieldStart("lastError");
    origin(json, refusal.origin());
    json.writeStringField("at", refusal.at().toString());
    json.writeStringField("message", refusal.message());
    json.writeEndObject();
  }

  /** The answer to a document that is in force now, if it was not before. */
  public static ReplyJson.Body taken(LimitsDocument document, boolean changed) {
    return json -> {
      json.writeStartObject();
      version(json, document);
      json.writeBooleanField("changed", changed);
      json.writeEndObject();
    };
  }

  public static ReplyJson.Body sharing(Sharing sharing) {
    return json -> sharing(json, sharing);
  }

  private static void sharing(JsonGenerator json, Sharing sharing) throws IOException {
    json.writeStartObject();
    if (sharing.isCounted()) {
      json.writeNumberField("sequence", sharing.sequence());
    }
    json.writeNumberField("replicas", sharing.replicas());
    json.writeEndObject();
  }

  private static void document(JsonGenerator json, LimitsDocument document) throws IOException {
    json.writeStartObject();
    version(json, document);
    json.writeFieldName("defaults");
    overrides(json, document.defaults());
    json.writeObjectFieldStart("tenants");
    Map<TenantId, Overrides> sorted = new TreeMap<>(document.tenants());
    for (Map.Entry<TenantId, Overrides> tenant : sorted.entrySet()) {
      json.writeFieldName(tenant.getKey().value());
      overrides(json, tenant.getValue());
    }
    json.writeEndObject();
    if (document.retention().isPresent()) {
      json.writeFieldName("retention");
      RetentionReply.document(json, document.retention().get());
    }
    json.writeEndObject();
  }

  private static void overrides(JsonGenerator json, Overrides overrides) throws IOException {
    json.writeStartObject();
    List<TenantLimit> given =
        Arrays.stream(TenantLimit.values()).filter(l -> overrides.get(l).isPresent()).toList();
    for (String section : given.stream().map(TenantLimit::section).distinct().toList()) {
      json.writeObjectFieldStart(section);
      for (TenantLimit limit : given) {
        if (limit.section().equals(section)) {
          value(json, limit.field(), limit, overrides.get(limit).orElseThrow());
        }
      }
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  /** As a document has it. */
  static void value(JsonGenerator json, String field, TenantLimit limit, long value)
      throws IOException {
    json.writeFieldName(field);
    if (limit.isNumber()) {
      json.writeNumber(value);
    } else {
      json.writeString(limit.text(value));
    }
  }
}
