// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.ingest;

import io.luminate.store.AcceptedPoints;
import io.luminate.store.SeriesLimits;
import java.util.Optional;

/**
 * Which points of a request come in: those that keep the rules at this time, or exactly those that
 * were accepted when the request was begun, whatever time and limits are by now.
 */
public record Admission(long nowMillis, Optional<AcceptedPoints> bound, SeriesLimits series) {
  public static Admission at(long nowMillis, SeriesLimits series) {
    return new Admission(nowMillis, Optional.empty(), series);
  }

  /** Whatever series there are. */
  public static Admission at(long nowMillis) {
    return at(nowMillis, SeriesLimits.NONE);
  }

  public static Admission bound(long nowMillis, AcceptedPoints accepted) {
    return new Admission(nowMillis, Optional.of(accepted), SeriesLimits.NONE);
  }

  /** Whether the point in this place is looked at. */
  public boolean asksFor(int index) {
    return bound.isEmpty() || bound.get().contains(index);
  }

  public boolean allows(long timestampMillis) {
    return bound.isPresent() || PointRules.timestampAllowed(timestampMillis, nowMillis);
  }
}
