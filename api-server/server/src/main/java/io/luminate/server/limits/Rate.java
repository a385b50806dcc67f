// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits;

/**
 * How fast a bucket fills. Processes that share a tenant's load share the refill, but each has the
 * whole capacity: a client's burst may reach any one of them.
 *
 * @param perSecond tokens for all processes together; 0 grants none
 * @param capacity most tokens that one process keeps
 * @param sharers processes, at least 1
 */
public record Rate(long perSecond, long capacity, int sharers) {
  /** Keeps a second's refill within a {@code long} of billionths. */
  public static final long PER_SECOND_MAX = 1_000_000_000;

  public Rate {
    if (perSecond < 0 || perSecond > PER_SECOND_MAX) {
      throw new IllegalArgumentException("perSecond must be 0 to 1000000000, got " + perSecond);
    }
    if (capacity < 0 || capacity > PER_SECOND_MAX) {
      throw new IllegalArgumentException("capacity must be 0 to 1000000000, got " + capacity);
    }
    if (sharers < 1) {
      throw new IllegalArgumentException("sharers must be at least 1, got " + sharers);
    }
  }

  /** A bucket of one second's tokens, and of none where none are granted. */
  public static Rate of(long perSecond, int sharers) {
    return atLeast(perSecond, 0, sharers);
  }

  /** A bucket of one second's tokens, or of more where a single request may ask for more. */
  public static Rate atLeast(long perSecond, long capacityMin, int sharers) {
    return new Rate(perSecond, perSecond == 0 ? 0 : Math.max(perSecond, capacityMin), sharers);
  }

  /** This process's part of the rate, rounded up: what its clients are told. */
  public long share() {
    return Math.ceilDiv(perSecond, sharers);
  }
}
