// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What becomes of a series that points came of. */
public sealed interface SeriesAdmission {

  /** It is there, or may be. */
  record Admitted(long handle) implements SeriesAdmission {}

  /** Its points go to a series with {@link SeriesLimits#OVERFLOW_VALUE} among its values. */
  record Folded(long handle) implements SeriesAdmission {}

  /**
   * It is new and over a limit. Made once for many series, as a flood of them is when it is needed.
   *
   * @param details name the limit, its value and what there is; fit to be shown to the tenant
   */
  record Refused(Reason reason, String message, Map<String, Object> details)
      implements SeriesAdmission {
    public Refused {
      details = Map.copyOf(details);
    }

    /**
     * @param current series that count
     * @param fastest the dimension key with most new values
     */
    public static Refused series(
        String metric, long limit, long current, Optional<String> fastest) {
      Map<String, Object> details = new HashMap<>();
      details.put("metric_name", metric);
      details.put("limit", "max_unique_series_per_metric");
      details.put("value", limit);
      details.put("current", current);
      fastest.ifPresent(key -> details.put("fastest_growing_dimension", key));
      String message =
          "metric "
              + metric
              + " has "
              + current
              + " series, and may have "
              + limit
              + ": new ones are refused, those that exist are not"
              + fastest.map(key -> "; the dimension that grows fastest is " + key).orElse("");
      return new Refused(Reason.SERIES, message, details);
    }

    /**
     * @param current metrics that count
     */
    public static Refused metrics(long limit, long current) {
      return new Refused(
          Reason.METRICS,
          "the tenant has "
              + current
              + " metrics, and may have "
              + limit
              + ": new ones are refused, those that exist are not",
          Map.of("limit", "max_metrics_per_tenant", "value", limit, "current", current));
    }
  }

  /** Which limit it is over. */
  enum Reason {
    SERIES,
    METRICS,
    /** The store's own memory. */
    MEMORY
  }
}
