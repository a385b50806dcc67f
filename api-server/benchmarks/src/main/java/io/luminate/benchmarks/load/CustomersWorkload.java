// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.load;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * A seeded workload of customers: latencies in very many short series, a counter per customer, and
 * few long gauges, all arriving together as in a live system. Any batch can be made on its own, by
 * any thread.
 */
public final class CustomersWorkload {
  /** What a write request to Luminate may hold at most, by default. */
  private static final int BATCH_POINTS_MAX = 10_000;

  /** Gauges are read every 15 s; with their number of points this decides how long it all lasts. */
  private static final long SCRAPE_MILLIS = 15_000;

  private static final long DAY_MILLIS = 86_400_000;

  private final WorkloadSize size;
  private final long seed;
  private final long startMillis;
  private final long endMillis;
  private final List<MetricEvents> metrics;
  private final int batches;

  /**
   * Ends now, or with the day before where it would begin in that and is short enough to lie in one
   * day: stores keep days apart, and what is measured must not depend on the time of day.
   */
  public static CustomersWorkload until(long nowMillis, WorkloadSize size, long seed) {
    long midnightMillis = nowMillis - Math.floorMod(nowMillis, DAY_MILLIS);
    long lengthMillis = size.cpuPoints() * SCRAPE_MILLIS;
    boolean crosses = nowMillis - lengthMillis < midnightMillis && lengthMillis < DAY_MILLIS;
    return new CustomersWorkload(size, seed, crosses ? midnightMillis - 1 : nowMillis);
  }

  public CustomersWorkload(WorkloadSize size, long seed, long endMillis) {
    this(size, seed, endMillis, BATCH_POINTS_MAX);
  }

  /** The same points in batches of another size. */
  public CustomersWorkload(WorkloadSize size, long seed, long endMillis, int batchPointsMax) {
    this.size = size;
    this.seed = seed;
    this.endMillis = endMillis;
    this.startMillis = endMillis - size.cpuPoints() * SCRAPE_MILLIS;
    this.metrics =
        Stream.of(Metric.values())
            .map(metric -> new MetricEvents(metric, size, seed, startMillis, endMillis))
            .toList();
    // Each metric's share of a batch is rounded up at worst.
    int share = batchPointsMax - metrics.size();
    this.batches = Math.toIntExact(Math.ceilDiv(size.points(), (long) share));
  }

  /** The same series, so much earlier. */
  public CustomersWorkload earlier(Duration by) {
    return new CustomersWorkload(size, seed, endMillis - by.toMillis());
  }

  public WorkloadSize size() {
    return size;
  }

  /** No point is earlier. */
  public long startMillis() {
    return startMillis;
  }

  /** No point is later. */
  public long endMillis() {
    return endMillis;
  }

  public int batches() {
    return batches;
  }

  /** Replaces what the buffer holds by the batch; answers with its number of points. */
  public int render(int batch, PointFormat format, BodyBuffer out) {
    out.clear();
    format.open(out);
    long points = 0;
    for (Metric metric : Metric.values()) {
      MetricEvents events = metrics.get(metric.ordinal());
      long from = events.events() * batch / batches;
      long to = events.events() * (batch + 1L) / batches;
      for (long event = from; event < to; event++) {
        int series = events.seriesAt(event);
        format.point(
            out, metric, series, events.timestampAt(event), events.hundredthsAt(event, series));
      }
      points += to - from;
    }
    format.close(out);
    return Math.toIntExact(points);
  }
}
