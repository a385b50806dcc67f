// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A token bucket that starts full and refills smoothly. The rate comes with each request: a change
 * counts at once, keeps the tokens that are there, and a lower capacity cuts them. It knows how
 * much was taken in the last minute. Without locks.
 *
 * <p>Tokens are counted in billionths, so that a nanosecond at n tokens a second is n of them and
 * nothing is rounded while one process has the whole rate.
 */
final class TokenBucket {
  private static final long BILLION = 1_000_000_000L;

  /**
   * What was taken so long ago counts as used. It is counted by the minute; of the one before, the
   * part counts that is not so long ago yet.
   */
  static final long USE_NANOS = 60 * BILLION;

  /**
   * @param billionths of a token
   * @param atNanos when there were so many, on the clock that requests carry
   * @param before tokens taken in the minute before that of {@code atNanos}
   * @param within tokens taken in that minute
   */
  private record Level(long billionths, long atNanos, long before, long within) {
    boolean isRetired() {
      return billionths < 0;
    }

    boolean isUsed() {
      return (before | within) != 0;
    }

    Level take(long tokens) {
      return new Level(billionths - tokens * BILLION, atNanos, before, within + tokens);
    }

    /** With a later time, on which the minute may be another. */
    Level at(long now, long newBillionths) {
      long minutes = Math.floorDiv(now, USE_NANOS) - Math.floorDiv(atNanos, USE_NANOS);
      if (minutes == 0) {
        return new Level(newBillionths, now, before, within);
      }
      return new Level(newBillionths, now, minutes == 1 ? within : 0, 0);
    }

    double usedPerSecond() {
      long leftNanos = USE_NANOS - Math.floorMod(atNanos, USE_NANOS);
      return (before * ((double) leftNanos / USE_NANOS) + within) * BILLION / USE_NANOS;
    }
  }

  /** Of a bucket that nobody may take from any more. */
  private static final Level RETIRED = new Level(-1, 0, 0, 0);

  private final AtomicReference<Level> level;

  TokenBucket(Rate rate, long nowNanos) {
    level = new AtomicReference<>(new Level(rate.capacity() * BILLION, nowNanos, 0, 0));
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
      Level left = granted ? filled.take(tokens) : filled;
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

  /** What there is and was, without a trace of the question; empty if the bucket was retired. */
  Optional<Use> use(Rate rate, long nowNanos) {
    Level seen = level.get();
    if (seen.isRetired()) {
      return Optional.empty();
    }
    Level now = filled(seen, rate, nowNanos);
    return Optional.of(new Use(rate, now.usedPerSecond(), now.billionths / BILLION));
  }

  /** Retires the bucket if it is full and was not used lately: a new one would be the same. */
  boolean retireIfIdle(Rate rate, long nowNanos) {
    Level seen = level.get();
    if (seen.isRetired()) {
      return true;
    }
    Level now = filled(seen, rate, nowNanos);
    return now.billionths == rate.capacity() * BILLION
        && !now.isUsed()
        && level.compareAndSet(seen, RETIRED);
  }

  /** Requests may carry their times in another order than they get here. */
  private static Level filled(Level seen, Rate rate, long nowNanos) {
    long elapsed = Math.max(0, nowNanos - seen.atNanos);
    long capacity = rate.capacity() * BILLION;
    long room = Math.max(0, capacity - seen.billionths);
    return seen.at(
        seen.atNanos + elapsed,
        elapsed > 0 && elapsed >= nanosToGain(room, rate)
            ? capacity
            : Math.min(capacity, seen.billionths + gained(elapsed, rate)));
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
