// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits.usage;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How fast something grew.
 *
 * @param from when it was counted first
 * @param to when it was counted last, at least {@link #TIME_MIN} later
 * @param gained in between, at least 1
 */
public record Growth(Instant from, Instant to, long gained) {
  /** What grew for less long may have been a start, and says nothing about the day. */
  public static final Duration TIME_MIN = Duration.ofHours(1);

  /** Nobody plans for what is later. */
  static final Duration AHEAD_MAX = Duration.ofDays(3_650);

  private static final double DAY_MILLIS = Duration.ofDays(1).toMillis();

  public Growth {
    if (gained < 1 || to.isBefore(from.plus(TIME_MIN))) {
      throw new IllegalArgumentException(gained + " from " + from + " to " + to);
    }
  }

  public double perDay() {
    return gained * DAY_MILLIS / millis();
  }

  private long millis() {
    return Duration.between(from, to).toMillis();
  }

  /**
   * When so many more will have come, if it goes on like that; rounded up to a millisecond. Empty
   * if that is ten years or more ahead, and if there is no room left.
   */
  public Optional<Instant> reaches(long left) {
    double aheadMillis = Math.ceil((double) left * millis() / gained);
    return left > 0 && aheadMillis < AHEAD_MAX.toMillis()
        ? Optional.of(to.plusMillis((long) aheadMillis))
        : Optional.empty();
  }
}
