// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.query;

import io.luminate.model.Filter;
import io.luminate.model.Interval;
import io.luminate.model.TimeRange;
import io.luminate.store.AggregateQuery;
import io.luminate.store.MetricsStore;
import io.luminate.store.QueryControl;
import io.luminate.store.RangeQuery;
import io.luminate.store.RangeResult;
import io.luminate.store.RateQuery;
import io.luminate.store.StoreException;
import io.luminate.store.ValuesQuery;
import io.luminate.store.ValuesResult;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Plans queries within the bounds, and runs them. */
public final class QueryService {
  /** The earliest and latest instants a query may name: years 1 to 9999. */
  private static final long MILLIS_MIN = -62_135_596_800_000L;

  private static final long MILLIS_MAX = 253_402_300_799_999L;

  private final MetricsStore store;
  private final QueryBounds bounds;
  private final InstantSource clock;

  public QueryService(MetricsStore store, QueryBounds bounds, InstantSource clock) {
    this.store = store;
    this.bounds = bounds;
    this.clock = clock;
  }

  /** Decides everything that can be decided without looking at data. */
  public QueryPlan plan(ReadScope scope, QueryRequest request) {
    Duration timeout = timeout(request);
    List<Filter> filters = filters(scope, request.filters());
    return switch (request.kind()) {
      case RANGE -> planRange(scope, request, filters, timeout);
      case AGGREGATE -> planAggregate(scope, request, filters, timeout);
      case RATE -> planRate(scope, request, filters, timeout);
    };
  }

  public QueryAnswer run(QueryPlan plan, QueryControl control) {
    return switch (plan) {
      case QueryPlan.Range range -> {
        RangeResult result = store.queryRange(range.query(), control);
        yield new QueryAnswer.Range(
            result, result.next().map(next -> CursorCodec.encode(range.query(), next)));
      }
      case QueryPlan.Aggregate aggregate ->
          new QueryAnswer.Aggregate(store.aggregate(aggregate.query(), control), aggregate);
      case QueryPlan.Rate rate -> new QueryAnswer.Rate(store.rate(rate.query(), control), rate);
    };
  }

  /** How long discovery may take. */
  public Duration discoveryTimeout() {
    return bounds.timeoutDefault();
  }

  public List<String> metrics(ReadScope scope, QueryControl control) {
    return store.listMetrics(scope.tenant(), scope.pinFilters(), control);
  }

  public List<String> dimensionKeys(ReadScope scope, String metricName, QueryControl control) {
    return store.listDimensionKeys(scope.tenant(), metricName, scope.pinFilters(), control);
  }

  public ValuesResult dimensionValues(
      ReadScope scope,
      String metricName,
      String key,
      String prefix,
      int limit,
      QueryControl control) {
    if (limit < 1 || limit > QueryBounds.VALUES_MAX) {
      throw valuesLimit(String.valueOf(limit));
    }
    return store.listDimensionValues(
        new ValuesQuery(scope.tenant(), metricName, key, prefix, limit, scope.pinFilters()),
        control);
  }

  /** The refusal of a number of values. */
  public static StoreException valuesLimit(String received) {
    return InvalidQuery.limit(
        "limit",
        "must be from 1 to " + QueryBounds.VALUES_MAX,
        new InvalidQuery.Limit("max_values", QueryBounds.VALUES_MAX),
        received);
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
