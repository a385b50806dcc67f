// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.ingest;

import io.luminate.store.AcceptedPoints;
import java.util.Optional;

/**
 * Which points of a request come in: those that keep the rules at this time, or exactly those that
 * were accepted when the request was begun, whatever the time is by now.
 */
public record Admission(long nowMillis, Optional<AcceptedPoints> bound) {
  public static Admission at(long nowMillis) {
    return new Admission(nowMillis, Optional.empty());
  }

  /** Whether the point in this place is looked at. */
  public boolean asksFor(int index) {
    return bound.isEmpty() || bound.get().contains(index);
  }

  public boolean allows(long timestampMillis) {
    return bound.isPresent() || PointRules.timestampAllowed(timestampMillis, nowMillis);
  }
}
