// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.load;

import java.util.Random;

/**
 * Values in hundredths: latencies in ms, requests counted since long ago, percent of a processor.
 */
final class Values {
  /** exp(4) ms is the median; the spread gives p99 = 280 ms. */
  private static final double LATENCY_LOG_MEDIAN = 4.0;

  private static final double LATENCY_LOG_SIGMA = 0.7;
  private static final int TABLE_SIZE = 1 << 16;
  private static final int HUNDRED_PERCENT = 10_000;
  private static final int ONE = 100;

  private final Metric metric;
  private final long seed;

  /** Draws of the lognormal, as drawing one per point would cost more than rendering it. */
  private final double[] lognormal = new double[TABLE_SIZE];

  Values(Metric metric, long seed) {
    this.metric = metric;
    this.seed = seed;
    Random random = new Random(seed);
    for (int i = 0; i < TABLE_SIZE; i++) {
      lognormal[i] = Math.exp(LATENCY_LOG_MEDIAN + LATENCY_LOG_SIGMA * random.nextGaussian());
    }
  }

  long hundredths(int series, long round) {
    long own = Mix.mix(seed, series, 4);
    long drawn = Mix.mix(own, round, 5);
    return switch (metric) {
      case API_LATENCY -> latency(own, drawn);
      case TOTAL_REQUESTS -> requests(own, drawn, round);
      case CPU_USAGE -> cpu(own, drawn, round);
    };
  }

  private long latency(long own, long drawn) {
    double pace = 0.5 + Mix.below(own, 1_000) / 1_000.0;
    return Math.max(1, Math.round(lognormal[(int) (drawn & (TABLE_SIZE - 1))] * pace * ONE));
  }

  /** Never falls: a round adds at most twice its share, and the share is added for every round. */
  private static long requests(long own, long drawn, long round) {
    int share = 1 + Mix.below(own, 400);
    long before = Mix.below(Mix.mix(own), 1_000_000);
    return ONE * (before + round * share + Mix.below(drawn, share));
  }

  private static long cpu(long own, long drawn, long round) {
    double phase = Mix.below(own, 1_000) / 1_000.0;
    double wave = 4_500 + 2_500 * Math.sin(2 * Math.PI * (phase + round / 400.0));
    long value = Math.round(wave) + Mix.below(drawn, 1_500) - 750;
    return Math.clamp(value, 0, HUNDRED_PERCENT);
  }
}
