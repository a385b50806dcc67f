// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.schema;

import java.util.regex.Pattern;

/** Names that stand in statements, where no parameter can. */
final class Identifiers {
  private static final Pattern PATTERN = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,63}");

  private Identifiers() {}

  static void require(String field, String name) {
    if (!PATTERN.matcher(name).matches()) {
      throw new IllegalArgumentException(
          field + " must match " + PATTERN.pattern() + ", got " + name);
    }
  }

  static String quoted(String name) {
    return "`" + name + "`";
  }
}
