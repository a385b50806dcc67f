// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A token bucket that starts full and refills smoothly. The rate comes with each request: a change
 * counts at once, keeps the tokens that are there, and a lower capacity cuts them. Without locks.
 *
 * <p>Tokens are counted in billionths, so that a nanosecond at n tokens a second is n of them and
 * nothing is rounded while one process has the whole rate.
 */
final class TokenBucket {
  private static final long BILLION = 1_000_000_000L;

  /**
   * @param billionths of a token
   * @param atNanos when there were so many, on the clock that requests carry
   */
  private record Level(long billionths, long atNanos) {
    boolean isRetired() {
      return billionths < 0;
    }
  }

  /** Of a bucket that nobody may take from any more. */
  private static final Level RETIRED = new Level(-1, 0);

  private final AtomicReference<Level> level;

  TokenBucket(Rate rate, long nowNanos) {
    level = new AtomicReference<>(new Level(rate.capacity() * BILLION, nowNanos));
  }

  /**
   * Takes all the tokens or none.
   *
   * @param tokens at least 0; 0 only looks
   * @return empty if the bucket was retired
   */
  Optional<Taken> take(long tokens, Rate rate, long nowNanos) {
    while (true) {
      Level seen = level.get();
      if (seen.isRetired()) {
        return Optional.empty();
      }
      Level filled = filled(seen, rate, nowNanos);
      boolean granted = tokens <= filled.billionths / BILLION && rate.perSecond() > 0;
      Level left =
          granted ? new Level(filled.billionths - tokens * BILLION, filled.atNanos) : filled;
      if (level.compareAndSet(seen, left)) {
        long enough = granted ? 0 : nanosUntil(tokens, left, rate);
        return Optional.of(
            new Taken(
                rate,
                granted,
                left.billionths / BILLION,
                enough,
                nanosUntil(rate.capacity(), left, rate)));
      }
    }
  }

  /** Retires the bucket if it is full: a new one would be the same. */
  boolean retireIfFull(Rate rate, long nowNanos) {
    Level seen = level.get();
    return seen.isRetired()
        || filled(seen, rate, nowNanos).billionths == rate.capacity() * BILLION
            && level.compareAndSet(seen, RETIRED);
  }

  /** Requests may carry their times in another order than they get here. */
  private static Level filled(Level seen, Rate rate, long nowNanos) {
    long elapsed = Math.max(0, nowNanos - seen.atNanos);
    long capacity = rate.capacity() * BILLION;
    long room = Math.max(0, capacity - seen.billionths);
    return elapsed > 0 && elapsed >= nanosToGain(room, rate)
        ? new Level(capacity, seen.atNanos + elapsed)
        : new Level(
            Math.min(capacity, seen.billionths + gained(elapsed, rate)), seen.atNanos + elapsed);
  }

  /** Exact without sharers; with them it loses less than a billionth of a token. */
  private static long gained(long elapsedNanos, Rate rate) {
    long whole = rate.perSecond() / rate.sharers();
    long rest = rate.perSecond() % rate.sharers();
    return elapsedNanos * whole + (long) ((double) elapsedNanos * rest / rate.sharers());
  }

  private static long nanosUntil(long tokens, Level level, Rate rate) {
    return tokens > rate.capacity()
        ? Taken.NEVER
        : nanosToGain(tokens * BILLION - level.billionths, rate);
  }

  /** Rounded up. */
  private static long nanosToGain(long billionths, Rate rate) {
    if (billionths <= 0) {
      return 0;
    }
    if (rate.perSecond() == 0) {
      return Taken.NEVER;
    }
    if (billionths <= Long.MAX_VALUE / rate.sharers()) {
      return Math.ceilDiv(billionths * rate.sharers(), rate.perSecond());
    }
    return (long) Math.ceil((double) billionths * rate.sharers() / rate.perSecond());
  }
}
