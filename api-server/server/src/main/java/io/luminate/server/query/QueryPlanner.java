// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.query;

import io.luminate.model.Filter;
import io.luminate.model.Interval;
import io.luminate.model.TimeRange;
import io.luminate.store.AggregateQuery;
import io.luminate.store.RangeQuery;
import io.luminate.store.RateQuery;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes a plan of one caller's query, or refuses what is past the caller's bounds. */
final class QueryPlanner {
  /** The earliest and latest instants a query may name: years 1 to 9999. */
  private static final long MILLIS_MIN = -62_135_596_800_000L;

  private static final long MILLIS_MAX = 253_402_300_799_999L;

  private final QueryBounds bounds;
  private final InstantSource clock;

  QueryPlanner(QueryBounds bounds, InstantSource clock) {
    this.bounds = bounds;
    this.clock = clock;
  }

  QueryPlan plan(ReadScope scope, QueryRequest request) {
    Duration timeout = timeout(request);
    List<Filter> filters = filters(scope, request.filters());
    return switch (request.kind()) {
      case RANGE -> planRange(scope, request, filters, timeout);
      case AGGREGATE -> planAggregate(scope, request, filters, timeout);
      case RATE -> planRate(scope, request, filters, timeout);
    };
  }

  private QueryPlan planRange(
      ReadScope scope, QueryRequest request, List<Filter> filters, Duration timeout) {
    refuse(request.aggregation().isPresent(), "aggregation", "belongs to aggregate queries");
    refuse(!request.groupBy().isEmpty(), "groupBy", "belongs to aggregate and rate queries");
    refuse(request.interval().isPresent(), "interval", "belongs to aggregate and rate queries");
    int limit = limit(request, "max_result_points", bounds.resultPointsMax());
    TimeRange anything = new TimeRange(0, 0);
    RangeQuery unplaced =
        new RangeQuery(
            scope.tenant(), request.metricName(), anything, filters, limit, Optional.empty());
    if (request.cursor().isEmpty()) {
      return new QueryPlan.Range(placed(unplaced, range(request), Optional.empty()), timeout);
    }
    CursorCodec.Place place = CursorCodec.decode(request.cursor().get(), unplaced);
    TimeRange range = checked(place.range().startMillis(), place.range().endMillis());
    return new QueryPlan.Range(placed(unplaced, range, Optional.of(place)), timeout);
  }

  private static RangeQuery placed(
      RangeQuery query, TimeRange range, Optional<CursorCodec.Place> place) {
    return new RangeQuery(
        query.tenant(),
        query.metricName(),
        range,
        query.filters(),
        query.limit(),
        place.map(CursorCodec.Place::after));
  }

  private QueryPlan planAggregate(
      ReadScope scope, QueryRequest request, List<Filter> filters, Duration timeout) {
    refuse(request.cursor().isPresent(), "cursor", "belongs to range queries");
    refuse(request.aggregation().isEmpty(), "aggregation", "is missing");
    TimeRange range = range(request);
    AggregateQuery query =
        new AggregateQuery(
            scope.tenant(),
            request.metricName(),
            range,
            filters,
            request.aggregation().get(),
            request.groupBy(),
            request.interval(),
            groupLimit(request, range));
    return new QueryPlan.Aggregate(query, clock.millis(), timeout);
  }

  private QueryPlan planRate(
      ReadScope scope, QueryRequest request, List<Filter> filters, Duration timeout) {
    refuse(request.cursor().isPresent(), "cursor", "belongs to range queries");
    refuse(request.aggregation().isPresent(), "aggregation", "belongs to aggregate queries");
    refuse(request.interval().isEmpty(), "interval", "is missing");
    TimeRange range = range(request);
    RateQuery query =
        new RateQuery(
            scope.tenant(),
            request.metricName(),
            range,
            filters,
            request.groupBy(),
            request.interval().get(),
            groupLimit(request, range));
    return new QueryPlan.Rate(query, clock.millis(), timeout);
  }

