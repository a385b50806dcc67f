// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** Renders a reply as a whole: nothing is sent before all of it is known. */
public final class ReplyJson {
  private static final JsonFactory JSON = new JsonFactory();

  /** Writes one value. */
  public interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  private ReplyJson() {}

  public static byte[] render(Body body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
    render(out, body);
    return out.toByteArray();
  }

  public static void render(OutputStream out, Body body) {
    try (JsonGenerator json = JSON.createGenerator(out)) {
      body.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Body strings(List<String> texts) {
    return json -> {
      json.writeStartArray();
      for (String text : texts) {
        json.writeString(text);
      }
      json.writeEndArray();
    };
  }
}
