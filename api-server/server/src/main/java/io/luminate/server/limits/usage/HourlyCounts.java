// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits.usage;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was counted in the last 24 hours: the first count of each hour, as far as this process
 * lives.
 *
 * <p>Concurrency: one thread at a time.
 */
final class HourlyCounts {
  static final Duration AGE_MAX = Duration.ofHours(24);

  /** Protects the heap: 25 counts of each take some ten megabytes. Who is nearest is counted. */
  static final int KEPT_MAX = 5_000;

  private static final long HOUR_SECONDS = Duration.ofHours(1).toSeconds();

  private record Counts(Instant at, Map<LimitUse.Key, Long> used) {
    long hour() {
      return Math.floorDiv(at.getEpochSecond(), HOUR_SECONDS);
    }
  }

  private final Deque<Counts> counts = new ArrayDeque<>();

  /** Keeps the counts if they are the first of an hour. */
  void add(Instant at, List<LimitUse> uses) {
    counts.removeIf(old -> old.at.isBefore(at.minus(AGE_MAX)) || old.at.isAfter(at));
    Counts now = new Counts(at, new HashMap<>());
    if (counts.isEmpty() || counts.getLast().hour() != now.hour()) {
      uses.stream()
          .sorted(Comparator.comparingDouble(LimitUse::ratio).reversed())
          .limit(KEPT_MAX)
          .forEach(use -> now.used.put(use.key(), use.used()));
      counts.addLast(now);
    }
  }

  /** From the oldest count that is kept up to now; empty if that is too short, or no growth. */
  Optional<Growth> growth(LimitUse use, Instant now) {
    for (Counts old : counts) {
      Long before = old.used.get(use.key());
      if (before != null) {
        boolean enough = !now.isBefore(old.at.plus(Growth.TIME_MIN));
        return enough && use.used() > before
            ? Optional.of(new Growth(old.at, now, use.used() - before))
            : Optional.empty();
      }
    }
    return Optional.empty();
  }
}
