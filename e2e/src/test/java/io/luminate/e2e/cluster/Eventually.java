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

  /**
   * Between two looks at first; later it is a tenth of the time so far, as looks take their part.
   */
  private static final Duration INTERVAL_MIN = Duration.ofMillis(250);

  private static final Duration INTERVAL_MAX = Duration.ofSeconds(1);

  private Eventually() {}

  /** What the condition throws is no answer yet; the last of it is in the failure. */
  public static void holds(Callable<Boolean> condition, Supplier<String> otherwise) {
    Instant first = Instant.now();
    Instant last = first.plus(TIME_MAX);
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
      pause(Duration.between(first, Instant.now()).dividedBy(10));
    }
    throw new AssertionError(otherwise.get(), thrown.orElse(null));
  }

  private static void pause(Duration wished) {
    Duration atLeast = wished.compareTo(INTERVAL_MIN) < 0 ? INTERVAL_MIN : wished;
    try {
      Thread.sleep(atLeast.compareTo(INTERVAL_MAX) < 0 ? atLeast : INTERVAL_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
