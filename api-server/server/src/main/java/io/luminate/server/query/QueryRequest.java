// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.query;

import io.luminate.model.Filter;
import io.luminate.model.Interval;
import io.luminate.store.Aggregation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A query as a client states it; what is absent gets its default when it is planned. */
public record QueryRequest(
    Kind kind,
    String metricName,
    Optional<TimeSpec> time,
    List<Filter> filters,
    Optional<Aggregation> aggregation,
    List<String> groupBy,
    Optional<Interval> interval,
    OptionalLong limit,
    Optional<Duration> timeout,
    Optional<String> cursor) {
  public QueryRequest {
    filters = List.copyOf(filters);
    groupBy = List.copyOf(groupBy);
  }

  /** What is asked. */
  public enum Kind {
    RANGE,
    AGGREGATE,
    RATE
  }
}
