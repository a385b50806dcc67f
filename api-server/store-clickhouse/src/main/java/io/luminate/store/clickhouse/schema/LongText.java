// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.schema;

import io.luminate.store.clickhouse.client.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A text of whatever length, as the parameters of a statement that has {@link #sql} in it. */
public final class LongText {
  /**
   * ClickHouse takes 128 KiB for a parameter, of which each character may take twelve: up to three
   * bytes, each written as four.
   */
  private static final int PART_CHARACTERS = 10 << 10;

  private static final String PARAMETER = "part";

  private final List<String> parts = new ArrayList<>();

  public LongText(String text) {
    int from = 0;
    while (from < text.length()) {
      int to = Math.min(text.length(), from + PART_CHARACTERS);
      // Either half of a pair alone is no text.
      to -= to < text.length() && Character.isHighSurrogate(text.charAt(to - 1)) ? 1 : 0;
      parts.add(text.substring(from, to));
      from = to;
    }
  }

  /** The text, as an expression. */
  public String sql() {
    return IntStream.range(0, parts.size())
        .mapToObj(i -> "{" + PARAMETER + i + ":String}")
        .collect(Collectors.joining(", ", "arrayStringConcat([", "]::Array(String))"));
  }

  public Statement bind(Statement statement) {
    return statement.withEach(PARAMETER, parts);
  }
}
