// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.document;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;

/**
 * Bytes that stay although no query sees them.
 *
 * @param bytesUntil exclusive; a whole millisecond
 */
record RetentionHold(RetentionScope scope, Duration retention, Instant bytesUntil) {
  /** So that the same holds make the same document. */
  static final Comparator<RetentionHold> ORDER =
      Comparator.<RetentionHold, String>comparing(hold -> hold.scope().tenant().orElse(""))
          .thenComparing(hold -> hold.scope().metricPattern())
          .thenComparing(RetentionHold::retention)
          .thenComparing(RetentionHold::bytesUntil);

  RetentionHold {
    // Up, as a server rounds it: never a moment less than was promised.
    bytesUntil = Instant.ofEpochMilli(bytesUntil.plusNanos(999_999).toEpochMilli());
  }

  boolean holdsAt(Instant now) {
    return now.isBefore(bytesUntil);
  }

  /** Whether the other one holds nothing that this one does not. */
  boolean covers(RetentionHold other) {
    return retention.compareTo(other.retention) >= 0
        && !bytesUntil.isBefore(other.bytesUntil)
        && scope.contains(other.scope);
  }
}
