// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** Looks again until something is so, for a cluster gets there in its own time. */
public final class Eventually {
  /** For machines with little to spare, far above what anything takes. */
  public static final Duration TIME_MAX = Duration.ofSeconds(90);

  private static final Duration INTERVAL = Duration.ofMillis(250);

  private Eventually() {}

  /** What the condition throws is no answer yet; the last of it is in the failure. */
  public static void holds(Callable<Boolean> condition, Supplier<String> otherwise) {
    Instant last = Instant.now().plus(TIME_MAX);
    Optional<Exception> thrown = Optional.empty();
    while (Instant.now().isBefore(last)) {
      try {
        if (condition.call()) {
          return;
        }
        thrown = Optional.empty();
      } catch (Exception e) {
        thrown = Optional.of(e);
      }
      pause();
    }
    throw new AssertionError(otherwise.get(), thrown.orElse(null));
  }

  private static void pause() {
    try {
      Thread.sleep(INTERVAL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
