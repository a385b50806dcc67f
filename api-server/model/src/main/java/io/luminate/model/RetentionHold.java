// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.model;

import java.time.Duration;
import java.time.Instant;

/**
 * Keeps bytes that queries do not see any more: until the instant, points of these metrics stay as
 * long as this retention says, however short the one is that counts for queries.
 *
 * @param bytesUntil exclusive; rounded up to a millisecond
 */
public record RetentionHold(MetricScope scope, Duration retention, Instant bytesUntil) {
  public RetentionHold {
    bytesUntil = Instant.ofEpochMilli(bytesUntil.plusNanos(999_999).toEpochMilli());
    if (!retention.isPositive()) {
      throw new IllegalArgumentException(
          "retention held for " + scope.metricPattern() + " must be positive, got " + retention);
    }
  }

  public boolean holdsAt(Instant now) {
    return now.isBefore(bytesUntil);
  }
}
