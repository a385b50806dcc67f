// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.load;

import java.util.Locale;
import java.util.Map;

/** How many series the workload has and how many points each of them. */
public record WorkloadSize(
    int customers, int latencyPoints, int requestPoints, int cpuSeries, int cpuPoints) {
  public static final int LATENCY_SERIES_PER_CUSTOMER = 10;

  /** Small first: as a check of the benchmark itself, as published, and with longer series. */
  private static final Map<String, WorkloadSize> NAMED =
      Map.of(
          "100k", new WorkloadSize(600, 10, 30, 24, 1_000),
          "1m", new WorkloadSize(6_000, 10, 30, 240, 1_000),
          "17m", new WorkloadSize(100_000, 10, 30, 4_000, 1_000),
          "100m", new WorkloadSize(100_000, 59, 177, 4_000, 5_900));

  public WorkloadSize {
    if (customers < cpuSeries || cpuSeries < 1) {
      throw new IllegalArgumentException(
          "cpuSeries: " + cpuSeries + " of 1 to customers = " + customers);
    }
  }

  public static WorkloadSize named(String name) {
    WorkloadSize size = NAMED.get(name.toLowerCase(Locale.ROOT));
    if (size == null) {
      throw new IllegalArgumentException(
          "points: " + name + " is none of " + NAMED.keySet().stream().sorted().toList());
    }
    return size;
  }

  int series(Metric metric) {
    return switch (metric) {
      case API_LATENCY -> customers * LATENCY_SERIES_PER_CUSTOMER;
      case TOTAL_REQUESTS -> customers;
      case CPU_USAGE -> cpuSeries;
    };
  }

  int pointsPerSeries(Metric metric) {
    return switch (metric) {
      case API_LATENCY -> latencyPoints;
      case TOTAL_REQUESTS -> requestPoints;
      case CPU_USAGE -> cpuPoints;
    };
  }

  public long points(Metric metric) {
    return (long) series(metric) * pointsPerSeries(metric);
  }

  public long points() {
    return points(Metric.API_LATENCY) + points(Metric.TOTAL_REQUESTS) + points(Metric.CPU_USAGE);
  }

  public long series() {
    return (long) series(Metric.API_LATENCY)
        + series(Metric.TOTAL_REQUESTS)
        + series(Metric.CPU_USAGE);
  }
}
