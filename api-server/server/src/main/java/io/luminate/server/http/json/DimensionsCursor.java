// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.json;

import io.luminate.server.ingest.PointRules;
import io.luminate.server.ingest.RejectionException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the dimensions of a point from a JSON text. */
abstract class DimensionsCursor extends JsonCursor {
  private final CheckedTexts keys = new CheckedTexts();

  /**
   * Parses the object at {@code [from, to)}, or nothing; the cursor is afterwards where it was
   * before.
   */
  final Map<String, String> dimensions(int from, int to, PointRules rules)
      throws RejectionException {
    if (to == from) {
      return Map.of();
    }
    int resumeAt = pos;
    pos = from + 1;
    @Nullable RejectionException first = null;
    Map<String, String> pairs = new LinkedHashMap<>();
    int count = 0;
    if (!empty('}')) {
      do {
        count++;
        try {
          pair(pairs, rules);
        } catch (RejectionException e) {
          first = first == null ? e : first;
        }
      } while (more('}'));
    }
    if (pos != to) {
      throw expected(", or }");
    }
    pos = resumeAt;
    rules.checkCount(count);
    if (first != null) {
      throw first;
    }
    return pairs;
  }

  private void pair(Map<String, String> pairs, PointRules rules) throws RejectionException {
    int keyFrom = string();
    int keyTo = pos - 1;
    boolean keyEscaped = escaped;
    expect(':');
    boolean isText = peek() == '"';
    int valueFrom = pos + 1;
    if (isText) {
      string();
    } else {
      skipValue(3);
    }
    int valueTo = pos - 1;
    boolean valueEscaped = escaped;
    if (pairs.size() > rules.dimensionsMax()) {
      return; // Already too many; only the grammar matters.
    }
    String name = keyEscaped ? "" : keys.find(in, keyFrom, keyTo);
    if (name.isEmpty()) {
      name = text(keyFrom, keyTo, keyEscaped);
      rules.checkKey(name);
      keys.add(in, keyFrom, keyTo, name);
    }
    if (!isText) {
      throw PointRules.dimension(name, "must have a string as its value", Map.of());
    }
    if (!wellFormed(valueFrom, valueTo)) {
      throw PointRules.dimension(name, "has a value that is not valid UTF-8", Map.of());
    }
    String text = text(valueFrom, valueTo, valueEscaped);
    rules.checkValue(name, text);
    if (pairs.put(name, text) != null) {
      throw PointRules.dimension(name, "comes twice", Map.of());
    }
  }
}
