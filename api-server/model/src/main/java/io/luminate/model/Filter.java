// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.model;

import java.util.List;

/**
 * Equality on one dimension: the value is any of {@code values} (1–1 000 of them); {@code ""}
 * matches a series without the key.
 */
public record Filter(String key, List<String> values) {
  /** Bounds the work per series and the size of a query. */
  public static final int VALUES_MAX = 1_000;

  public Filter {
    values = List.copyOf(values);
    if (values.isEmpty() || values.size() > VALUES_MAX) {
      throw new IllegalArgumentException(
          "filter " + key + " takes 1 to " + VALUES_MAX + " values, got " + values.size());
    }
  }

  public static Filter equal(String key, String value) {
    return new Filter(key, List.of(value));
  }

  public boolean matches(Dimensions dimensions) {
    return values.contains(dimensions.get(key).orElse(""));
  }
}
