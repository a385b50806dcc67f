// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

/**
 * Texts in statements whose values ClickHouse keeps as a part of its own, where no parameter can.
 */
final class SqlText {
  private SqlText() {}

  /** The text between quotes, whatever is in it. */
  static String literal(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('\'');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\\', '\'' -> quoted.append('\\').append(c);
        case '\0' -> quoted.append("\\0");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> quoted.append(c);
      }
    }
    return quoted.append('\'').toString();
  }

  /** A pattern of LIKE that the texts of a glob match, whose only wildcard is {@code *}. */
  static String likePattern(String glob) {
    return glob.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_").replace('*', '%');
  }
}
