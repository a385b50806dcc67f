// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.query;

import java.time.Duration;

/**
 * What one query may ask for; more is refused, never clamped.
 *
 * @param resultPointsMax rows in a reply
 * @param groupsMax groups in a reply; any number is computed
 */
public record QueryBounds(
    Duration timeoutMax,
    Duration timeoutDefault,
    Duration rangeMax,
    int resultPointsMax,
    int groupsMax) {
  /** Names of metrics in a reply, and those of one that asks for no number. */
  public static final int METRICS_MAX = 10_000;

  /** Keys of one metric in a reply. */
  public static final int KEYS_MAX = 10_000;

  /** Values of one dimension in a reply. */
  public static final int VALUES_MAX = 10_000;

  public static QueryBounds defaults() {
    return new QueryBounds(
        Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofDays(90), 10_000, 1_000);
  }
}