  private int groupLimit(QueryRequest request, TimeRange range) {
    long buckets = request.interval().map(i -> buckets(i, range)).orElse(1L);
    if (buckets > bounds.resultPointsMax()) {
      throw InvalidQuery.over("interval", "timeRange ÷ interval", pointsLimit(), buckets);
    }
    int fitting = (int) Math.min(bounds.groupsMax(), bounds.resultPointsMax() / buckets);
    if (request.limit().isEmpty()) {
      return Math.max(1, fitting);
    }
    int limit = limit(request, "max_group_by_cardinality", bounds.groupsMax());
    if (limit * buckets > bounds.resultPointsMax()) {
      throw InvalidQuery.over("limit", "limit × buckets", pointsLimit(), limit * buckets);
    }
    return limit;
  }

  private InvalidQuery.Limit pointsLimit() {
    return new InvalidQuery.Limit("max_result_points", bounds.resultPointsMax());
  }

  private static long buckets(Interval interval, TimeRange range) {
    return interval.bucketCount(range);
  }

  private static int limit(QueryRequest request, String name, int maximum) {
    long limit = request.limit().orElse(maximum);
    if (limit < 1) {
      throw InvalidQuery.limit(
          "limit", "must be at least 1", new InvalidQuery.Limit(name, maximum), limit);
    }
    if (limit > maximum) {
      throw InvalidQuery.over("limit", "limit", new InvalidQuery.Limit(name, maximum), limit);
    }
    return (int) limit;
  }

  private Duration timeout(QueryRequest request) {
    Duration timeout = request.timeout().orElse(bounds.timeoutDefault());
    refuse(timeout.toMillis() < 1, "timeout", "must be at least 1 ms");
    if (timeout.compareTo(bounds.timeoutMax()) > 0) {
      throw InvalidQuery.over(
          "timeout",
          "timeout in ms",
          new InvalidQuery.Limit("max_query_timeout", bounds.timeoutMax().toMillis()),
          timeout.toMillis());
    }
    return timeout;
  }

  private TimeRange range(QueryRequest request) {
    if (request.time().isEmpty()) {
      throw InvalidQuery.field("timeRange", "is missing");
    }
    return switch (request.time().get()) {
      case TimeSpec.Absolute absolute -> checked(absolute.startMillis(), absolute.endMillis());
      case TimeSpec.Relative relative -> {
        if (relative.back().compareTo(bounds.rangeMax()) > 0) {
          throw tooLong(relative.back().toMillis());
        }
        long now = clock.millis();
        yield checked(now - relative.back().toMillis(), now);
      }
    };
  }

  private TimeRange checked(long startMillis, long endMillis) {
    refuse(
        startMillis < MILLIS_MIN || startMillis > MILLIS_MAX,
        "timeRange.start",
        "must be in the years 1 to 9999, got " + startMillis);
    refuse(
        endMillis < MILLIS_MIN || endMillis > MILLIS_MAX,
        "timeRange.end",
        "must be in the years 1 to 9999, got " + endMillis);
    refuse(
        startMillis > endMillis,
        "timeRange.start",
        "must not be after its end, got " + startMillis + " > " + endMillis);
    if (endMillis - startMillis > bounds.rangeMax().toMillis()) {
      throw tooLong(endMillis - startMillis);
    }
    return new TimeRange(startMillis, endMillis);
  }

  private RuntimeException tooLong(long millis) {
    return InvalidQuery.over(
        "timeRange",
        "timeRange in ms",
        new InvalidQuery.Limit("max_query_time_range", bounds.rangeMax().toMillis()),
        millis);
  }

  private static void refuse(boolean wrong, String field, String problem) {
    if (wrong) {
      throw InvalidQuery.field(field, problem);
    }
  }

  /** The caller's filters with the pins forced onto them. */
  private static List<Filter> filters(ReadScope scope, List<Filter> asked) {
    List<Filter> all = new ArrayList<>(scope.pinFilters());
    for (Filter filter : asked) {
      String pin = scope.pins().get(filter.key());
      if (pin == null) {
        all.add(filter);
      } else if (!filter.values().stream().allMatch(pin::equals)) {
        throw new PinnedFilterException(filter.key());
      }
    }
    return all;
  }
}
