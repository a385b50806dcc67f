// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits.document;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/** Tokens of JSON. */
final class JsonTokens extends DocumentTokens {
  private static final int NUMBER_LENGTH_MAX = 64;

  /** Names are the client's: kept tables of them would grow with every tenant. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(2 * DEPTH_MAX)
                  .maxNumberLength(NUMBER_LENGTH_MAX)
                  .maxNameLength(TEXT_LENGTH_MAX)
                  .maxStringLength(TEXT_LENGTH_MAX)
                  .build())
          .build();

  private final JsonParser parser;

  JsonTokens(Reader text) throws IOException {
    this.parser = JSON.createParser(text);
  }

  @Override
  protected Kind read() throws IOException, DocumentFault {
    try {
      return kind(parser.nextToken());
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation() == null ? JsonLocation.NA : e.getLocation();
      throw malformed("JSON", e.getOriginalMessage(), at.getLineNr(), at.getColumnNr());
    }
  }

  /** Jackson has null for the end. */
  private static Kind kind(@Nullable JsonToken token) {
    return switch (token) {
      case null -> Kind.END;
      case START_OBJECT -> Kind.OBJECT;
      case END_OBJECT -> Kind.END_OBJECT;
      case START_ARRAY -> Kind.LIST;
      case END_ARRAY -> Kind.END_LIST;
      case FIELD_NAME -> Kind.NAME;
      case VALUE_STRING -> Kind.TEXT;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Kind.NUMBER;
      case VALUE_TRUE, VALUE_FALSE -> Kind.BOOLEAN;
      case VALUE_NULL -> Kind.NULL;
      case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT -> throw new IllegalStateException("" + token);
    };
  }

  @Override
  String text() throws IOException {
    return parser.getText();
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
