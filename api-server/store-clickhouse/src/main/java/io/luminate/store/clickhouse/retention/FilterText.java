// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import io.luminate.model.Filter;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Filters as the table of deletes has them: {@code key=value,value&key=value}, URL-encoded. None is
 * the empty text.
 */
final class FilterText {
  private FilterText() {}

  static String write(List<Filter> filters) {
    return filters.stream()
        .map(
            filter ->
                encoded(filter.key())
                    + "="
                    + filter.values().stream()
                        .map(FilterText::encoded)
                        .collect(Collectors.joining(",")))
        .collect(Collectors.joining("&"));
  }

  static List<Filter> read(String text) {
    Stream<String> each = text.isEmpty() ? Stream.empty() : Arrays.stream(text.split("&", -1));
    return each.map(FilterText::filter).toList();
  }

  private static Filter filter(String text) {
    int equals = text.indexOf('=');
    return new Filter(
        decoded(text.substring(0, equals)),
        Arrays.stream(text.substring(equals + 1).split(",", -1)).map(FilterText::decoded).toList());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
