// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import java.util.Optional;

/** What servers are called with. It has no text, so that no log can have it. */
final class Tokens {
  private final String current;
  private final Optional<String> previous;

  Tokens(String current, Optional<String> previous) {
    this.current = current;
    this.previous = previous;
  }

  String current() {
    return current;
  }

  /** That which pods may still have instead, while another is being handed out. */
  Optional<String> previous() {
    return previous;
  }

  /** The text without them, whoever wrote it. */
  String hiddenIn(String text) {
    String hidden = text.replace(current, "***");
    return previous.map(token -> hidden.replace(token, "***")).orElse(hidden);
  }

  @Override
  public String toString() {
    return previous.isPresent() ? "Tokens[2, hidden]" : "Tokens[1, hidden]";
  }
}
