// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.reply;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code {"error": {"code", "message", "details"}}} and the status it goes out with.
 *
 * @param retryAfterSeconds how long clients should wait before they try again; 0 says nothing
 */
public record ApiError(
    int status, String code, String message, Map<String, Object> details, int retryAfterSeconds) {
  /** Where nothing tells better: the time of a commit, a merge or a restart. */
  public static final int RETRY_AFTER_SECONDS = 1;

  private static final JsonFactory JSON = new JsonFactory();

  public ApiError {
    details = Map.copyOf(details);
  }

  /** After 429 and 503 clients are asked to wait a second. */
  public ApiError(int status, String code, String message, Map<String, Object> details) {
    this(status, code, message, details, status == 429 || status == 503 ? RETRY_AFTER_SECONDS : 0);
  }

  public ApiError retryAfter(int seconds) {
    return new ApiError(status, code, message, details, seconds);
  }

  public static ApiError of(int status, String code, String message) {
    return new ApiError(status, code, message, Map.of());
  }

  public byte[] toJson() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeObjectFieldStart("error");
      json.writeStringField("code", code);
      json.writeStringField("message", message);
      json.writeFieldName("details");
      write(json, details);
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** Text, numbers, booleans, lists and maps of them; anything else as text. */
  public static void write(JsonGenerator json, Object value) throws IOException {
    switch (value) {
      case Map<?, ?> map -> {
        json.writeStartObject();
        Map<String, Object> sorted = new TreeMap<>();
        map.forEach((key, field) -> sorted.put(String.valueOf(key), field));
        for (Map.Entry<String, Object> field : sorted.entrySet()) {
          json.writeFieldName(field.getKey());
          write(json, field.getValue());
        }
        json.writeEndObject();
      }
      case List<?> list -> {
        json.writeStartArray();
        for (Object item : list) {
          write(json, item);
        }
        json.writeEndArray();
      }
      case Integer number -> json.writeNumber(number);
      case Long number -> json.writeNumber(number);
      case Double number -> json.writeNumber(number);
      case Boolean flag -> json.writeBoolean(flag);
      case Object other -> json.writeString(other.toString());
    }
  }
}
