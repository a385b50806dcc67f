// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

/**
 * How many pods share the load.
 *
 * @param sequence of who counted them; the highest is right
 */
record Share(long sequence, int replicas) {
  /** As many as a server takes. */
  static final int REPLICAS_MAX = 10_000;

  /** As high as a server takes it. */
  static final long SEQUENCE_MAX = (1L << 53) - 1;
}
