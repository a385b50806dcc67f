// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.model.Filter;
import io.luminate.server.http.json.Rfc3339;
import io.luminate.server.http.reply.ApiException;
import io.luminate.server.ingest.PointRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a delete's query string says: {@code before}, and a filter for every other name, as no name
 * of a dimension can be told from one that is misspelt.
 */
record DeleteParameters(long beforeMillis, List<Filter> filters) {
  private static final String BEFORE = "before";
  private static final int FILTERS_MAX = 20;
  private static final int KEY_LENGTH_MAX = 128;
  private static final int VALUE_LENGTH_MAX = 256;

  static DeleteParameters of(Map<String, List<String>> given) {
    List<Filter> filters = new ArrayList<>();
    given.forEach(
        (name, values) -> {
          if (!name.equals(BEFORE)) {
            filters.add(filter(name, values));
          }
        });
    if (filters.size() > FILTERS_MAX) {
      throw invalid(
          BEFORE,
          "at most " + FILTERS_MAX + " dimensions may be given, got " + filters.size(),
          Map.of("max_filters", FILTERS_MAX, "received", filters.size()));
    }
    return new DeleteParameters(beforeMillis(given.getOrDefault(BEFORE, List.of())), filters);
  }

  private static long beforeMillis(List<String> values) {
    if (values.size() > 1) {
      throw invalid(BEFORE, "the parameter before comes " + values.size() + " times", Map.of());
    }
    String text = values.isEmpty() ? "" : values.getFirst();
    if (text.matches("-?[0-9]{1,15}")) {
      return Long.parseLong(text);
    }
    return Rfc3339.parseMillis(text)
        .orElseThrow(
            () ->
                invalid(
                    BEFORE,
                    "the parameter before must be Unix milliseconds or an RFC 3339 text",
                    Map.of()));
  }

  private static Filter filter(String key, List<String> values) {
    if (!PointRules.matchesPattern(key) || key.length() > KEY_LENGTH_MAX) {
      throw invalid(
          PointRules.excerpt(key),
          "a parameter is before or the key of a dimension, which matches "
              + PointRules.NAME_PATTERN
              + " and has at most "
              + KEY_LENGTH_MAX
              + " characters",
          Map.of());
    }
    if (key.startsWith("_tenant_id")) {
      throw invalid(key, "the tenant is the token's", Map.of());
    }
    if (values.size() > Filter.VALUES_MAX
        || values.stream().anyMatch(v -> v.codePointCount(0, v.length()) > VALUE_LENGTH_MAX)) {
      throw invalid(
          key,
          "%s takes at most %d values of at most %d characters"
              .formatted(key, Filter.VALUES_MAX, VALUE_LENGTH_MAX),
          Map.of("max_values", Filter.VALUES_MAX, "max_length", VALUE_LENGTH_MAX));
    }
    return new Filter(key, values.stream().distinct().toList());
  }

  private static ApiException invalid(String field, String message, Map<String, Object> more) {
    Map<String, Object> details = new HashMap<>(more);
    details.put("field", field);
    return new ApiException(400, "INVALID_REQUEST", message, details);
  }
}
