// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.query;

import java.util.OptionalDouble;

/** The queries in the order of the table, each with the time that it may take at most. */
public enum QueryName {
  RAW_RANGE("raw range, one customer", 3),
  AVG_BY_CUSTOMER("avg by customer, top 100", 150),
  COUNT_BY_CUSTOMER("count by customer, top 10", 0),
  P95_BY_CUSTOMER("p95 by customer, top 100", 400),
  P99_BY_ENDPOINT("p99 by endpoint", 0),
  SUM_BY_TIER("sum, one region, by tier", 100),
  INTEGRAL_BY_CUSTOMER("integral by customer", 0),
  RATE_OF_ONE("rate of one customer, 1 m", 0),
  RATE_OF_ALL("rate of everything, 5 m", 250),
  TOP_VALUES("top 100 customers by frequency", 10);

  private final String title;
  private final double floorMillis;

  QueryName(String title, double floorMillis) {
    this.title = title;
    this.floorMillis = floorMillis;
  }

  public String title() {
    return title;
  }

  /** Stated for 10 M points in 1 M series on 2 cores. */
  public OptionalDouble floorMillis() {
    return floorMillis == 0 ? OptionalDouble.empty() : OptionalDouble.of(floorMillis);
  }
}
