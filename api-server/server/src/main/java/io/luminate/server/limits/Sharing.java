// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits;

/**
 * How many processes share the load.
 *
 * @param sequence of who counted them; the highest is right
 * @param replicas 1 to {@link #REPLICAS_MAX}
 */
public record Sharing(long sequence, int replicas) {
  /** Of a cluster nobody has; keeps each one's share in a range that makes sense. */
  public static final int REPLICAS_MAX = 10_000;

  public static final long SEQUENCE_MAX = (1L << 53) - 1;

  /** Lower than what anybody counts. */
  static final long UNCOUNTED = -1;

  public Sharing {
    if (replicas < 1 || replicas > REPLICAS_MAX) {
      throw new IllegalArgumentException(
          "replicas must be from 1 to " + REPLICAS_MAX + ", got " + replicas);
    }
    if (sequence < UNCOUNTED || sequence > SEQUENCE_MAX) {
      throw new IllegalArgumentException(
          "sequence must be from 0 to " + SEQUENCE_MAX + ", got " + sequence);
    }
  }

  /** One process, until somebody knows better. */
  static Sharing unknown(int replicas) {
    return new Sharing(UNCOUNTED, replicas);
  }

  public boolean isCounted() {
    return sequence > UNCOUNTED;
  }
}
