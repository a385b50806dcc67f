// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TokenDecisionTest {
  private static final Instant NOW = Instant.parse("2026-03-11T12:00:00Z");
  private static final String OLD = "old-".repeat(10);
  private static final String OLDER = "older-".repeat(8);
  private static final String NEW = "new-".repeat(10);

  private static StoredToken stored(Optional<String> previous, Instant since, boolean isAsked) {
    return new StoredToken(Optional.of(OLD), previous, Optional.of(since), isAsked);
  }

  private static void assertKept(StoredToken stored) {
    assertThat(TokenDecision.next(stored, NOW, () -> NEW))
        .isInstanceOfSatisfying(
            TokenDecision.Keep.class,
            keep -> {
              assertThat(keep.tokens().current()).isEqualTo(OLD);
              assertThat(keep.tokens().previous()).isEqualTo(stored.previous());
            });
  }

  private static void assertMade(StoredToken stored, Optional<String> previous) {
    assertThat(TokenDecision.next(stored, NOW, () -> NEW))
        .isInstanceOfSatisfying(
            TokenDecision.Change.class,
            change -> {
              assertThat(change.tokens().current()).isEqualTo(NEW);
              assertThat(change.tokens().previous()).isEqualTo(previous);
              assertThat(change.since()).isEqualTo(NOW);
            });
  }

  @Test
  void next_nothing_isMade() {
    assertMade(StoredToken.NONE, Optional.empty());
  }

  @Test
  void next_whatNoServerTakes_isMadeAnew() {
    for (String bad : new String[] {"", "short", "x".repeat(31), "two words " + OLD, OLD + "\0"}) {
      StoredToken stored =
          new StoredToken(Optional.of(bad), Optional.of(OLDER), Optional.of(NOW), false);
      assertMade(stored, Optional.of(OLDER));
    }
    assertKept(new StoredToken(Optional.of(OLD + "\n"), Optional.empty(), Optional.of(NOW), false));
  }

  @Test
  void next_oldOrAskedFor_isReplacedAndStaysAsPrevious() {
    Duration almost = TokenDecision.AGE_MAX.minusSeconds(1);
    assertKept(stored(Optional.empty(), NOW.minus(almost), false));
    assertMade(stored(Optional.empty(), NOW.minus(TokenDecision.AGE_MAX), false), Optional.of(OLD));
    assertMade(stored(Optional.empty(), NOW, true), Optional.of(OLD));
    assertMade(
        new StoredToken(Optional.of(OLD), Optional.empty(), Optional.empty(), false),
        Optional.of(OLD));
  }

  @Test
  void next_whileOneIsHandedOut_waits() {
    assertKept(stored(Optional.of(OLDER), Instant.EPOCH, true));
  }

  @Test
  void settle_previous_goesOnceAllHaveTheCurrentOneAndNotAtOnce() {
    Instant longAgo = NOW.minus(TokenDecision.PREVIOUS_AT_LEAST);
    StoredToken handedOut = stored(Optional.of(OLDER), longAgo, false);
    assertThat(TokenDecision.settle(handedOut, NOW, true))
        .isInstanceOfSatisfying(
            TokenDecision.Change.class,
            change -> {
              assertThat(change.tokens().current()).isEqualTo(OLD);
              assertThat(change.tokens().previous()).isEmpty();
              assertThat(change.since()).isEqualTo(longAgo);
            });
    assertThat(TokenDecision.settle(handedOut, NOW, false)).isInstanceOf(TokenDecision.Keep.class);
    assertThat(TokenDecision.settle(handedOut, NOW.minusMillis(1), true))
        .isInstanceOf(TokenDecision.Keep.class);
    assertThat(TokenDecision.settle(stored(Optional.empty(), longAgo, false), NOW, true))
        .isInstanceOf(TokenDecision.Keep.class);
  }

  @Test
  void texts_haveNoToken() {
    Tokens tokens = new Tokens(OLD, Optional.of(OLDER));
    StoredToken stored = stored(Optional.of(OLDER), NOW, false);
    assertThat(
            tokens
                + " "
                + stored
                + " "
                + new TokenDecision.Keep(tokens)
                + new TokenDecision.Change(tokens, NOW))
        .doesNotContain(OLD, OLDER)
        .contains("hidden");
    assertThat(tokens.hiddenIn("echo " + OLD + "," + OLDER + "!")).isEqualTo("echo ***,***!");
  }
}
