// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** What becomes of a cluster's internal token. */
sealed interface TokenDecision {
  /** Often enough that one which leaked unnoticed is of no use for ever. */
  Duration AGE_MAX = Duration.ofDays(30);

  /**
   * A previous token stays at least so long: whoever is no server, such as a job that cleans up,
   * may still have it in its files, which are brought within two minutes.
   */
  Duration PREVIOUS_AT_LEAST = Duration.ofMinutes(10);

  /** It stays. */
  record Keep(Tokens tokens) implements TokenDecision {}

  /**
   * It becomes another one.
   *
   * @param since when the current one began to count
   */
  record Change(Tokens tokens, Instant since) implements TokenDecision {}

  /**
   * The token that pods are to have: made where there is none that servers take, and replaced when
   * it is old or somebody asks. A token that is being handed out is never replaced, as pods may
   * have neither of the next two.
   *
   * @param random makes a token that nobody can guess
   */
  static TokenDecision next(StoredToken stored, Instant now, Supplier<String> random) {
    Optional<String> current = stored.current();
    if (current.isEmpty()) {
      return new Change(new Tokens(random.get(), stored.previous()), now);
    }
    Tokens tokens = new Tokens(current.get(), stored.previous());
    boolean isDue = stored.isRotationAsked() || !now.isBefore(stored.expires());
    return isDue && stored.previous().isEmpty()
        ? new Change(new Tokens(random.get(), current), now)
        : new Keep(tokens);
  }

  /**
   * Whether the previous token goes.
   *
   * @param allTookCurrent whether each pod was seen to let in who has the current one
   */
  static TokenDecision settle(StoredToken stored, Instant now, boolean allTookCurrent) {
    Tokens tokens = new Tokens(stored.current().orElseThrow(), stored.previous());
    Instant since = stored.since().orElse(Instant.EPOCH);
    return stored.previous().isPresent()
            && allTookCurrent
            && !now.isBefore(since.plus(PREVIOUS_AT_LEAST))
        ? new Change(new Tokens(tokens.current(), Optional.empty()), since)
        : new Keep(tokens);
  }
}
