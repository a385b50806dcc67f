// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a Secret has. Not a record, whose text would show the tokens.
 *
 * <p>A token that a server would not take counts as none.
 */
final class StoredToken {
  /** What a server takes and a header can carry. */
  private static final Pattern TOKEN = Pattern.compile("[!-~]{32,4000}");

  static final StoredToken NONE =
      new StoredToken(Optional.empty(), Optional.empty(), Optional.empty(), false);

  private final Optional<String> current;
  private final Optional<String> previous;
  private final Optional<Instant> since;
  private final boolean rotationAsked;

  /**
   * What was read.
   *
   * @param since when the current one began to count, if that is known
   */
  StoredToken(
      Optional<String> current,
      Optional<String> previous,
      Optional<Instant> since,
      boolean rotationAsked) {
    this.current = current.map(String::strip).filter(token -> TOKEN.matcher(token).matches());
    this.previous = previous.map(String::strip).filter(token -> TOKEN.matcher(token).matches());
    this.since = since;
    this.rotationAsked = rotationAsked;
  }

  Optional<String> current() {
    return current;
  }

  Optional<String> previous() {
    return previous;
  }

  Optional<Instant> since() {
    return since;
  }

  boolean isRotationAsked() {
    return rotationAsked;
  }

  /** One of unknown age is old. */
  Instant expires() {
    return since.map(instant -> instant.plus(TokenDecision.AGE_MAX)).orElse(Instant.MIN);
  }
}
