// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.model;

import java.util.List;

/**
 * The configured, immutable list of dimension keys that name whom a point is about. A point's
 * entity is the value of the first of these keys that it has, {@code ""} if it has none: a pure
 * function of the series. Stores keep the points of one entity together.
 */
public record EntityKeys(List<String> keys) {
  public static final EntityKeys DEFAULT =
      new EntityKeys(List.of("customer_id", "user_id", "account_id", "org_id", "tenant"));

  public EntityKeys {
    keys = List.copyOf(keys);
  }

  public String entityOf(Dimensions dimensions) {
    for (String key : keys) {
      String value = dimensions.get(key).orElse("");
      if (!value.isEmpty()) {
        return value;
      }
    }
    return "";
  }
}
