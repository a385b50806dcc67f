// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.load;

/** The metrics of the workload. */
public enum Metric {
  API_LATENCY("api_latency"),
  TOTAL_REQUESTS("total_requests"),
  CPU_USAGE("cpu_usage");

  private final String wireName;

  Metric(String wireName) {
    this.wireName = wireName;
  }

  public String wireName() {
    return wireName;
  }
}
