// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.load;

/**
 * The points of one metric in the order in which they arrive. Event e belongs to round e / series;
 * each round visits every series once, in an order that mixes customers, and rounds follow each
 * other in time. Latencies change their order every round, which makes their times irregular;
 * counters and gauges keep it, as a scraper does.
 */
final class MetricEvents {
  /** Points of live systems arrive a little out of order. */
  private static final int LATENESS_MILLIS_MAX = 2_000;

  private static final int SCRAPE_JITTER_MILLIS = 25;

  /** Coprime to every number of series here (a prime larger than all of them). */
  private static final long STRIDE = 2_654_435_761L;

  private final Metric metric;
  private final long seed;
  private final int series;
  private final long events;
  private final long startMillis;
  private final long endMillis;
  private final Values values;

  MetricEvents(Metric metric, WorkloadSize size, long seed, long startMillis, long endMillis) {
    this.metric = metric;
    this.seed = Mix.mix(seed, metric.ordinal(), 1);
    this.series = size.series(metric);
    this.events = size.points(metric);
    this.startMillis = startMillis;
    this.endMillis = endMillis;
    this.values = new Values(metric, this.seed);
  }

  long events() {
    return events;
  }

  int seriesAt(long event) {
    long round = metric == Metric.API_LATENCY ? event / series : 0;
    long shift = Mix.below(Mix.mix(seed, round, 2), series);
    return (int) ((event % series * (STRIDE % series) + shift) % series);
  }

  long timestampAt(long event) {
    long base = startMillis + (long) ((endMillis - startMillis) * ((double) event / events));
    int spread = metric == Metric.API_LATENCY ? LATENESS_MILLIS_MAX : SCRAPE_JITTER_MILLIS;
    return Math.max(startMillis, base - Mix.below(Mix.mix(seed, event, 3), spread));
  }

  /** The value in hundredths. */
  long hundredthsAt(long event, int seriesOrdinal) {
    return values.hundredths(seriesOrdinal, event / series);
  }
}
