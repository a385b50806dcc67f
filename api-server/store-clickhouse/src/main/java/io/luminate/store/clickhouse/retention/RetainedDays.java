// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import io.luminate.store.clickhouse.client.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * A condition on rows: they are in a UTC day any part of which is retained.
 *
 * @param texts tenants, metrics and patterns, by the number in their parameter's name
 */
public record RetainedDays(String condition, List<String> texts) {
  private static final String PARAMETER = "retained";

  public RetainedDays {
    texts = List.copyOf(texts);
  }

  /** The place of a text that is going to be the list's next. */
  static String place(List<String> texts, String text) {
    texts.add(text);
    return "{" + PARAMETER + (texts.size() - 1) + ":String}";
  }

  /** Of a statement that has the condition in its text. */
  public Statement bind(Statement statement) {
    return statement.withEach(PARAMETER, texts);
  }

  /** All of it, for a comparison with another's: it names every retention, so it may be long. */
  public String text() {
    List<String> all = new ArrayList<>(texts);
    all.add(condition);
    return String.join("\n", all);
  }
}
