// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.model.TenantId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * Which questions had too many rows to count their series. One over no less time of the same metric
 * is not tried again for a while, as ClickHouse takes longer to plan a statement that it refuses
 * than it takes to answer a small one. Bounded in number; the oldest are forgotten.
 */
final class LargeScans {
  private static final int METRICS_MAX = 4_096;
  private static final Duration KNOWN = Duration.ofMinutes(10);

  private record Metric(TenantId tenant, String name) {}

  private record Seen(long rangeMillis, long untilMillis) {}

  private final InstantSource clock;
  private final LinkedHashMap<Metric, Seen> seen = new LinkedHashMap<>();

  LargeScans(InstantSource clock) {
    this.clock = clock;
  }

  /** Questions about entities are not told apart by their time, so none of them is known. */
  synchronized boolean knows(Frame frame) {
    return !frame.isOfEntities()
        && Optional.ofNullable(seen.get(metric(frame)))
            .filter(s -> s.untilMillis() > clock.millis())
            .filter(s -> s.rangeMillis() <= rangeMillis(frame))
            .isPresent();
  }

  synchronized void add(Frame frame) {
    if (frame.isOfEntities()) {
      return;
    }
    seen.putLast(metric(frame), new Seen(rangeMillis(frame), clock.millis() + KNOWN.toMillis()));
    if (seen.size() > METRICS_MAX) {
      seen.pollFirstEntry();
    }
  }

  private static Metric metric(Frame frame) {
    return new Metric(frame.place().tenant(), frame.place().metricName());
  }

  private static long rangeMillis(Frame frame) {
    return frame.range().endMillis() - frame.range().startMillis();
  }
}
