// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.load;

/**
 * Pseudo-random numbers as a pure function of what they are for, so that any point can be made
 * alone.
 */
public final class Mix {
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private Mix() {}

  /** The finalizer of SplitMix64. */
  public static long mix(long key) {
    long z = key + GOLDEN;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  public static long mix(long seed, long a, long b) {
    return mix(mix(seed + a * GOLDEN) + b);
  }

  /** The upper bits of a mixed number, scaled to [0, bound). */
  public static int below(long mixed, int bound) {
    return (int) (((mixed >>> 33) * bound) >>> 31);
  }
}
